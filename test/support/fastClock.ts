/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { Clock } from '../../nodes/DefenderLiveResponse/service/clock';

export interface FastClock extends Clock {
	/** Lets time pass at once, in ms. */
	advance(ms: number): void;
}

/**
 * A clock on which waiting takes a fraction of the time. Node and emulator share it.
 *
 * @param speed with 200, ten seconds between two looks take 50 ms, and a request of 5 ms seems to take a second
 */
export function fastClock(speed: number): FastClock {
	let started = Date.now();
	const since = performance.now();
	return {
		now: () => started + (performance.now() - since) * speed,
		sleep: async (ms) => await new Promise((resolve) => setTimeout(resolve, ms / speed)),
		random: () => 0.5,
		advance: (ms) => void (started += ms),
	};
}
