import type { MachineAction } from '../service/machineAction';
import { actionKey, hasEnded } from '../service/machineAction';

/**
 * How long a new action may take to show, in ms: the service shows it with a delay, for which other clients allow two
 * minutes. Whatever was created within this time is looked at again, so that none is missed.
 */
const APPEARS_WITHIN_MS = 10 * 60_000;

/** What has not come to an end after this time, in ms, is forgotten: Defender gives up on a device after days. */
const FORGOTTEN_AFTER_MS = 7 * 24 * 3_600_000;

/**
 * What a trigger remembers from poll to poll. It holds the live responses that have not ended, and those of the last
 * minutes: however many there were before, it does not grow.
 */
export interface Ledger {
	/** Actions created from then on are asked for, in ms. */
	since: number;
	/** Actions to be given out when they have ended, by id, with when each was first seen, in ms. */
	open: Record<string, number>;
	/** Actions that are done with, by id, with when that was, in ms; those of the last minutes. */
	done: Record<string, number>;
}

/** Reads what n8n kept; undefined before the first poll. */
export function readLedger(kept: unknown): Ledger | undefined {
	const { since, open, done } = (kept ?? {}) as Partial<Ledger>;
	return typeof since === 'number' && open && done ? { since, open, done } : undefined;
}

/** The OData filter for what a poll has to see: what is new, and what has not ended, however old it is. */
export function pollFilter(ledger: Ledger | undefined, now: number): string {
	const since = new Date(ledger?.since ?? now - APPEARS_WITHIN_MS).toISOString();
	return `type eq 'LiveResponse' and (creationDateTimeUtc ge ${since} or status eq 'Pending' or status eq 'InProgress')`;
}

/** Ids of open actions that a poll did not see: they have ended, unless the service has lost sight of them. */
export function unseen(ledger: Ledger | undefined, seen: MachineAction[]): string[] {
	const keys = new Set(seen.map(({ id }) => actionKey(id)));
	return Object.keys(ledger?.open ?? {}).filter((key) => !keys.has(key));
}

/** The actions that have ended and were not given out before, in the order in which they ended. */
export function newlyEnded(ledger: Ledger, seen: MachineAction[]): MachineAction[] {
	const endedAt = ({ lastUpdateDateTimeUtc }: MachineAction) => lastUpdateDateTimeUtc ?? '';
	return seen
		.filter((action) => hasEnded(action) && !Object.hasOwn(ledger.done, actionKey(action.id)))
		.sort((a, b) => endedAt(a).localeCompare(endedAt(b)));
}

/**
 * The ledger after a poll.
 *
 * @param seen everything that the poll saw
 * @param isDone whether an ended action is done with; one that is not is seen again by the next poll
 * @param now the service's time, in ms
 */
export function nextLedger(
	ledger: Ledger | undefined,
	seen: MachineAction[],
	isDone: (action: MachineAction) => boolean,
	now: number,
): Ledger {
	const since = now - APPEARS_WITHIN_MS;
	const open = { ...ledger?.open };
	const done = { ...ledger?.done };
	for (const action of seen) {
		const key = actionKey(action.id);
		if (Object.hasOwn(done, key)) continue;
		if (hasEnded(action) && isDone(action)) {
			delete open[key];
			// Longer than its creation: a list may lag behind and show it unfinished once more.
			done[key] = now;
		} else {
			open[key] ??= now;
		}
	}
	const kept = (entries: Record<string, number>, oldest: number) =>
		Object.fromEntries(Object.entries(entries).filter(([, at]) => at >= oldest));
	return { since, open: kept(open, now - FORGOTTEN_AFTER_MS), done: kept(done, since) };
}
