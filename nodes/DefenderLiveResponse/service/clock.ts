import { sleep } from 'n8n-workflow';

/** Time and chance as arguments, so that tests need not wait. */
export interface Clock {
	/** Milliseconds since 1970. */
	now(): number;
	/** Resolves after so many milliseconds. */
	sleep(ms: number): Promise<void>;
	/** At least 0, below 1. */
	random(): number;
}

export const systemClock: Clock = {
	now: () => Date.now(),
	sleep: async (ms) => await sleep(ms),
	random: () => Math.random(),
};

/** The execution was stopped by the user, or by n8n, while the node waited. */
export class Cancelled extends Error {
	constructor() {
		super('The execution was cancelled');
	}
}

/** @throws Cancelled when the execution was stopped */
export function throwIfCancelled(signal?: AbortSignal): void {
	if (signal?.aborted) throw new Cancelled();
}

/** Longest sleep between two looks at the signal, in ms: n8n promises users a cancel within a second. */
const LONGEST_SLEEP_MS = 500;

/**
 * Waits `ms` milliseconds of `clock`.
 * In slices, because `sleep` of the oldest supported n8n takes no signal and nodes may not use timers of their own.
 *
 * @throws Cancelled within half a second of the signal
 */
export async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
	const end = clock.now() + ms;
	for (;;) {
		throwIfCancelled(signal);
		const left = end - clock.now();
		if (left <= 0) return;
		await clock.sleep(Math.min(left, LONGEST_SLEEP_MS));
	}
}

/**
 * Waits for something that does not know of the signal itself; it goes on, and what comes of it is dropped.
 *
 * @throws Cancelled at once with the signal; what `work` throws
 */
export async function orCancelled<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
	if (!signal) return await work;
	throwIfCancelled(signal);
	// One of its own for each wait: many listeners on one signal look like a leak to Node.js.
	const own = AbortSignal.any([signal]);
	return await new Promise<T>((resolve, reject) => {
		own.addEventListener('abort', () => reject(new Cancelled()), { once: true });
		work.then(resolve, reject);
	});
}
