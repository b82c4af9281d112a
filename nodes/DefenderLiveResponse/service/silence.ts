import type { Clock } from './clock';

/** How often it is looked whether a stream has gone silent, in ms: often enough for a cancel within a second. */
const LOOK_EVERY_MS = 500;

/** Guards reads from a stream. */
export interface SilenceGuard {
	/** Waits for a read; undefined when it took too long, failed, or the signal was aborted. */
	during<T>(read: Promise<T>): Promise<T | undefined>;
	end(): void;
}

/**
 * Tells when a stream that somebody reads from stays silent. n8n's request timeout ends with the headers of a
 * streamed answer; without this, a connection that dies without a word would hang for ever.
 *
 * @param longestMs silence that is taken for a lost connection
 */
export function guardAgainstSilence(clock: Clock, longestMs: number, signal?: AbortSignal): SilenceGuard {
	let ended = false;
	let reading: { since: number; giveUp(): void } | undefined;
	const watch = async () => {
		while (!ended) {
			await clock.sleep(LOOK_EVERY_MS);
			const silent = reading !== undefined && clock.now() - reading.since > longestMs;
			if (silent || signal?.aborted) reading?.giveUp();
		}
	};
	void watch();
	return {
		async during<T>(read: Promise<T>) {
			const result = await new Promise<T | undefined>((resolve) => {
				const giveUp = () => resolve(undefined);
				reading = { since: clock.now(), giveUp };
				read.then(resolve, giveUp);
			});
			// Between reads the silence is the reader's: a disk may be slow.
			reading = undefined;
			return result;
		},
		end() {
			ended = true;
		},
	};
}
