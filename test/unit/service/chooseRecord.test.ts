import type { Machine, Onboarded } from '../../../nodes/DefenderLiveResponse/service/chooseRecord';
import { chooseRecord, isActive, isOnboarded, isOwnRecord } from '../../../nodes/DefenderLiveResponse/service/chooseRecord';
import { DAY_MS, MINUTE_MS } from '../../../nodes/DefenderLiveResponse/service/time';

const NOW = Date.UTC(2026, 0, 13, 9);

/** A record of ws-01, seen this long ago. */
function record(id: string, more: Record<string, unknown> = {}, seenAgoMs = 12 * MINUTE_MS): Machine {
	const entity = { onboardingStatus: 'Onboarded', healthStatus: 'Active', ...more };
	const computerDnsName = (more.computerDnsName as string | undefined) ?? 'ws-01.contoso.com';
	return { id, computerDnsName, lastSeen: new Date(NOW - seenAgoMs).toISOString(), entity };
}
const choose = (records: Machine[], onboarded: Onboarded = 'required') => chooseRecord(records, 'named "ws-01"', onboarded, NOW);

/** What a user reads of a refusal. */
function refusalOf(records: Machine[], onboarded?: Onboarded) {
	try {
		return choose(records, onboarded).id;
	} catch (error) {
		const { message, advice, reason } = error as { message: string; advice: string; reason: string };
		return { message, advice, reason };
	}
}

it.each<[unknown, boolean]>([
	['Onboarded', true],
	['onboarded', true],
	[undefined, true],
	[null, true],
	['CanBeOnboarded', false],
	['Unsupported', false],
	['', false],
	[5, false],
])('a device with the status %j is onboarded: %s', (onboardingStatus, expected) => {
	expect(isOnboarded(record('a', { onboardingStatus }))).toBe(expected);
});

it.each<[Record<string, unknown>, boolean]>([
	[{}, true],
	[{ mergedIntoMachineId: null }, true],
	[{ mergedIntoMachineId: '' }, true],
	[{ mergedIntoMachineId: 'b' }, false],
	[{ isExcluded: false }, true],
	[{ isExcluded: null }, true],
	[{ isExcluded: true }, false],
	[{ isExcluded: 'True' }, false],
])('a record with %j is one of its own: %s', (more, expected) => {
	expect(isOwnRecord(record('a', more))).toBe(expected);
});

it.each<[unknown, boolean]>([
	['Active', true],
	['ACTIVE', true],
	['Inactive', false],
	['ImpairedCommunication', false],
	[undefined, false],
])('a device with the health %j is active: %s', (healthStatus, expected) => {
	expect(isActive(record('a', { healthStatus }))).toBe(expected);
});

const discovered = { onboardingStatus: 'CanBeOnboarded', healthStatus: 'Inactive' };
const merged = { mergedIntoMachineId: 'z' };

describe('of several records', () => {
	it.each<[string, Machine[], string]>([
		['the only one', [record('a')], 'a'],
		['the newest, where the other is no longer active', [record('a', { healthStatus: 'Inactive' }, DAY_MS), record('b')], 'b'],
		['the newest, whatever the order', [record('b'), record('a', { healthStatus: 'Inactive' }, DAY_MS)], 'b'],
		['the newest, although it is not active and one before is', [record('a', { healthStatus: 'Inactive' }, 0), record('b')], 'a'],
		['the newest, where the other was seen a day before', [record('a', {}, DAY_MS), record('b', {}, 0)], 'b'],
		['the one that is onboarded', [record('a', discovered, 0), record('b', {}, DAY_MS)], 'b'],
		['the one that was not merged into another', [record('a', merged, 0), record('b', {}, DAY_MS)], 'b'],
		['the one that is not excluded', [record('a', { isExcluded: true }, 0), record('b', {}, DAY_MS)], 'b'],
		['the one whose time is known', [{ ...record('a', { healthStatus: 'Inactive' }), lastSeen: '' }, record('b')], 'b'],
	])('%s is meant', (_, records, expected) => {
		expect(choose(records).id).toBe(expected);
	});

	it('those that are active within a day of each other are several devices', () => {
		expect(refusalOf([record('a', {}, DAY_MS - 1), record('b', {}, 0)])).toEqual({
			message: 'Several devices are named "ws-01"',
			advice:
				'They are active at the same time. Enter the ID of one of them: b (ws-01.contoso.com, Onboarded, Active, last seen less than a minute ago), a (ws-01.contoso.com, Onboarded, Active, last seen 23 hours ago).',
			reason: 'ambiguous',
		});
	});

	it('five are shown, and how many more there are', () => {
		const { advice } = refusalOf('abcdefg'.split('').map((id) => record(id))) as { advice: string };
		expect(advice.match(/[a-g] \(/g)).toEqual(['a (', 'b (', 'c (', 'd (', 'e (']);
		expect(advice).toMatch(/\) and 2 more\.$/);
	});

	it('names that differ have to be entered in full', () => {
		const records = [record('a'), record('b', { computerDnsName: 'WS-01.fabrikam.com', healthStatus: 'Inactive' })];
		expect(refusalOf(records)).toEqual({
			message: 'Several devices are named "ws-01"',
			advice: 'Enter the full name of one of them: ws-01.contoso.com, ws-01.fabrikam.com.',
			reason: 'ambiguous',
		});
	});
});

describe('where none is onboarded', () => {
	it('a device that has to be is refused, with what the inventory has', () => {
		const records = [record('a', discovered, 3 * DAY_MS), record('b', { ...merged, healthStatus: undefined })];
		expect(refusalOf(records)).toEqual({
			message: 'No device named "ws-01" is onboarded',
			advice:
				'Defender may only have discovered it: onboard it, or choose another one. Its records: b (ws-01.contoso.com, Onboarded, last seen 12 minutes ago), a (ws-01.contoso.com, CanBeOnboarded, Inactive, last seen 3 days ago).',
			reason: 'notOnboarded',
		});
	});

	it('a record is shown with what is known of it alone, and not at any length', () => {
		const bare: Machine = { id: 'a', computerDnsName: '', lastSeen: '', entity: { onboardingStatus: 'Unsupported', healthStatus: 5 } };
		expect(refusalOf([bare])).toMatchObject({ advice: expect.stringMatching(/: a \(Unsupported\)\.$/) as string });
		const long = record('a', { ...discovered, computerDnsName: 'x'.repeat(500) });
		expect(refusalOf([long])).toMatchObject({ advice: expect.stringMatching(/: a \(x{200}\)\.$/) as string });
	});

	it.each<[string, Machine[], Onboarded, string]>([
		['the newest record of its own', [record('a', { ...discovered, ...merged }, 0), record('b', discovered, DAY_MS)], 'any', 'b'],
		['the newest, where all were merged', [record('a', { ...discovered, ...merged }, DAY_MS), record('b', merged, 0)], 'any', 'b'],
		[
			'the newest to read, of several that are active',
			[record('a', { onboardingStatus: 'X' }, 0), record('b', { onboardingStatus: 'X' })],
			'preferred',
			'a',
		],
		['the one that is onboarded', [record('a', discovered, 0), record('b')], 'preferred', 'b'],
	])('%s is meant where that is not needed', (_, records, onboarded, expected) => {
		expect(choose(records, onboarded).id).toBe(expected);
	});

	it.each<[string, Machine[], Onboarded]>([
		['to act on, none of them onboarded', [record('a', { onboardingStatus: 'X' }), record('b', { onboardingStatus: 'X' })], 'any'],
		['to read, both onboarded', [record('a'), record('b')], 'preferred'],
	])('two that are active are several devices: %s', (_, records, onboarded) => {
		expect(refusalOf(records, onboarded)).toMatchObject({ reason: 'ambiguous' });
	});
});

describe('where it must not be onboarded', () => {
	it('only records that are not count', () => {
		expect(choose([record('a', {}, 0), record('b', discovered, DAY_MS)], 'never').id).toBe('b');
	});

	it('one that is onboarded is refused', () => {
		expect(refusalOf([record('a', { onboardingStatus: null })], 'never')).toEqual({
			message: 'Every device named "ws-01" is onboarded',
			advice: 'Only a device that is not onboarded can be contained. Its records: a (ws-01.contoso.com, Active, last seen 12 minutes ago).',
			reason: 'notAllowed',
		});
	});
});
