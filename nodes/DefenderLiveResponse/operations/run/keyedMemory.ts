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

/** Of the executions whose Run is at work at the moment. */
const atWork = new Set<Memory>();

/** What is sent at the moment. */
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
		atWork.add(this.own);
	}

	/** To be called when the node has done its work. */
	end(): void {
		atWork.delete(this.own);
	}

	/** The actions that a place has, as they were when they were sent. */
	of(place: string, now: number): MachineAction[] {
		const kept = [...new Set([this.own, ...atWork])].map((memory) => memory.get(place));
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
			if (sent) this.own.set(place, sent);
		};
	}
}
