import type { MachineAction } from '../service/machineAction';
import { actionKey, hasEnded } from '../service/machineAction';
import { LIVE_RESPONSES, UNFINISHED_STATUSES } from '../service/machineActions';
import { DAY_MS, MINUTE_MS } from '../service/time';

/**
 * How long a new action may take to show, in ms: the service shows it with a delay, for which other clients allow two
 * minutes. Everything created within this time is checked again, so that none is missed.
 */
const MAX_LIST_DELAY_MS = 10 * MINUTE_MS;

/** How far the first poll looks back, in ms: n8n's clock may be wrong, and the service's is not known yet. */
const FIRST_POLL_RANGE_MS = DAY_MS;

/** What the service has lost sight of for so long, in ms, is forgotten: Defender gives up on a device after days. */
const FORGOTTEN_AFTER_MS = 7 * DAY_MS;

/** When a result that could not be fetched is tried again, in ms after each try; after the last one it is given up. */
const TRY_AGAIN_AFTER_MS = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS];

/** An action that is to be given out when it has ended. Times in ms. */
interface OpenAction {
	/** When it was last seen. */
	seen: number;
	/** How often its results could not be fetched, and when to try again. */
	tries?: number;
	next?: number;
}

/**
 * What a trigger remembers from poll to poll. It holds the unfinished live responses and those of the last minutes, so
 * it does not grow with the number of older ones.
 */
export interface Ledger {
	/** Actions created from then on are asked for, in ms. */
	since: number;
	/** By id. */
	open: Record<string, OpenAction>;
	/** Actions that are done with, by id, with when that was, or when they were made if that is later, in ms; those of the last minutes. */
	done: Record<string, number>;
}

/** What a poll did with an action that has ended: gave it out, could not, or did not come to it. */
export type PollOutcome = 'given' | 'failed' | 'untouched';

/** Reads what n8n kept; undefined before the first poll. */
export function readLedger(kept: unknown): Ledger | undefined {
	const { since, open, done } = (kept ?? {}) as Partial<Ledger>;
	const isTime = typeof since === 'number' && !Number.isNaN(new Date(since).getTime());
	return isTime && open && done ? { since, open, done } : undefined;
}

/**
 * The time of a poll, by which nothing is missed and nothing comes twice although a clock is wrong for a while: the
 * earlier of both, but not before the last poll's, unless both are.
 *
 * @param clocks the time by n8n's clock and by the service's, in ms
 */
export function pollTime(ledger: Ledger | undefined, clocks: [number, number]): number {
	const before = ledger ? ledger.since + MAX_LIST_DELAY_MS : -Infinity;
	return Math.max(Math.min(...clocks), Math.min(before, Math.max(...clocks)));
}

/** The OData filter of a poll: new live responses, and unfinished ones of any age. */
export function pollFilter(ledger: Ledger | undefined, now: number): string {
	const since = new Date(ledger?.since ?? now - FIRST_POLL_RANGE_MS).toISOString();
	return `${LIVE_RESPONSES} and (creationDateTimeUtc ge ${since} or ${UNFINISHED_STATUSES})`;
}

/** Ids of open actions that a poll did not see: they have ended, unless the service has lost sight of them. */
export function missingIds(ledger: Ledger | undefined, seen: MachineAction[]): string[] {
	const keys = new Set(seen.map(({ id }) => actionKey(id)));
	return Object.keys(ledger?.open ?? {}).filter((key) => !keys.has(key));
}

/**
 * The actions that have ended and are to be given out now, in the order in which they ended; those that failed before
 * come last.
 *
 * @param now the service's time, in ms
 */
export function dueActions(ledger: Ledger, seen: MachineAction[], now: number): MachineAction[] {
	const endedAt = ({ lastUpdateDateTimeUtc }: MachineAction) => lastUpdateDateTimeUtc ?? '';
	return seen
		.filter((action) => hasEnded(action) && !Object.hasOwn(ledger.done, actionKey(action.id)))
		.filter(({ id }) => (ledger.open[actionKey(id)]?.next ?? 0) <= now)
		.sort((a, b) => triesOf(ledger, a) - triesOf(ledger, b) || endedAt(a).localeCompare(endedAt(b)));
}

function triesOf(ledger: Ledger, { id }: MachineAction): number {
	return ledger.open[actionKey(id)]?.tries ?? 0;
}

/** Whether an action's results are not tried again when they cannot be fetched now. */
export function isLastTry(ledger: Ledger, action: MachineAction): boolean {
	return triesOf(ledger, action) >= TRY_AGAIN_AFTER_MS.length;
}

/** What a poll saw. */
export interface PollResult {
	/** Each once. */
	actions: MachineAction[];
	/** Ids that the service did not know when it was asked for them. */
	unknownIds: string[];
}

/**
 * The ledger after a poll.
 *
 * @param outcomeOf of an action that has ended
 * @param now the time of the poll, in ms
 * @param tried the same when the last result had been tried
 */
export function nextLedger(
	ledger: Ledger | undefined,
	{ actions, unknownIds }: PollResult,
	outcomeOf: (action: MachineAction) => PollOutcome,
	now: number,
	tried = now,
): Ledger {
	const open: Record<string, OpenAction> = { ...ledger?.open };
	const done = { ...ledger?.done };
	for (const action of actions) {
		const key = actionKey(action.id);
		// A list may lag behind and show what is done with as unfinished once more.
		if (Object.hasOwn(done, key)) continue;
		const outcome = hasEnded(action) ? outcomeOf(action) : 'untouched';
		const { tries = 0 } = open[key] ?? {};
		if (outcome === 'given') {
			delete open[key];
			// One whose date is in the future is listed for longer.
			done[key] = Math.max(now, Date.parse(action.creationDateTimeUtc ?? '') || 0);
		} else if (outcome === 'failed') {
			open[key] = { seen: now, tries: tries + 1, next: tried + (TRY_AGAIN_AFTER_MS[tries] ?? 0) };
		} else {
			open[key] = { ...open[key], seen: now };
		}
	}
	for (const key of unknownIds) if (open[key]?.seen < now - FORGOTTEN_AFTER_MS) delete open[key];
	const recent = Object.entries(done).filter(([, at]) => at >= now - MAX_LIST_DELAY_MS);
	return { since: now - MAX_LIST_DELAY_MS, open, done: Object.fromEntries(recent) };
}
