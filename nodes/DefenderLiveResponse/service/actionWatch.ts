import { MAX_SLEEP_MS, stoppable, throwIfCancelled } from './clock';
import type { Budget, WaitBudget } from './deadline';
import { CommonBudget, Deadline } from './deadline';
import { DefenderError, refusal } from './errors';
import { getOrCreate } from './getOrCreate';
import type { MachineAction } from './machineAction';
import { actionKey, hasEnded } from './machineAction';
import { getMachineAction, getMachineActionsById, idLists, isQueryRefused, listUnfinished } from './machineActions';
import { isThrottled, isTransient, retryAfterMs } from './retry';
import type { Session } from './session';
import { perSignIn, serviceNow, withOwnStats } from './session';

/**
 * How long an action may be unknown before its id counts as wrong, in ms: the service shows a new action
 * with a delay, for which other clients allow two minutes.
 */
const MAX_UNKNOWN_MS = 120_000;

/** An action when its watch ended: it has ended, or the wait was over. */
export interface Observation {
	action: MachineAction;
	ended: boolean;
	/** Why it could not be seen the last time, where that is so. */
	refusal?: DefenderError;
}

/** How an action is waited for. */
export interface Wait {
	deadline: WaitBudget;
	/** Between two polls. */
	intervalMs: number;
	/** Whether the service itself gave the id: one that it does not show yet is not wrong then. */
	certain?: boolean;
}

interface Waiter extends Wait {
	resolve(observation: Observation): void;
	reject(error: unknown): void;
}

interface Watched {
	id: string;
	/** When the watch of this action began, in ms of `Clock.elapsed`. */
	since: number;
	action?: MachineAction;
	/** Why it could not be seen the last time. */
	refusal?: DefenderError;
	/** Whether only its path shows it: a list may lag, or leave it out. */
	isUnlisted?: boolean;
	waiters: Set<Waiter>;
}

/** How many lists of ids are asked for side by side before it is known whether any of them is unfinished. */
const MAX_FIRST_LISTS = 3;

/**
 * The state of every action, by key, with as few calls as possible: few ids are asked for directly; for many,
 * one call gets all unfinished actions of the tenant, and only the others are asked for by id. At first a hundred are
 * few: most have ended, and would wait for an answer that does not have them.
 */
async function readStates(session: Session, ids: string[], isFirst: boolean): Promise<Map<string, MachineAction>> {
	const seen = new Map<string, MachineAction>();
	const note = (actions: MachineAction[]) => {
		for (const action of actions) seen.set(actionKey(action.id), action);
	};
	let unknown = ids;
	if (idLists(ids).length > (isFirst ? MAX_FIRST_LISTS : 1) || session.learned.refusesIdLists) {
		const unfinished = await listUnfinished(session).catch((error: unknown): MachineAction[] => {
			if (error instanceof DefenderError && isQueryRefused(error)) return [];
			throw error;
		});
		note(unfinished);
		unknown = ids.filter((id) => !seen.has(actionKey(id)));
	}
	await Promise.all(idLists(unknown).map(async (list) => note(await getMachineActionsById(session, list))));
	return seen;
}

/**
 * Watches any number of actions with common status calls, until each has ended or has been waited for long enough.
 * Several items may wait for one action, each for a time of its own.
 */
export class ActionWatch {
	private readonly open = new Map<string, Watched>();

	private readonly all = new Map<string, Watched>();

	/** Of all who wait. */
	private readonly budgets = new Set<Budget>();

	private running = false;

	/** When the last look ended, and before when the service wants no other, in ms of `Clock.elapsed`. */
	private polledAt = 0;

	private notBefore = -Infinity;

	/** Why the look that is under way has not come to an end. */
	private lastError: DefenderError | undefined;

	constructor(private readonly session: Session) {}

	/**
	 * Resolves as soon as the action has ended, or with its last state when the wait ends.
	 *
	 * @throws DefenderError when the action is unknown or the service finally refuses; Cancelled
	 */
	async until(id: string, wait: Wait): Promise<Observation> {
		throwIfCancelled(this.session.signal);
		const key = actionKey(id);
		const watched = getOrCreate(this.all, key, (): Watched => ({ id, since: this.session.clock.elapsed(), waiters: new Set() }));
		if (watched.action && hasEnded(watched.action)) return { action: watched.action, ended: true };
		return await new Promise<Observation>((resolve, reject) => {
			watched.waiters.add({ ...wait, resolve, reject });
			this.budgets.add(wait.deadline);
			this.open.set(key, watched);
			if (!this.running) void this.run();
		});
	}

	private waiters(): Waiter[] {
		return [...this.open.values()].flatMap(({ waiters }) => [...waiters]);
	}

	private async run(): Promise<void> {
		this.running = true;
		const { clock, signal } = this.session;
		// Everything that is asked for in this turn of the event loop is part of the first poll.
		await Promise.resolve();
		try {
			while (this.open.size > 0) {
				await this.pollAll();
				while (this.open.size > 0 && clock.elapsed() < this.nextPollAt()) {
					throwIfCancelled(signal);
					await clock.sleep(Math.min(MAX_SLEEP_MS, this.nextPollAt() - clock.elapsed()));
					if (clock.elapsed() < this.notBefore) this.settleAll(({ deadline }) => deadline.waitLeftMs() <= 0);
				}
			}
		} catch (error) {
			for (const { reject } of this.waiters()) reject(error);
			this.open.clear();
			this.budgets.clear();
		}
		this.running = false;
	}

	/** After the shortest interval, or as soon as an item has waited for long enough. */
	private nextPollAt(): number {
		const now = this.session.clock.elapsed();
		let next = Infinity;
		for (const { waiters } of this.open.values()) {
			for (const { deadline, intervalMs } of waiters) {
				next = Math.min(next, this.polledAt + intervalMs, now + Math.max(0, deadline.waitLeftMs()));
			}
		}
		return Math.max(next, this.notBefore);
	}

	private async pollAll(): Promise<void> {
		const { clock } = this.session;
		const polled = [...this.open];
		const { signal, stop, end } = stoppable(this.session.signal);
		// No single result can be charged with the status calls.
		const session = {
			...withOwnStats(this.session),
			deadline: new CommonBudget(clock, this.budgets),
			onFailure: (error: DefenderError) => void (this.lastError = error),
			signal,
		};
		let polling = true;
		const release = async () => {
			while (polling) {
				await clock.sleep(MAX_SLEEP_MS);
				if (!polling) return;
				this.settleAll(({ deadline }) => deadline.leftMs() <= 0);
				// No wait needs its result any more.
				if (this.open.size === 0) stop();
			}
		};
		void release();
		await this.poll(session, polled)
			.catch((error: unknown) => {
				const isUnneeded = signal.aborted && !this.session.signal?.aborted;
				if (!isUnneeded) throw error;
			})
			.finally(() => {
				polling = false;
				this.polledAt = clock.elapsed();
				this.lastError = undefined;
				end();
			});
	}

	private async poll(session: Session, polled: Array<[string, Watched]>): Promise<void> {
		const seen = await readStates(
			session,
			polled.map(([, { id }]) => id),
			polled.every(([, { action }]) => !action),
		).catch(refusal);
		if (seen instanceof DefenderError) this.handleRefusal(seen);
		for (const [key, watched] of polled) {
			let found = seen instanceof DefenderError ? seen : seen.get(key);
			if (!found && (watched.isUnlisted || (!watched.action && this.isUnknownId(watched)))) {
				watched.isUnlisted = true;
				// Asked for by its path, the service says why there is none.
				found = await getMachineAction(session, watched.id).catch(refusal);
			}
			watched.refusal = found instanceof DefenderError ? found : undefined;
			if (found && !(found instanceof DefenderError)) watched.action = found;
			this.settle(key, watched);
		}
	}

	/** A refusal that may have ended at the next poll, and when that may be. */
	private handleRefusal(refused: DefenderError): void {
		const { failure } = refused;
		if (!failure || !isTransient(failure)) throw refused;
		if (!isThrottled(failure)) return;
		const { clock } = this.session;
		this.notBefore = clock.elapsed() + (retryAfterMs(failure.retryAfter, serviceNow(this.session)) ?? 0);
	}

	private isUnknownId({ since, waiters }: Watched): boolean {
		if (this.session.clock.elapsed() - since >= MAX_UNKNOWN_MS) return [...waiters].some(({ certain }) => !certain);
		return [...waiters].some(({ deadline }) => deadline.waitLeftMs() <= 0);
	}

	/** Resolves all waits whose action has ended, or whose time has passed. */
	private settle(key: string, watched: Watched): void {
		const { action, refusal: refused, waiters } = watched;
		const ended = action !== undefined && hasEnded(action);
		const isUnknown = !action && refused?.status === 404;
		for (const waiter of waiters) {
			const isOver = ended || waiter.deadline.waitLeftMs() <= 0 || (isUnknown && !waiter.certain);
			if (isOver) this.settleWaiter(key, watched, waiter);
		}
	}

	private settleAll(isOver: (waiter: Waiter) => boolean): void {
		for (const [key, watched] of this.open) {
			for (const waiter of watched.waiters) if (isOver(waiter)) this.settleWaiter(key, watched, waiter, this.lastError);
		}
	}

	private settleWaiter(key: string, { action, refusal: refused, waiters }: Watched, waiter: Waiter, lastError?: DefenderError): void {
		waiters.delete(waiter);
		this.budgets.delete(waiter.deadline);
		if (waiters.size === 0) this.open.delete(key);
		const reason = refused ?? lastError;
		const isLate = !reason || (reason.status === 404 && waiter.certain);
		if (action) waiter.resolve({ action, ended: hasEnded(action), ...(reason && { refusal: reason }) });
		else if (!isLate) waiter.reject(reason);
		else waiter.reject(new DefenderError('Defender does not show the machine action yet', 'Ask for its result later, by its ID.'));
	}
}

/** The watch of each tenant and app, shared by all items of a node. */
export function watches(): (session: Session) => ActionWatch {
	return perSignIn((session) => new ActionWatch(session));
}

/** How long a cancelled action is watched until it has ended, and how often, in ms. */
const MAX_CANCEL_MS = 60_000;
const CANCEL_INTERVAL_MS = 5_000;

/**
 * An action after it was cancelled, when it has ended, or as last seen: it takes a moment to end.
 *
 * @param maxMs how long it is watched; 0 for one look
 * @throws Cancelled
 */
export async function watchCancelled(session: Session, seen: MachineAction, maxMs = MAX_CANCEL_MS): Promise<MachineAction> {
	const left = Math.max(0, session.deadline.leftMs());
	const watchMs = Math.min(maxMs, left / 2);
	const wait = { deadline: new Deadline(session.clock, watchMs, left - watchMs), intervalMs: CANCEL_INTERVAL_MS, certain: true };
	const observation = await new ActionWatch(session).until(seen.id, wait).catch(refusal);
	return observation instanceof DefenderError ? seen : observation.action;
}
