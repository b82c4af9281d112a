import type { Ledger } from '../../../nodes/DefenderLiveResponse/trigger/ledger';
import { newlyEnded, nextLedger, pollFilter, readLedger, unseen } from '../../../nodes/DefenderLiveResponse/trigger/ledger';
import type { MachineAction } from '../../../nodes/DefenderLiveResponse/service/machineAction';
import { readMachineAction } from '../../../nodes/DefenderLiveResponse/service/machineAction';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NOW = Date.parse('2026-01-13T09:00:00Z');

const action = (id: string, status = 'Succeeded', endedAt = '2026-01-13T08:59:00.1234567Z'): MachineAction =>
	readMachineAction({ id, status, type: 'LiveResponse', lastUpdateDateTimeUtc: endedAt, commands: [] })!;

const all = () => true;
const empty: Ledger = { since: NOW - 10 * MINUTE, open: {}, done: {} };

it.each([undefined, null, {}, { since: 'yesterday', open: {}, done: {} }, { since: 1 }])('has no memory in %p', (kept) => {
	expect(readLedger(kept)).toBeUndefined();
});

it('reads back what it kept', () => {
	const ledger = nextLedger(undefined, [action('a'), action('b', 'Pending')], all, NOW);
	expect(readLedger(JSON.parse(JSON.stringify(ledger)))).toEqual(ledger);
	expect(ledger).toEqual({ since: NOW - 10 * MINUTE, open: { b: NOW }, done: { a: NOW } });
});

it('asks for what is new since, and for what has not ended', () => {
	expect(pollFilter({ ...empty, since: NOW }, NOW + DAY)).toBe(
		"type eq 'LiveResponse' and (creationDateTimeUtc ge 2026-01-13T09:00:00.000Z or status eq 'Pending' or status eq 'InProgress')",
	);
	expect(pollFilter(undefined, NOW)).toContain('ge 2026-01-13T08:50:00.000Z');
});

it('asks by id for what was open and is not seen any more', () => {
	const ledger = { ...empty, open: { a: NOW, b: NOW } };
	expect(unseen(ledger, [action('A', 'InProgress')])).toEqual(['b']);
	expect(unseen(undefined, [])).toEqual([]);
});

it('takes an id for the same in upper and lower case', () => {
	const ledger = nextLedger(empty, [action('ABC')], all, NOW);
	expect(newlyEnded(ledger, [action('abc')])).toEqual([]);
});

it('knows what ended, oldest end first', () => {
	const [late, early] = [action('late', 'Failed', '2026-01-13T08:59:00.9Z'), action('early', 'TimeOut', '2026-01-13T08:58:00Z')];
	expect(newlyEnded(empty, [late, action('c', 'InProgress'), early])).toEqual([early, late]);
});

it('does not believe a list that lags behind and shows an ended action as unfinished once more', () => {
	const open = nextLedger(empty, [action('a', 'InProgress')], all, NOW);
	const done = nextLedger(open, [action('a')], all, NOW + MINUTE);
	const lagging = nextLedger(done, [action('a', 'InProgress')], all, NOW + 2 * MINUTE);
	expect(lagging.open).toEqual({});
	expect(newlyEnded(lagging, [action('a')])).toEqual([]);
});

it('keeps what is left for later', () => {
	const ledger = nextLedger(empty, [action('a'), action('b')], ({ id }) => id === 'a', NOW);
	expect(newlyEnded(ledger, [action('a'), action('b')]).map(({ id }) => id)).toEqual(['b']);
	expect(ledger.open).toEqual({ b: NOW });
});

it('forgets what was done with long ago', () => {
	const done = nextLedger(empty, [action('a')], all, NOW);
	expect(nextLedger(done, [], all, NOW + 9 * MINUTE).done).toEqual({ a: NOW });
	expect(nextLedger(done, [], all, NOW + 11 * MINUTE).done).toEqual({});
});

it('forgets what the service has lost sight of after a week, and not before', () => {
	const open = nextLedger(empty, [action('a', 'Pending')], all, NOW);
	expect(nextLedger(open, [], all, NOW + 6 * DAY).open).toEqual({ a: NOW });
	expect(nextLedger(open, [], all, NOW + 8 * DAY).open).toEqual({});
});
