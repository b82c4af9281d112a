/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { Clock } from '../../nodes/DefenderLiveResponse/service/clock';

/** How much faster than real time tests run: ten seconds between two looks take 50 ms. */
export const SPEED = 200;

/** A clock on which waiting takes a two-hundredth of the time. Node and emulator share it. */
export function fastClock(): Clock {
	const started = Date.now();
	const since = performance.now();
	return {
		now: () => started + (performance.now() - since) * SPEED,
		sleep: async (ms) => await new Promise((resolve) => setTimeout(resolve, ms / SPEED)),
		random: () => 0.5,
	};
}
