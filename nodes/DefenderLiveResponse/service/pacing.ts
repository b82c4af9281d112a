import type { Clock } from './clock';
import { orCancelled, pause, throwIfCancelled } from './clock';
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

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** More calls than this are forgotten, unless the user's own limit by the hour is higher. */
const LONGEST_MEMORY = 20_000;

/** How often a call looks for room while calls that are under way take all of it, in ms. */
const LOOK_AGAIN_MS = 100;

/** Leave to make one call. */
export interface Turn {
	/** Milliseconds waited for it. */
	waitedMs: number;
	/**
	 * To be called when the call is over.
	 *
	 * @param counted whether the service counts it: it does not count what it refuses for its limits
	 */
	done(counted: boolean): void;
}

/**
 * Lets calls of one limit pass as fast as the limit allows, first come, first served.
 *
 * A call counts from before it is sent until a window's length after its answer. It reached the service somewhere in
 * between, so the service never sees more calls in a window than it allows, however long each takes on its way.
 */
export class Pacer {
	/** When calls of the last hour were answered, oldest first, in ms. */
	private answered: number[] = [];

	private underWay = 0;

	private closedUntil = 0;

	/** The last in line, by limits: who asks for a low limit of its own must not hold others back. */
	private readonly lastTurns = new Map<string, Promise<void>>();

	/**
	 * Resolves when a call may be made.
	 *
	 * @throws Cancelled
	 */
	async take(limits: Limits, clock: Clock, signal?: AbortSignal): Promise<Turn> {
		const asked = clock.now();
		const line = `${limits.perMinute}/${limits.perHour}`;
		const before = this.lastTurns.get(line) ?? Promise.resolve();
		const turn = before.then(async () => await this.waitForRoom(limits, clock, signal));
		// Who is cancelled leaves the queue without stopping those behind.
		this.lastTurns.set(line, turn.catch(() => undefined));
		await orCancelled(turn, signal).catch((error: unknown) => {
			// A turn may be long in coming; who is cancelled does not wait for it, and gives it back when it comes.
			turn.then(
				() => this.underWay--,
				() => undefined,
			);
			throw error;
		});
		return {
			waitedMs: clock.now() - asked,
			done: (counted) => {
				this.underWay--;
				if (counted) this.remember(clock.now(), limits);
			},
		};
	}

	/** Holds everybody back: the service said when it will answer again. */
	closeUntil(time: number): void {
		this.closedUntil = Math.max(this.closedUntil, time);
	}

	private async waitForRoom(limits: Limits, clock: Clock, signal?: AbortSignal): Promise<void> {
		for (;;) {
			throwIfCancelled(signal);
			const now = clock.now();
			const opens = Math.max(
				this.closedUntil,
				this.roomAt(limits.perMinute, MINUTE_MS, now),
				this.roomAt(limits.perHour, HOUR_MS, now),
			);
			if (opens <= now) {
				this.underWay++;
				return;
			}
			await pause(clock, opens - now, signal);
		}
	}

	/** When a window of `length` ms has room for one more call, as far as can be known now. */
	private roomAt(limit: number, length: number, now: number): number {
		const free = limit - this.underWay;
		if (limit <= 0 || this.answered.length < free) return now;
		return free > 0 ? this.answered[this.answered.length - free] + length : now + LOOK_AGAIN_MS;
	}

	private remember(now: number, limits: Limits): void {
		this.answered.push(now);
		// Forget in large steps: cutting the array at every call would copy it every time.
		if (this.answered.length > LONGEST_MEMORY) {
			const kept = Math.max(LONGEST_MEMORY / 2, limits.perHour);
			this.answered = this.answered.filter((time) => time > now - HOUR_MS).slice(-kept);
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
