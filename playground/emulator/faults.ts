import type { Operation } from './routes';

export type Effect =
	/** Waits so many real milliseconds, then goes on (other faults included). */
	| { kind: 'delay'; ms: number }
	| { kind: 'status'; status: number; headers?: Record<string, string>; body?: unknown; contentType?: string }
	/** A 429 as the service sends it. `retryAfter`: its header in seconds (default `seconds`, which is 1), as a date, or none. */
	| { kind: 'rateLimit'; retryAfter?: number | 'date' | 'none'; seconds?: number }
	/** Connection destroyed: before the request took effect, after it did but before the reply, or in the middle of the body. */
	| { kind: 'reset'; phase: 'beforeHeaders' | 'duringBody' | 'afterProcessing'; afterBytes?: number }
	/** Headers and `afterBytes` bytes (0), then nothing until the client leaves. */
	| { kind: 'stall'; afterBytes?: number }
	| { kind: 'slow'; bytesPerSecond: number }
	/** Content cut off: Content-Length of the whole (`full`), of what is sent (`short`), or none (`chunked`). */
	| { kind: 'truncate'; bytes: number; claim: 'full' | 'short' | 'chunked' }
	/** On `link`: the link handed out is past its life already. On `blob`: the link is found to be. */
	| { kind: 'expired' }
	| { kind: 'wrongMd5' }
	| { kind: 'redirect'; location: string; status?: number }
	/** 404; with `ms` until so long (emulator's clock) after the action was made, however many requests. */
	| { kind: 'notFound'; ms?: number }
	/** Status 200 with this body; a string or Buffer is sent as it is, anything else as JSON. */
	| { kind: 'badBody'; body: unknown };

export interface Fault {
	on: Operation | Operation[];
	/** How many requests it hits; default 1 (Infinity for `notFound` with `ms`). */
	times?: number;
	/** Lets the first so many matching requests pass. */
	skip?: number;
	when?: { tid?: string; machineId?: string; machineActionId?: string; index?: number; method?: string };
	/** Share of the matching requests that is hit, drawn from a generator with this seed (1). */
	probability?: number;
	seed?: number;
	effect: Effect;
}

export interface FaultHandle {
	readonly id: number;
	/** Requests hit so far. */
	readonly hits: number;
	remove(): void;
}

/** What a fault can look at. */
export interface FaultTarget {
	operation: Operation;
	method: string;
	/** Tenant of the token, or of the sign-in. */
	tid?: string;
	machineId?: string;
	machineActionId?: string;
	index?: number;
	actionCreatedAt?: number;
}

class ActiveFault implements FaultHandle {
	hits = 0;
	private seen = 0;
	private left: number;
	private random: number;

	constructor(
		readonly id: number,
		private readonly fault: Fault,
		private readonly now: () => number,
		readonly remove: () => void,
	) {
		const timed = fault.effect.kind === 'notFound' && fault.effect.ms !== undefined;
		this.left = Number(fault.times ?? (timed ? Infinity : 1));
		this.random = fault.seed ?? 1;
	}

	/** The effect on this request, if it is hit. */
	take(target: FaultTarget): Effect | undefined {
		const { on, when = {}, skip = 0, probability = 1, effect } = this.fault;
		if (this.left <= 0 || ![on].flat().includes(target.operation)) return undefined;
		const different = (Object.keys(when) as Array<keyof typeof when>).some(
			(key) => when[key] !== undefined && String(when[key]).toLowerCase() !== String(target[key]).toLowerCase(),
		);
		if (different) return undefined;
		if (effect.kind === 'notFound' && effect.ms !== undefined) {
			if (target.actionCreatedAt === undefined || this.now() >= target.actionCreatedAt + effect.ms) return undefined;
		}
		if (this.seen++ < skip || this.draw() >= probability) return undefined;
		this.left--;
		this.hits++;
		return effect;
	}

	/** The next number of the mulberry32 generator, 0 up to 1. */
	private draw(): number {
		this.random = (this.random + 0x6d2b79f5) | 0;
		let t = Math.imul(this.random ^ (this.random >>> 15), 1 | this.random);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	}
}

/** The faults in force, in the order they were set. */
export class Faults {
	private active: ActiveFault[] = [];
	private lastId = 0;

	constructor(private readonly now: () => number) {}

	add(fault: Fault): FaultHandle {
		const id = ++this.lastId;
		const handle = new ActiveFault(id, fault, this.now, () => {
			this.active = this.active.filter((other) => other !== handle);
		});
		this.active.push(handle);
		return handle;
	}

	clear(): void {
		this.active = [];
	}

	/** What happens to this request: delays add up, of the other effects the first one counts. */
	take(target: FaultTarget): { delayMs: number; effect?: Effect } {
		let delayMs = 0;
		for (const fault of this.active) {
			const effect = fault.take(target);
			if (effect?.kind === 'delay') delayMs += effect.ms;
			else if (effect) return { delayMs, effect };
		}
		return { delayMs };
	}
}
