import type { IExecuteFunctions } from 'n8n-workflow';
import type { MachineAction } from '../../service/machineAction';

/** A run with a key that was sent, and when that became known, in ms of `Clock.elapsed`. */
interface SentEntry {
	/** Undefined where its answer was lost and it was not found. */
	action?: MachineAction;
	at: number;
}

/** What was sent so long ago is listed, in ms, unless the service has lost it. */
const MAX_UNLISTED_MS = 10 * 60_000;

/** The runs with a key of one execution, by tenant and app, device and key. */
type Memory = Map<string, SentEntry>;

/** By the cancel signal of the execution. */
const executions = new WeakMap<AbortSignal, Memory>();

/** Of all executions, as long as any has its Run at work: its list may be from before what another one sent. */
const allExecutions: Memory = new Map();
let activeNodes = 0;

const reserved = new Set<string>();

/**
 * What this process has sent with a key, as long as lists may not show it: by this execution, and by those beside it,
 * which would send the same.
 */
export class KeyedMemory {
	private readonly own: Memory;

	constructor(context: IExecuteFunctions) {
		const execution = context.getExecutionCancelSignal();
		this.own = (execution && executions.get(execution)) ?? new Map<string, SentEntry>();
		if (execution) executions.set(execution, this.own);
		activeNodes++;
	}

	/** To be called when the node has done its work. */
	end(): void {
		if (--activeNodes === 0) allExecutions.clear();
	}

	/** The actions that a place has, as they were when they were sent. */
	actionsAt(place: string, now: number): MachineAction[] {
		return this.entriesAt(place, now).flatMap(({ action }) => action ?? []);
	}

	/** When the search ended for a run of a place whose answer was lost; undefined where there is none. */
	lostAt(place: string, now: number): number | undefined {
		return this.entriesAt(place, now).find(({ action }) => !action)?.at;
	}

	/**
	 * Reserves a place.
	 *
	 * @returns to be called with what was sent, or without anything; undefined while somebody else has it
	 */
	reserve(place: string): ((sent?: SentEntry) => void) | undefined {
		if (reserved.has(place)) return undefined;
		reserved.add(place);
		return (sent) => {
			reserved.delete(place);
			if (sent) this.remember(place, sent);
		};
	}

	private entriesAt(place: string, now: number): SentEntry[] {
		const entries = [this.own, allExecutions].map((memory) => memory.get(place));
		return entries.flatMap((each) => (each && now - each.at < MAX_UNLISTED_MS ? [each] : []));
	}

	private remember(place: string, sent: SentEntry): void {
		this.own.set(place, sent);
		allExecutions.set(place, sent);
		// A map keeps the order of insertion.
		for (const [oldest, { at }] of allExecutions) {
			if (sent.at - at < MAX_UNLISTED_MS) break;
			allExecutions.delete(oldest);
		}
	}
}
