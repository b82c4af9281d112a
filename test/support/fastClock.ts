/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { performance } from 'node:perf_hooks';
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
	/** For another process, with which it shares the machine's time from now on. */
	share(): ClockState;
	stop(): void;
}

const machineTime = () => performance.timeOrigin + performance.now();

/** How often time passes, and how much of it at most at once, in ms of the machine. */
const TICK_MS = 2;
const MAX_STEP_MS = 5;

/** How much of the time in which this process works passes; of the time in which it waits, all. */
const WORK_SHARE = 0.02;

/** Time of the machine as far as it counts, in ms. */
function countedTime(): number {
	const { idle, active } = performance.eventLoopUtilization();
	return idle + active * WORK_SHARE;
}

/**
 * A clock on which waiting takes a fraction of the time. Node and emulator share it.
 *
 * Time passes while this process waits, and hardly while it works, so that what has to happen within some seconds does
 * on a slow or busy machine as well. A process that does not get its turn loses a step at most.
 *
 * @param speed with 200, ten seconds between two polls take 50 ms
 * @param state of the clock of another process, along with which this one goes
 */
export function fastClock(speed: number, state?: ClockState): FastClock {
	let { shown, at } = state ?? { shown: Date.now(), at: machineTime() };
	let counted = countedTime();
	let along = state !== undefined;
	let setBy = 0;
	const passed = () => Math.max(0, along ? machineTime() - at : Math.min(countedTime() - counted, MAX_STEP_MS)) * speed;
	const elapsed = () => shown + passed();
	const tick = () => {
		shown += passed();
		at = machineTime();
		counted = countedTime();
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
		share() {
			tick();
			along = true;
			return { shown, at, speed };
		},
		stop: () => clearInterval(ticking),
	};
}
