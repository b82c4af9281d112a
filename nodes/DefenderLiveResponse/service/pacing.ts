import type { Clock } from './clock';
import { abortable, MAX_SLEEP_MS } from './clock';
import type { LimitGroup } from './calls';
import { getOrCreate } from './getOrCreate';
import { HOUR_MS, MINUTE_MS } from './time';

/** Calls that may be made; 0 means no limit. */
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
	responses: { perMinute: 100, perHour: 1500 },
	packages: { perMinute: 2, perHour: 120 },
	tags: { perMinute: 100, perHour: 1500 },
};

/** More calls than this are forgotten, unless the user's own limit by the hour is higher. */
const MAX_REMEMBERED = 20_000;

/**
 * How long a refusal keeps all calls of a limit back, in ms. Who was refused waits as long as the service asks; the
 * others try again after the shortest of its limits, one at a time, since one odd answer must not stop them for an hour.
 */
const MAX_CLOSED_MS = MINUTE_MS;

/** The service has kept a call back for longer than it may wait. */
export class PacingTimeout extends Error {}

/** Who asks for leave to make a call. */
export interface TurnRequest {
	/** Identifies an execution: executions that wait for the same limit take turns. */
	caller: object;
	clock: Clock;
	signal?: AbortSignal;
	/** Called when the service keeps the call back: at once, or when another call is refused while this one waits. */
	keptBack?(): void;
}

/** Leave to make one call. */
export interface Turn {
	/** Milliseconds waited for it. */
	waitedMs: number;
	/** Those of them in which the service let no calls pass. */
	closedMs: number;
	/** To be called when the service has answered, or may have heard the call. */
	done(): void;
	/**
	 * To be called instead when the service refused the call for its limits: it does not count it.
	 *
	 * @param ms after which it will answer again
	 */
	refused(ms: number): void;
}

interface Waiting {
	keptBack?(): void;
	pass(): void;
	giveUp(): void;
	/** The pacer's `closedMs` by which it gives up. */
	untilClosedMs: number;
}

/** The calls of one execution that wait, first come, first served. */
interface Line {
	caller: object;
	limits: Limits;
	waiting: Waiting[];
}

/**
 * Lets calls of one limit pass as fast as the limit allows; executions that wait take turns, so that a small one need
 * not wait for the end of a large one.
 *
 * A call counts from before it is sent until a window's length after its answer. It reached the service somewhere in
 * between, so the service never sees more calls in a window than it allows, however long each takes on its way.
 *
 * If the service still refuses, another client uses the limit too. Then all wait as long as it says, a minute at
 * most, and go on with one call at a time, and one more with each that passes, until a minute went well: what is left is
 * used up without many refusals.
 */
export class Pacer {
	/** When calls of the last hour were answered, oldest first, in ms of `Clock.elapsed`, as all times here. */
	private answered: number[] = [];

	private underWay = 0;

	/** How many calls may be under way in the minute after a refusal. */
	private maxUnderWay = Infinity;

	/** The last time in which the service let no calls pass, from the last refusal on. */
	private closedFrom = -Infinity;

	private closedUntil = -Infinity;

	/** How long it let none pass before that, all times together. */
	private closedBeforeMs = 0;

	/** The next one's turn first. */
	private lines: Line[] = [];

	private sleeping = false;

	/**
	 * Resolves when a call may be made.
	 *
	 * @param patienceMs how long the service may keep it back; the wait for room within the limits does not count
	 * @throws PacingTimeout, Cancelled
	 */
	async take({ caller, clock, signal, keptBack }: TurnRequest, limits: Limits, patienceMs = Infinity): Promise<Turn> {
		const askedAt = clock.elapsed();
		const closedBefore = this.closedMs(askedAt);
		const line = this.lineOf(caller, limits);
		let end: () => void = () => undefined;
		const ended = new Promise<void>((resolve) => (end = resolve));
		let passedAt: number | undefined;
		const waiting: Waiting = {
			keptBack,
			pass: () => {
				passedAt = clock.elapsed();
				end();
			},
			giveUp: () => end(),
			untilClosedMs: closedBefore + patienceMs,
		};
		line.waiting.push(waiting);
		if (askedAt < this.closedUntil) keptBack?.();
		this.admit(clock);
		await abortable(ended, signal).catch((error: unknown) => {
			line.waiting = line.waiting.filter((other) => other !== waiting);
			// It was let pass at the very moment.
			if (passedAt !== undefined) this.leave(clock);
			throw error;
		});
		if (passedAt === undefined) throw new PacingTimeout();
		return {
			waitedMs: passedAt - askedAt,
			closedMs: this.closedMs(passedAt) - closedBefore,
			done: () => {
				this.maxUnderWay++;
				this.recordAnswered(clock.elapsed(), limits);
				this.leave(clock);
			},
			refused: (ms) => {
				this.maxUnderWay = 1;
				this.close(clock.elapsed(), ms);
				this.leave(clock);
			},
		};
	}

	/**
	 * Counts calls of an earlier process, which the service still counts too. Only before the first call of this one: then
	 * it knows better.
	 *
	 * @param times in ms of `Clock.elapsed`, ascending
	 */
	startAfter(times: number[]): void {
		if (this.answered.length === 0 && this.underWay === 0) this.answered = times;
	}

	private close(now: number, ms: number): void {
		this.closedBeforeMs = this.closedMs(now);
		this.closedFrom = now;
		this.closedUntil = Math.max(this.closedUntil, now + Math.min(ms, MAX_CLOSED_MS));
		if (now >= this.closedUntil) return;
		for (const { waiting } of this.lines) for (const { keptBack } of waiting) keptBack?.();
	}

	/** How long the service has let no calls pass, in ms, since this pacer was made. */
	private closedMs(now: number): number {
		if (this.closedFrom === -Infinity) return 0;
		return this.closedBeforeMs + Math.min(now, this.closedUntil) - this.closedFrom;
	}

	private lineOf(caller: object, limits: Limits): Line {
		let line = this.lines.find((candidate) => candidate.caller === caller);
		if (!line) {
			line = { caller, limits, waiting: [] };
			this.lines.push(line);
		}
		return line;
	}

	private leave(clock: Clock): void {
		this.underWay--;
		this.admit(clock);
	}

	/** Lets pass who may, each line in turn, and looks again when there will be room. */
	private admit(clock: Clock): void {
		const now = clock.elapsed();
		for (;;) {
			this.lines = this.lines.filter(({ waiting }) => waiting.length > 0);
			const opens = this.lines.map(({ limits }) => this.opensAt(limits, now));
			const next = opens.findIndex((time) => time <= now);
			if (next < 0) {
				// However full it is, a call may give up in the meantime.
				const closed = this.lines.length > 0 && now < this.closedUntil ? this.closedUntil : Infinity;
				return this.scheduleAdmit(clock, Math.min(closed, ...opens) - now);
			}
			const [line] = this.lines.splice(next, 1);
			// A call with its own low limits does not delay the others.
			this.lines.push(line);
			this.underWay++;
			line.waiting.shift()?.pass();
		}
	}

	/** @param ms Infinity when the end of a call makes room, or no call waits */
	private scheduleAdmit(clock: Clock, ms: number): void {
		if (this.sleeping || ms === Infinity) return;
		this.sleeping = true;
		void clock.sleep(Math.min(ms, MAX_SLEEP_MS)).then(() => {
			this.sleeping = false;
			this.rejectExpired(clock.elapsed());
			this.admit(clock);
		});
	}

	/** Releases calls that were held for too long. */
	private rejectExpired(now: number): void {
		if (now >= this.closedUntil) return;
		const closedMs = this.closedMs(now);
		for (const line of this.lines) {
			const impatient = line.waiting.filter(({ untilClosedMs }) => untilClosedMs <= closedMs);
			line.waiting = line.waiting.filter(({ untilClosedMs }) => untilClosedMs > closedMs);
			for (const { giveUp } of impatient) giveUp();
		}
	}

	/** When there is room for one more call, as far as can be known now. */
	private opensAt({ perMinute, perHour }: Limits, now: number): number {
		const isCautious = now < this.closedUntil + MINUTE_MS;
		if (isCautious && this.underWay >= this.maxUnderWay) return Infinity;
		return Math.max(this.closedUntil, this.roomAt(perMinute, MINUTE_MS, now), this.roomAt(perHour, HOUR_MS, now));
	}

	/** The same for a window of `length` ms. */
	private roomAt(limit: number, length: number, now: number): number {
		const free = limit - this.underWay;
		if (limit <= 0 || this.answered.length < free) return now;
		return free > 0 ? this.answered[this.answered.length - free] + length : Infinity;
	}

	private recordAnswered(now: number, limits: Limits): void {
		this.answered.push(now);
		// Forget in large steps: cutting the array at every call would copy it every time.
		if (this.answered.length > MAX_REMEMBERED) {
			const kept = Math.max(MAX_REMEMBERED / 2, limits.perHour);
			this.answered = this.answered.filter((time) => time > now - HOUR_MS).slice(-kept);
		}
	}
}

/** One pacer for each application, tenant and limit, shared by all executions of this process. */
const pacers = new Map<string, Pacer>();

/** The pacer of `application` (anything that names tenant and app) for a limit. */
export function pacerFor(application: string, group: LimitGroup): Pacer {
	return getOrCreate(pacers, `${group} ${application}`, () => new Pacer());
}
