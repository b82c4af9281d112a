import type { IExecuteFunctions } from 'n8n-workflow';
import type { MachineAction } from '../../service/machineAction';

/** A run with a key that was sent, and when, in ms of `Clock.elapsed`. */
interface Kept {
	action: MachineAction;
	at: number;
}

/** What was sent so long ago is listed, in ms, unless the service has lost it. */
const LISTED_AFTER_MS = 10 * 60_000;

/** The runs with a key of one execution, by tenant and app, device and key. */
type Memory = Map<string, Kept>;

/** By the cancel signal of the execution. */
const executions = new WeakMap<AbortSignal, Memory>();

/** Of all executions, as long as any has its Run at work: its list may be from before what another one sent. */
const beside: Memory = new Map();
let working = 0;

const underWay = new Set<string>();

/**
 * What this process has sent with a key, as long as lists may not show it: by this execution, and by those beside it,
 * which would send the same.
 */
export class KeyedMemory {
	private readonly own: Memory;

	constructor(context: IExecuteFunctions) {
		const execution = context.getExecutionCancelSignal();
		this.own = (execution && executions.get(execution)) ?? new Map<string, Kept>();
		if (execution) executions.set(execution, this.own);
		working++;
	}

	/** To be called when the node has done its work. */
	end(): void {
		if (--working === 0) beside.clear();
	}

	/** The actions that a place has, as they were when they were sent. */
	of(place: string, now: number): MachineAction[] {
		const kept = [this.own, beside].map((memory) => memory.get(place));
		return kept.flatMap((each) => (each && now - each.at < LISTED_AFTER_MS ? [each.action] : []));
	}

	/**
	 * Reserves a place.
	 *
	 * @returns to be called with what was sent, or without anything; undefined while somebody else has it
	 */
	reserve(place: string): ((sent?: Kept) => void) | undefined {
		if (underWay.has(place)) return undefined;
		underWay.add(place);
		return (sent) => {
			underWay.delete(place);
			if (sent) this.keep(place, sent);
		};
	}

	private keep(place: string, sent: Kept): void {
		this.own.set(place, sent);
		beside.set(place, sent);
		// A map keeps the order of insertion.
		for (const [oldest, { at }] of beside) {
			if (sent.at - at < LISTED_AFTER_MS) break;
			beside.delete(oldest);
		}
	}
}
