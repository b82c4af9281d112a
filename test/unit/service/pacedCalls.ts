import type { Limits, Pacer } from '../../../nodes/DefenderLiveResponse/service/pacing';
import type { FakeClock } from './fakeClock';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** The most calls that any window of the service's clock sees. */
export function mostWithin(windowMs: number, times: number[]): number {
	let most = 0;
	let from = 0;
	times.forEach((time, at) => {
		while (time - times[from] >= windowMs) from++;
		most = Math.max(most, at - from + 1);
	});
	return most;
}

/** When a call is let through that accepts no time. Calls of the same `caller` wait in one line. */
export async function call(pacer: Pacer, limits: Limits, clock: FakeClock, signal?: AbortSignal, caller: object = clock): Promise<number> {
	const turn = await pacer.take({ caller, clock, signal }, limits);
	const now = clock.now();
	turn.done();
	return now;
}

/** The same of `count` calls that are asked for together. */
export async function take(pacer: Pacer, limits: Limits, clock: FakeClock, count: number, caller: object = clock): Promise<number[]> {
	return await Promise.all(Array.from({ length: count }, async () => await call(pacer, limits, clock, undefined, caller)));
}
