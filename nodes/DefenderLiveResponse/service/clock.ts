import { sleep } from 'n8n-workflow';
import { getOrCreate } from './getOrCreate';

/** Time and chance as arguments, so that tests need not wait. */
export interface Clock {
	/** Milliseconds since 1970, for dates. The machine's clock may be set at any moment, so nothing is timed by it. */
	now(): number;
	/** Milliseconds since some moment; never set back or forward. For everything that is timed. */
	elapsed(): number;
	sleep(ms: number): Promise<void>;
	/** At least 0, below 1. */
	random(): number;
}

export const systemClock: Clock = {
	now: () => Date.now(),
	elapsed: () => performance.now(),
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

/** Longest sleep between two checks of a signal or a time limit, in ms: n8n promises users a cancel within a second. */
export const MAX_SLEEP_MS = 500;

/**
 * Waits `ms` milliseconds of `clock`.
 * In slices, because `sleep` of the oldest supported n8n does not accept a signal and nodes may not use timers.
 *
 * @throws Cancelled within half a second of the signal
 */
export async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
	const end = clock.elapsed() + ms;
	for (;;) {
		throwIfCancelled(signal);
		const left = end - clock.elapsed();
		if (left <= 0) return;
		await clock.sleep(Math.min(left, MAX_SLEEP_MS));
	}
}

/**
 * The reason of a signal that only tidies up after something that has ended. Without a reason, each abort makes an error
 * with its stack, a sixth of a millisecond for every request.
 */
export const OVER = 'over';

/** A signal that is aborted after this many milliseconds of `clock`. Call `end` when it is no longer needed. */
export function timeLimit(clock: Clock, ms: number): { signal: AbortSignal; end: () => void } {
	const limit = new AbortController();
	const over = new AbortController();
	void pause(clock, ms, over.signal).then(
		() => limit.abort(),
		() => undefined,
	);
	return { signal: limit.signal, end: () => over.abort(OVER) };
}

/** What is to be called when a signal is aborted. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back when a signal is aborted; at once where it already is. A signal has one listener for all: Node.js 20 warns
 * of more than ten, and a signal of its own for each wait (`AbortSignal.any`) keeps what the wait has touched in memory
 * for as long as the first one lives.
 *
 * @returns to be called when the wait is over
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
	if (signal?.aborted) callback();
	if (!signal || signal.aborted) return () => undefined;
	const callbacks = getOrCreate(waiting, signal, () => {
		const all = new Set<() => void>();
		signal.addEventListener('abort', () => all.forEach((call) => call()), { once: true });
		return all;
	});
	callbacks.add(callback);
	return () => void callbacks.delete(callback);
}

/** A signal that follows another one and can be aborted earlier. Call `end` when it is no longer needed. */
export function stoppable(followed: AbortSignal | undefined): { signal: AbortSignal; stop: () => void; end: () => void } {
	const controller = new AbortController();
	const stop = () => controller.abort();
	return { signal: controller.signal, stop, end: onAbort(followed, stop) };
}

/**
 * Waits for work that does not check the signal itself; after an abort the work continues, and its result is dropped.
 *
 * @throws Cancelled at once with the signal; what `work` throws
 */
export async function abortable<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
	return await new Promise<T>((resolve, reject) => {
		const forget = onAbort(signal, () => reject(new Cancelled()));
		work.finally(forget).then(resolve, reject);
	});
}
