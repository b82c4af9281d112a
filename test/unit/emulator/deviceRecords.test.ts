import type { Emulator } from '../../../playground/emulator';
import { apiClient, runScript, startWithClock, type FakeClock } from './client';

let emulator: Emulator;
let clock: FakeClock;
let call: ReturnType<typeof apiClient>;
beforeAll(async () => {
	({ emulator, clock } = await startWithClock());
});
beforeEach(() => {
	emulator.reset();
	call = apiClient(emulator);
	emulator.addLibraryFile({ fileName: 'a.ps1' });
});
afterAll(() => emulator.close());

const run = (id: string) => call('POST', `/machines/${id}/runliveresponse`, { Commands: [runScript('a.ps1')], Comment: 'x' });

test('a device has the fields of captured lists, and those that it is given', async () => {
	emulator.addDevice({ computerDnsName: 'ws-01' });
	emulator.addDevice({
		computerDnsName: 'ws-02',
		aadDeviceId: '7a1b9c6e-2222-4333-8444-555566667777',
		vmMetadata: { vmId: 'v', cloudProvider: 'Azure' },
		defenderAvStatus: 'NotUpdated',
	});
	const [first, second] = (await call('GET', '/machines')).body.value;
	expect(first).toMatchObject({
		mergedIntoMachineId: null,
		isPotentialDuplication: false,
		isExcluded: false,
		exclusionReason: null,
		onboardingStatus: 'Onboarded',
		managedBy: 'MicrosoftDefenderForEndpoint',
		managedByStatus: 'Success',
		defenderAvStatus: 'Updated',
		aadDeviceId: null,
		vmMetadata: null,
	});
	expect(second).toMatchObject({
		aadDeviceId: '7a1b9c6e-2222-4333-8444-555566667777',
		vmMetadata: { vmId: 'v', cloudProvider: 'Azure' },
		defenderAvStatus: 'NotUpdated',
	});
});

test.each(['CanBeOnboarded', 'Unsupported', 'InsufficientInfo', 'canbeonboarded'])(
	'a record that is %s refuses a run and response actions',
	async (onboardingStatus) => {
		const { id, agentVersion } = emulator.addDevice({ computerDnsName: 'ws-01', onboardingStatus });
		expect(agentVersion).toBeNull();
		const refused = { status: 400, body: { error: { code: 'ClientVersionNotSupported' } } };
		expect(await run(id)).toMatchObject(refused);
		expect(await call('POST', `/machines/${id}/isolate`, { Comment: 'x', IsolationType: 'Full' })).toMatchObject(refused);
		expect(await call('POST', `/machines/${id}/runAntiVirusScan`, { Comment: 'x', ScanType: 'Full' })).toMatchObject(refused);
		expect([emulator.runs, emulator.responses]).toEqual([[], []]);
		expect((await call('GET', '/machineactions')).body.value).toEqual([]);
	},
);

test('which records refuse can be changed', async () => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01', onboardingStatus: 'InsufficientInfo' });
	emulator.settings.refusingStatuses = ['CanBeOnboarded'];
	expect((await run(id)).status).toBe(201);
});

test('several records of one name: each has its id, and the filters tell them apart', async () => {
	const computerDnsName = 'ws-01.contoso.example';
	const day = 86_400_000;
	const good = emulator.addDevice({ computerDnsName, lastSeen: clock.now() - day });
	const found = emulator.addDevice({ computerDnsName, onboardingStatus: 'CanBeOnboarded', lastSeen: clock.now() - 1000 });
	const merged = emulator.addDevice({ computerDnsName, mergedIntoMachineId: good.id, lastSeen: clock.now() - 2000 });
	const excluded = emulator.addDevice({
		computerDnsName,
		isExcluded: true,
		exclusionReason: 'DuplicateMachine',
		lastSeen: clock.now() - 3000,
	});
	expect(new Set([good, found, merged, excluded].map(({ id }) => id)).size).toBe(4);
	const ids = async (filter: string) =>
		(await call('GET', `/machines?$filter=computerDnsName eq '${computerDnsName}' and ${filter}`)).body.value.map(
			({ id }: { id: string }) => id,
		);
	expect(await ids("onboardingStatus eq 'Onboarded'")).toEqual([good.id, merged.id, excluded.id]);
	expect(await ids('isExcluded eq false')).toEqual([good.id, found.id, merged.id]);
	expect(await ids('isExcluded ne true and mergedIntoMachineId eq null')).toEqual([good.id, found.id]);
	expect(await ids('mergedIntoMachineId ne null')).toEqual([merged.id]);
	expect((await call('GET', `/machines/${computerDnsName}`)).body.id).toBe(found.id);
	expect([(await run(good.id)).status, (await run(found.id)).status]).toEqual([201, 400]);
});

test('containing is for records that are not onboarded', async () => {
	const contain = (id: string) => call('POST', `/machines/${id}/isolate`, { Comment: 'x', IsolationType: 'UnManagedDevice' });
	const found = emulator.addDevice({ computerDnsName: 'printer', onboardingStatus: 'Unsupported', osPlatform: 'Other' });
	expect(await contain(found.id)).toMatchObject({ status: 201, body: { type: 'Isolate', scope: 'UnManagedDevice' } });
	const onboarded = emulator.addDevice({ computerDnsName: 'ws-01' });
	expect(await contain(onboarded.id)).toMatchObject({ status: 400, body: { error: { code: 'InvalidInput' } } });
});
