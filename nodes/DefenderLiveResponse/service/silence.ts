import type { Clock } from './clock';

/** How often it is looked whether the other side has gone silent, in ms: often enough for a cancel within a second. */
const LOOK_EVERY_MS = 500;

/** Guards reads from a stream, or other waits for somebody else. */
export interface SilenceGuard {
	/** Waits for a read; undefined when it took too long, failed, or the signal was aborted. */
	during<T>(read: Promise<T>): Promise<T | undefined>;
	end(): void;
}

/**
 * Tells when the other side stays silent. n8n's request timeout ends with the headers of a streamed answer, and does
 * not cover the sign-in; without this, a connection that dies without a word would hang for ever.
 *
 * @param longestMs silence that is taken for a lost connection
 */
export function guardAgainstSilence(clock: Clock, longestMs: number, signal?: AbortSignal): SilenceGuard {
	let ended = false;
	let reading: { looks: number; giveUp(): void } | undefined;
	const watch = async () => {
		while (!ended) {
			await clock.sleep(LOOK_EVERY_MS);
			if (!reading) continue;
			// Counted by looks, so that a process that stood still does not blame the other side.
			reading.looks++;
			if (reading.looks * LOOK_EVERY_MS > longestMs || signal?.aborted) reading.giveUp();
		}
	};
	void watch();
	return {
		async during<T>(read: Promise<T>) {
			const result = await new Promise<T | undefined>((resolve) => {
				const giveUp = () => resolve(undefined);
				reading = { looks: 0, giveUp };
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
