import type { Clock } from './clock';
import { MAX_SLEEP_MS } from './clock';
import { MINUTE_MS } from './time';

/** The slowest transfer that is waited for, in bytes a minute (0.5 kB/s). */
export const MIN_BYTES_A_MINUTE = 30 * 1024;

/** Guards reads from a stream, or other waits for a remote side. */
export interface SilenceGuard {
	/**
	 * Waits for a read; undefined when it took too long, failed, or the signal was aborted.
	 *
	 * @param maxMs where there is less time than usual
	 */
	during<T>(read: Promise<T>, maxMs?: number): Promise<T | undefined>;
	/** Notes how much was read. Less than `MIN_BYTES_A_MINUTE` in a minute of reading is as good as silence. */
	received(bytes: number): void;
	end(): void;
}

/**
 * Tells when the other side stays silent. n8n's request timeout ends with the headers of a streamed answer, and does
 * not cover the sign-in; without this, a connection that dies silently would hang without end.
 *
 * @param maxSilenceMs silence that counts as a lost connection
 */
export function guardAgainstSilence(clock: Clock, maxSilenceMs: number, signal?: AbortSignal): SilenceGuard {
	let ended = false;
	let reading: { ms: number; maxMs: number; giveUp(): void } | undefined;
	/** Of the last minute of reading, where what is read is noted. */
	let minute: { ms: number; bytes: number } | undefined;
	const isTooSlow = (ms: number) => {
		if (!minute || (minute.ms += ms) < MINUTE_MS) return false;
		const { bytes } = minute;
		minute = { ms: 0, bytes: 0 };
		return bytes < MIN_BYTES_A_MINUTE;
	};
	const watch = async () => {
		while (!ended) {
			const before = clock.elapsed();
			await clock.sleep(MAX_SLEEP_MS);
			if (!reading) continue;
			// No more than a look is meant to take, so that a process that stood still does not blame the other side.
			const ms = Math.min(clock.elapsed() - before, 2 * MAX_SLEEP_MS);
			reading.ms += ms;
			if (isTooSlow(ms) || reading.ms > reading.maxMs || signal?.aborted) reading.giveUp();
		}
	};
	void watch();
	return {
		async during<T>(read: Promise<T>, maxMs = maxSilenceMs) {
			const result = await new Promise<T | undefined>((resolve) => {
				const giveUp = () => resolve(undefined);
				reading = { ms: 0, maxMs: Math.min(maxMs, maxSilenceMs), giveUp };
				read.then(resolve, giveUp);
			});
			// Between reads the silence is the reader's: a disk may be slow.
			reading = undefined;
			return result;
		},
		received(bytes) {
			minute ??= { ms: 0, bytes: 0 };
			minute.bytes += bytes;
		},
		end() {
			ended = true;
		},
	};
}

/**
 * Waits for one call, at most this many ms. What it does afterwards is dropped.
 *
 * @param giveUp called when it took too long
 * @throws what it throws; an error with the code of a timeout, also when the signal was aborted
 */
export async function inTime<T>(
	call: Promise<T>,
	clock: Clock,
	maxMs: number,
	signal?: AbortSignal,
	giveUp = (): void => undefined,
): Promise<T> {
	const settling = call.then(
		(value) => ({ value }),
		(error: unknown) => ({ error }),
	);
	const settled = await tryInTime(settling, clock, maxMs, signal);
	if (!settled) {
		giveUp();
		throw Object.assign(new Error('No answer in time'), { code: 'ETIMEDOUT' });
	}
	if ('error' in settled) throw settled.error;
	return settled.value;
}

/**
 * The same where an error does not matter.
 *
 * @returns undefined when it took longer than `maxMs`, failed, or the signal was aborted
 */
export async function tryInTime<T>(call: Promise<T>, clock: Clock, maxMs: number, signal?: AbortSignal): Promise<T | undefined> {
	const guard = guardAgainstSilence(clock, maxMs, signal);
	return await guard.during(call).finally(() => guard.end());
}
