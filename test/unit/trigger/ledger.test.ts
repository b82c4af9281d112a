import type { PollOutcome, Ledger } from '../../../nodes/DefenderLiveResponse/trigger/ledger';
import {
	dueActions,
	isLastTry,
	nextLedger,
	pollFilter,
	pollTime,
	readLedger,
	missingIds,
} from '../../../nodes/DefenderLiveResponse/trigger/ledger';
import type { MachineAction } from '../../../nodes/DefenderLiveResponse/service/machineAction';
import { readMachineAction } from '../../../nodes/DefenderLiveResponse/service/machineAction';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NOW = Date.parse('2026-01-13T09:00:00Z');

const action = (id: string, status = 'Succeeded', endedAt = '2026-01-13T08:59:00.1234567Z'): MachineAction =>
	readMachineAction({ id, status, type: 'LiveResponse', lastUpdateDateTimeUtc: endedAt, commands: [] })!;

const empty: Ledger = { since: NOW - 10 * MINUTE, open: {}, done: {} };

/** The ledger after a poll that saw these actions. */
const after = (ledger: Ledger | undefined, actions: MachineAction[], now = NOW, fate: PollOutcome = 'given', unknownIds: string[] = []) =>
	nextLedger(ledger, { actions, unknownIds }, () => fate, now);

it.each([undefined, null, {}, { since: 'yesterday', open: {}, done: {} }, { since: 1 }, { since: 1e20, open: {}, done: {} }])(
	'has no memory in %p',
	(kept) => {
		expect(readLedger(kept)).toBeUndefined();
	},
);

it.each<[string, [number, number], number]>([
	['both clocks are right', [NOW + MINUTE, NOW + MINUTE], NOW + MINUTE],
	["the service's is ahead once", [NOW + MINUTE, NOW + DAY], NOW + MINUTE],
	["n8n's is ahead", [NOW + DAY, NOW + MINUTE], NOW + MINUTE],
	["the service's is behind once", [NOW + MINUTE, NOW - DAY], NOW],
	["n8n's is behind", [NOW - DAY, NOW + MINUTE], NOW],
	['the last poll was ahead of both', [NOW - DAY, NOW - 2 * DAY], NOW - DAY],
])('has the time at which nothing is missed or comes twice where %s', (_, clocks, expected) => {
	expect(pollTime(empty, clocks)).toBe(expected);
	expect(pollTime(undefined, clocks)).toBe(Math.min(...clocks));
});

it('reads back what it kept', () => {
	const ledger = after(undefined, [action('a'), action('b', 'Pending')]);
	expect(readLedger(JSON.parse(JSON.stringify(ledger)))).toEqual(ledger);
	expect(ledger).toEqual({ since: NOW - 10 * MINUTE, open: { b: { seen: NOW } }, done: { a: NOW } });
});

it('asks for what is new since, and for what is still running', () => {
	expect(pollFilter({ ...empty, since: NOW }, NOW + DAY)).toBe(
		"type eq 'LiveResponse' and (creationDateTimeUtc ge 2026-01-13T09:00:00.000Z or status eq 'Pending' or status eq 'InProgress')",
	);
});

it('looks back a day at first, since n8n’s clock may be wrong', () => {
	expect(pollFilter(undefined, NOW)).toContain('ge 2026-01-12T09:00:00.000Z');
});

it('asks by id for what was open and is not seen any more', () => {
	const ledger = { ...empty, open: { a: { seen: NOW }, b: { seen: NOW } } };
	expect(missingIds(ledger, [action('A', 'InProgress')])).toEqual(['b']);
	expect(missingIds(undefined, [])).toEqual([]);
});

it('treats an id as the same in upper and lower case', () => {
	expect(dueActions(after(empty, [action('ABC')]), [action('abc')], NOW)).toEqual([]);
});

it('knows what ended, oldest end first', () => {
	const [late, early] = [action('late', 'Failed', '2026-01-13T08:59:00.9Z'), action('early', 'TimeOut', '2026-01-13T08:58:00Z')];
	expect(dueActions(empty, [late, action('c', 'InProgress'), early], NOW)).toEqual([early, late]);
});

it('does not believe a list that lags behind and shows an ended action as unfinished once more', () => {
	const open = after(empty, [action('a', 'InProgress')]);
	const lagging = after(after(open, [action('a')], NOW + MINUTE), [action('a', 'InProgress')], NOW + 2 * MINUTE);
	expect(lagging.open).toEqual({});
	expect(dueActions(lagging, [action('a')], NOW + 2 * MINUTE)).toEqual([]);
});

it('keeps what a poll did not come to', () => {
	const ledger = after(empty, [action('a')], NOW, 'untouched');
	expect(dueActions(ledger, [action('a')], NOW).map(({ id }) => id)).toEqual(['a']);
	expect(isLastTry(ledger, action('a'))).toBe(false);
});

it('tries what failed again after a while, behind what is new, and gives up after the fourth time', () => {
	let ledger = empty;
	let now = NOW;
	for (const minutes of [1, 5, 30]) {
		expect(isLastTry(ledger, action('a'))).toBe(false);
		ledger = after(ledger, [action('a')], now, 'failed');
		expect(dueActions(ledger, [action('a')], now + minutes * MINUTE - 1)).toEqual([]);
		now += minutes * MINUTE;
		const due = dueActions(ledger, [action('a'), action('new', 'Failed', '2026-01-13T08:59:59Z')], now);
		expect(due.map(({ id }) => id)).toEqual(['new', 'a']);
	}
	expect(isLastTry(ledger, action('a'))).toBe(true);
});

it('forgets what was done with long ago', () => {
	const done = after(empty, [action('a')]);
	expect(after(done, [], NOW + 9 * MINUTE).done).toEqual({ a: NOW });
	expect(after(done, [], NOW + 11 * MINUTE).done).toEqual({});
});

it('knows what it has given for as long as the list shows it, since its date may be in the future', () => {
	const made = NOW + 3 * 60 * MINUTE;
	const future = { ...action('a'), creationDateTimeUtc: new Date(made).toISOString() };
	let ledger = after(empty, [future]);
	// It is listed as long as the poll before asked for its date.
	for (let now = NOW; ledger.since <= made; now += 9 * MINUTE) {
		expect(dueActions(ledger, [future], now)).toEqual([]);
		ledger = after(ledger, [future], now);
	}
	expect(after(ledger, [], made + DAY).done).toEqual({});
});

it('forgets after a week what the service does not know any more, and nothing else', () => {
	const open = after(empty, [action('a', 'Pending')]);
	const later = NOW + 8 * DAY;
	expect(after(open, [], NOW + 6 * DAY, 'given', ['a']).open).toEqual({ a: { seen: NOW } });
	expect(after(open, [], later, 'given', ['a']).open).toEqual({});
	// n8n was down, and there was no time to ask.
	expect(after(open, [], later).open).toEqual({ a: { seen: NOW } });
	expect(after(open, [action('a', 'Pending')], later).open).toEqual({ a: { seen: later } });
});
