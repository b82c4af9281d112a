/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { Clock } from '../../nodes/DefenderLiveResponse/service/clock';

/** Where a clock stands: another process can run along with it. */
export interface ClockState {
	/** What the clock showed, in ms, … */
	shown: number;
	/** … when the machine's clock showed this. */
	at: number;
	speed: number;
}

export interface FastClock extends Clock {
	/** Lets time pass at once, in ms. */
	advance(ms: number): void;
	readonly state: ClockState;
}

const machineTime = () => performance.timeOrigin + performance.now();

/**
 * A clock on which waiting takes a fraction of the time. Node and emulator share it.
 *
 * @param speed with 200, ten seconds between two looks take 50 ms, and a request of 5 ms seems to take a second
 */
export function fastClock(speed: number, state: ClockState = { shown: Date.now(), at: machineTime(), speed }): FastClock {
	return {
		now: () => state.shown + (machineTime() - state.at) * speed,
		sleep: async (ms) => await new Promise((resolve) => setTimeout(resolve, ms / speed)),
		random: () => 0.5,
		advance: (ms) => void (state.shown += ms),
		state,
	};
}
