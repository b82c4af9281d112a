import type { Effect } from './effects';
import type { Operation } from './routes';

export interface Fault {
	on: Operation | Operation[];
	/** How many requests it hits; default 1 (Infinity for `notFound` with `ms`). */
	times?: number;
	/** The number of matching requests that pass first. */
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

/** What a fault can check. */
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
