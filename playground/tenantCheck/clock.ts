/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */

/** Where time comes from. A test passes one on which waiting takes no time. */
export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Ends early, without an error, once the signal is aborted. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
	now: () => Date.now(),
	sleep: async (ms, signal) =>
		await new Promise((resolve) => {
			if (signal?.aborted) return resolve();
			const done = () => {
				clearTimeout(timer);
				signal?.removeEventListener('abort', done);
				resolve();
			};
			const timer = setTimeout(done, ms);
			signal?.addEventListener('abort', done);
		}),
};
