import type { Emulator } from '../../../playground/emulator';
import { apiClient, runScript, startWithClock, type FakeClock } from './client';

let emulator: Emulator;
let clock: FakeClock;
let call: ReturnType<typeof apiClient>;
let id: string;
beforeAll(async () => {
	({ emulator, clock } = await startWithClock({ life: { pendingMs: 10_000, runMs: 5000, settleMs: 2000 } }));
});
beforeEach(() => {
	emulator.reset();
	call = apiClient(emulator);
	({ id } = emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': {} } }));
});
afterAll(() => emulator.close());

const isolate = (machineId = id, IsolationType = 'Full') =>
	call('POST', `/machines/${machineId}/isolate`, { Comment: 'case 4711', IsolationType });
const unisolate = (machineId = id) => call('POST', `/machines/${machineId}/unisolate`, { Comment: 'clean' });
const statusOf = async (actionId: string) => (await call('GET', `/machineactions/${actionId}`)).body.status;

test('an isolation is a machine action with a scope and no commands, and takes its time', async () => {
	const started = await isolate(id, 'Selective');
	expect(started).toMatchObject({
		status: 201,
		body: {
			type: 'Isolate',
			scope: 'Selective',
			commands: [],
			status: 'Pending',
			machineId: id,
			computerDnsName: 'ws-01',
			requestorComment: 'case 4711',
			requestor: emulator.app.clientId,
		},
	});
	const statuses = [];
	for (const ms of [9999, 1, 6999, 1]) {
		clock.advance(ms);
		statuses.push(await statusOf(started.body.id));
	}
	expect(statuses).toEqual(['Pending', 'InProgress', 'InProgress', 'Succeeded']);
	expect((await call('GET', "/machineactions?$filter=type eq 'Isolate'")).body.value).toMatchObject([
		{ id: started.body.id, scope: 'Selective' },
	]);
});

test('what took effect is recorded, and asked for by name', async () => {
	const first = (await isolate()).body;
	const second = await unisolate();
	expect(second).toMatchObject({ status: 201, body: { type: 'Unisolate', scope: null } });
	const recorded = { at: clock.now(), machineId: id, clientId: emulator.app.clientId };
	expect(emulator.responses).toEqual([
		{ ...recorded, machineActionId: first.id, comment: 'case 4711', type: 'Isolate', scope: 'Full' },
		{ ...recorded, machineActionId: second.body.id, comment: 'clean', type: 'Unisolate', scope: null },
	]);
	expect(emulator.requests.map(({ operation }) => operation)).toEqual(['token', 'isolate', 'unisolate']);
	expect(emulator.runs).toEqual([]);
	emulator.reset();
	expect(emulator.responses).toEqual([]);
});

test('one of a kind at a time, and none in the way of a live response', async () => {
	const { body } = await isolate();
	emulator.settings.nameActiveAction = true;
	expect(await isolate()).toMatchObject({
		status: 400,
		body: { error: { code: 'ActiveRequestAlreadyExists', message: `Action is already in progress, active action id: ${body.id}` } },
	});
	expect((await isolate(emulator.addDevice({ computerDnsName: 'ws-02' }).id)).status).toBe(201);
	expect((await call('POST', `/machines/${id}/runliveresponse`, { Commands: [runScript('a.ps1')], Comment: 'x' })).status).toBe(201);
	expect((await call('POST', `/machineactions/${body.id}/cancel`, { Comment: 'x' })).body.status).toBe('Cancelled');
	expect((await isolate()).status).toBe(201);
	expect(emulator.responses).toHaveLength(3);
});

test('an offline device is isolated when it is back', async () => {
	emulator.setOffline(id, true);
	const { body } = await isolate();
	clock.advance(3_000_000);
	expect(await statusOf(body.id)).toBe('Pending');
	emulator.setOffline(id, false);
	clock.advance(16_999);
	expect(await statusOf(body.id)).toBe('InProgress');
	clock.advance(1);
	expect(await statusOf(body.id)).toBe('Succeeded');
});

test.each([
	['isolate', { IsolationType: 'Full' }, 'MissingRequiredParameter'],
	['isolate', { Comment: '', IsolationType: 'Full' }, 'MissingRequiredParameter'],
	['isolate', { Comment: 'x' }, 'MissingRequiredParameter'],
	['isolate', { comment: 'x', IsolationType: 'Full' }, 'InvalidRequestBody'],
	['isolate', { Comment: 'x', isolationType: 'Full' }, 'InvalidRequestBody'],
	['isolate', { Comment: 7, IsolationType: 'Full' }, 'InvalidRequestBody'],
	['isolate', { Comment: 'x', IsolationType: 'full' }, 'InvalidInput'],
	['runAntiVirusScan', { Comment: 'x' }, 'MissingRequiredParameter'],
	['runAntiVirusScan', { Comment: 'x', ScanType: 'quick' }, 'InvalidInput'],
	['StopAndQuarantineFile', { Comment: 'x', Sha1: 'a'.repeat(64) }, 'InvalidHashValue'],
	['StopAndQuarantineFile', { Comment: 'x', sha1: 'a'.repeat(40) }, 'InvalidRequestBody'],
	['restrictCodeExecution', { Comment: '' }, 'MissingRequiredParameter'],
	['unrestrictCodeExecution', {}, 'MissingRequiredParameter'],
	['collectInvestigationPackage', { comment: 'x' }, 'InvalidRequestBody'],
	['unisolate', {}, 'MissingRequiredParameter'],
	['unisolate', { Comment: 'x', IsolationType: 'Full' }, 'InvalidRequestBody'],
])('%s with %j is refused', async (operation, body, code) => {
	expect(await call('POST', `/machines/${id}/${operation}`, body)).toMatchObject({ status: 400, body: { error: { code } } });
	expect(emulator.responses).toEqual([]);
});

test.each([
	['runAntiVirusScan', { ScanType: 'Quick' }, 'RunAntiVirusScan', 'Quick'],
	['restrictCodeExecution', {}, 'RestrictCodeExecution', null],
	['unrestrictCodeExecution', {}, 'UnrestrictCodeExecution', null],
	['StopAndQuarantineFile', { Sha1: 'AB'.repeat(20) }, 'StopAndQuarantineFile', null],
	['collectInvestigationPackage', {}, 'CollectInvestigationPackage', null],
])('%s starts its action, once at a time, on Windows', async (path, fields, type, scope) => {
	const post = (machineId: string) => call('POST', `/machines/${machineId}/${path}`, { Comment: 'case 4711', ...fields });
	const { status, body } = await post(id);
	expect({ status, body }).toMatchObject({
		status: 201,
		body: { type, scope, status: 'Pending', commands: [], requestorComment: 'case 4711' },
	});
	if (type === 'StopAndQuarantineFile')
		expect(body.relatedFileInfo).toEqual({ fileIdentifier: 'AB'.repeat(20), fileIdentifierType: 'Sha1' });
	expect((await post(id)).body.error.code).toBe('ActiveRequestAlreadyExists');
	clock.advance(60_000);
	expect(await statusOf(body.id)).toBe('Succeeded');
	expect(emulator.responses).toMatchObject([{ machineActionId: body.id, machineId: id, type, scope, comment: 'case 4711' }]);
	const mac = emulator.addDevice({ computerDnsName: 'mac-01', osPlatform: 'macOS' }).id;
	expect((await post(mac)).status).toBe(type === 'RunAntiVirusScan' ? 201 : 400);
	expect((await post('0'.repeat(40))).body.error.code).toBe('ResourceNotFound');
});

test('isolation is not for macOS by the API', async () => {
	const mac = emulator.addDevice({ computerDnsName: 'mac-01', osPlatform: 'macOS' }).id;
	expect((await isolate(mac)).body.error.code).toBe('OsPlatformNotSupported');
	expect((await isolate(emulator.addDevice({ computerDnsName: 'lnx', osPlatform: 'Ubuntu' }).id)).status).toBe(201);
});

test('an unknown device, and a body that is not JSON', async () => {
	expect(await isolate('0'.repeat(40))).toMatchObject({ status: 404, body: { error: { code: 'ResourceNotFound' } } });
	expect(await unisolate('0'.repeat(40))).toMatchObject({ status: 404, body: { error: { code: 'ResourceNotFound' } } });
	const asText = await call('POST', `/machines/${id}/isolate`, { Comment: 'x', IsolationType: 'Full' }, { 'Content-Type': 'text/plain' });
	expect(asText).toMatchObject({ status: 400, body: { error: { code: 'InvalidRequestBody' } } });
});
