import type { Clock } from './clock';
import { pause } from './clock';
import type { LimitGroup } from './calls';

/** Calls that may be made; 0 stands for no limit. */
export interface Limits {
	perMinute: number;
	perHour: number;
}

/** Source: Microsoft's pages of the calls. Runs have no limit by the hour. */
export const SERVICE_LIMITS: Record<LimitGroup, Limits> = {
	results: { perMinute: 100, perHour: 1500 },
	run: { perMinute: 10, perHour: 0 },
	actions: { perMinute: 100, perHour: 1500 },
	machines: { perMinute: 100, perHour: 1500 },
	library: { perMinute: 100, perHour: 1500 },
};

/**
 * The windows are a second longer than the service's: two calls take different times on their way,
 * so that what left a minute apart can arrive in less.
 */
const MINUTE_MS = 61_000;
const HOUR_MS = 3_601_000;

/** More calls than this are not remembered; only reached where limits are switched off. */
const LONGEST_MEMORY = 20_000;

/** Lets calls of one limit pass as fast as the limit allows, first come, first served. */
export class Pacer {
	/** When each call of the last hour was made, oldest first, in ms. */
	private made: number[] = [];

	private closedUntil = 0;

	private lastTurn: Promise<void> = Promise.resolve();

	/**
	 * Resolves when a call may be made, and counts it as made.
	 *
	 * @returns milliseconds waited
	 * @throws Cancelled
	 */
	async take(limits: Limits, clock: Clock, signal?: AbortSignal): Promise<number> {
		const asked = clock.now();
		const turn = this.lastTurn.then(async () => await this.waitForRoom(limits, clock, signal));
		// Who is cancelled leaves the queue without stopping those behind.
		this.lastTurn = turn.catch(() => undefined);
		await turn;
		return clock.now() - asked;
	}

	/** Holds everybody back: the service said when it will answer again. */
	closeUntil(time: number): void {
		this.closedUntil = Math.max(this.closedUntil, time);
	}

	private async waitForRoom(limits: Limits, clock: Clock, signal?: AbortSignal): Promise<void> {
		for (;;) {
			const now = clock.now();
			const opens = Math.max(
				this.closedUntil,
				this.roomAt(limits.perMinute, MINUTE_MS, now),
				this.roomAt(limits.perHour, HOUR_MS, now),
			);
			if (opens <= now) {
				this.remember(now);
				return;
			}
			await pause(clock, opens - now, signal);
		}
	}

	/** When a window of `length` ms has room for one more call. */
	private roomAt(limit: number, length: number, now: number): number {
		if (limit <= 0 || this.made.length < limit) return now;
		return this.made[this.made.length - limit] + length;
	}

	private remember(now: number): void {
		this.made.push(now);
		// Forget in large steps: cutting the array at every call would copy it every time.
		if (this.made.length > LONGEST_MEMORY) {
			this.made = this.made.filter((time) => time > now - HOUR_MS).slice(-LONGEST_MEMORY / 2);
		}
	}
}

/** One pacer for each application, tenant and limit, shared by all executions of this process. */
const pacers = new Map<string, Pacer>();

/** The pacer of `application` (anything that names tenant and app) for a limit. */
export function pacerFor(application: string, group: LimitGroup): Pacer {
	const key = `${group} ${application}`;
	let pacer = pacers.get(key);
	if (!pacer) {
		pacer = new Pacer();
		pacers.set(key, pacer);
	}
	return pacer;
}
