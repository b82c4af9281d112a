import { pause } from './clock';
import { DefenderError, refusal } from './errors';
import type { MachineAction } from './machineAction';
import { actionKey, hasEnded } from './machineAction';
import { getMachineAction, getMachineActionsById, idLists, listUnfinished } from './machineActions';
import { isTransient } from './retry';
import type { Session } from './session';
import { withOwnStats } from './session';

/**
 * How long an action may be unknown before its id counts as wrong, in ms: the service shows a new action
 * with a delay, for which other clients allow two minutes.
 */
const UNKNOWN_FOR_MS = 120_000;

/** An action when its watch ended: it has ended, or the wait was over. */
export interface Sighting {
	action: MachineAction;
	ended: boolean;
}

interface Watched {
	id: string;
	/** When the watch of this action began, in ms. */
	since: number;
	action?: MachineAction;
	/** Why it could not be seen the last time. */
	refusal?: DefenderError;
	resolve(sighting: Sighting): void;
	reject(error: unknown): void;
	sighting: Promise<Sighting>;
}

/** The same for a refusal that may be over at the next look. */
function transientRefusal(error: unknown): DefenderError {
	const { failure } = refusal(error);
	if (failure && isTransient(failure)) return error as DefenderError;
	throw error;
}

/**
 * The state of every action, by key, with as few calls as can be: few ids are asked for by name; of many,
 * what has not ended comes in one call for the whole tenant, and only the others are asked for by name.
 */
async function look(session: Session, ids: string[]): Promise<Map<string, MachineAction>> {
	const seen = new Map<string, MachineAction>();
	const note = (actions: MachineAction[]) => {
		for (const action of actions) seen.set(actionKey(action.id), action);
	};
	let unknown = ids;
	if (idLists(ids).length > 1) {
		note(await listUnfinished(session));
		unknown = ids.filter((id) => !seen.has(actionKey(id)));
	}
	for (const list of idLists(unknown)) note(await getMachineActionsById(session, list));
	return seen;
}

/** Watches any number of actions with common status calls, until each has ended or has been waited for long enough. */
export class ActionWatch {
	private readonly open = new Map<string, Watched>();

	private readonly all = new Map<string, Watched>();

	private looking = false;

	private readonly session: Session;

	/**
	 * @param intervalMs between two looks
	 * @param maxWaitMs for each action, from the moment it is asked for; 0 looks once
	 */
	constructor(
		session: Session,
		private readonly intervalMs: number,
		private readonly maxWaitMs: number,
	) {
		// No single result can be charged with the status calls.
		this.session = withOwnStats(session);
	}

	/**
	 * Resolves as soon as the action has ended, or with its last state when the wait is over.
	 *
	 * @throws DefenderError when the action is unknown or the service refuses for good; Cancelled
	 */
	async until(id: string): Promise<Sighting> {
		const key = actionKey(id);
		let watched = this.all.get(key);
		if (!watched) {
			watched = this.add(id);
			this.all.set(key, watched);
			this.open.set(key, watched);
			if (!this.looking) {
				this.looking = true;
				void this.run();
			}
		}
		return await watched.sighting;
	}

	private add(id: string): Watched {
		const watched = { id, since: this.session.clock.now() } as Watched;
		watched.sighting = new Promise((resolve, reject) => {
			watched.resolve = resolve;
			watched.reject = reject;
		});
		return watched;
	}

	private async run(): Promise<void> {
		const { clock, signal } = this.session;
		// All that is asked for in this turn of the event loop goes into the first look.
		await Promise.resolve();
		try {
			while (this.open.size > 0) {
				await this.lookAtAll();
				if (this.open.size === 0) break;
				const soonest = Math.min(...[...this.open.values()].map(({ since }) => since + this.maxWaitMs));
				await pause(clock, Math.min(this.intervalMs, Math.max(0, soonest - clock.now())), signal);
			}
		} catch (error) {
			for (const watched of this.open.values()) watched.reject(error);
			this.open.clear();
		}
		this.looking = false;
	}

	private async lookAtAll(): Promise<void> {
		const asked = [...this.open];
		const ids = asked.map(([, { id }]) => id);
		const seen = await look(this.session, ids).catch(transientRefusal);
		const now = this.session.clock.now();
		for (const [key, watched] of asked) {
			const waited = now - watched.since;
			const over = waited >= this.maxWaitMs;
			let found = seen instanceof DefenderError ? seen : seen.get(key);
			if (!found && !watched.action && (over || waited >= UNKNOWN_FOR_MS)) {
				// Asked for by its path, the service says why there is none.
				found = await getMachineAction(this.session, watched.id).catch(refusal);
			}
			if (found instanceof DefenderError) watched.refusal = found;
			else if (found) watched.action = found;
			this.settle(key, watched, over);
		}
	}

	private settle(key: string, { action, refusal: refused, resolve, reject }: Watched, over: boolean): void {
		const ended = action !== undefined && hasEnded(action);
		const unknown = !action && refused?.status === 404;
		if (!ended && !unknown && !over) return;
		this.open.delete(key);
		if (action) resolve({ action, ended });
		else reject(refused);
	}
}
