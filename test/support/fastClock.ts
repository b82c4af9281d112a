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
	/** Sets the machine's clock forward, or back, in ms: dates change, and no time passes. */
	set(ms: number): void;
	/** For another process, along with which it goes on from now on. */
	readonly state: ClockState;
	stop(): void;
}

const machineTime = () => performance.timeOrigin + performance.now();

/** How often time passes, and how much of it at most at once, in ms of the machine. */
const TICK_MS = 2;
const MAX_STEP_MS = 2;

/**
 * A clock on which waiting takes a fraction of the time. Node and emulator share it.
 *
 * Time passes in steps of this process: where other processes keep the machine busy, or the process stands still, the
 * clock is slower, so that what has to happen within this many seconds does on a slow machine as well.
 *
 * @param speed with 200, ten seconds between two polls take 50 ms, and a request of 5 ms seems to take a second
 * @param state of the clock of another process, along with which this one goes
 */
export function fastClock(speed: number, state?: ClockState): FastClock {
	let { shown, at } = state ?? { shown: Date.now(), at: machineTime() };
	let along = state !== undefined;
	let setBy = 0;
	const passed = () => Math.max(0, along ? machineTime() - at : Math.min(machineTime() - at, MAX_STEP_MS)) * speed;
	const elapsed = () => shown + passed();
	const tick = () => {
		shown += passed();
		at = machineTime();
	};
	const ticking = setInterval(tick, TICK_MS);
	ticking.unref();
	return {
		now: () => elapsed() + setBy,
		elapsed,
		async sleep(ms) {
			for (const end = elapsed() + ms; elapsed() < end; ) {
				await new Promise((resolve) => setTimeout(resolve, (end - elapsed()) / speed));
			}
		},
		random: () => 0.5,
		advance: (ms) => void (shown += ms),
		set: (ms) => void (setBy += ms),
		get state() {
			tick();
			along = true;
			return { shown, at, speed };
		},
		stop: () => clearInterval(ticking),
	};
}
