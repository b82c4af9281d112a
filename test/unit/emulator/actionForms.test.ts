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
	({ id } = emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': {}, 'b.ps1': {} } }));
});
afterAll(() => emulator.close());

const run = async (...scripts: string[]) =>
	(await call('POST', `/machines/${id}/runliveresponse`, { Commands: scripts.map((name) => runScript(name)), Comment: 'x' })).body
		.id as string;
const get = async (actionId: string) => (await call('GET', `/machineactions/${actionId}`)).body;
const cancel = (actionId: string) => call('POST', `/machineactions/${actionId}/cancel`, { Comment: 'enough' });

test('the words of commandStatus, or Created alone until the end', async () => {
	const actionId = await run('a.ps1', 'b.ps1');
	const words = [];
	for (const ms of [0, 10_000, 5000, 5000, 2000]) {
		clock.advance(ms);
		words.push((await get(actionId)).commands.map(({ commandStatus }: { commandStatus: string }) => commandStatus));
	}
	expect(words).toEqual([
		['Created', 'Created'],
		['Executing', 'Submitted'],
		['Completed', 'Executing'],
		['Completed', 'Completed'],
		['Completed', 'Completed'],
	]);
	emulator.settings.commandStatuses = 'documented';
	const next = await run('a.ps1', 'b.ps1');
	clock.advance(16_000);
	expect((await get(next)).commands).toMatchObject([{ commandStatus: 'Completed' }, { commandStatus: 'Created' }]);
});

test.each(['Created', 'Submitted', 'PendingResource', 'Executing'])('a command of an existing action can stay %s', async (status) => {
	const { id: actionId } = emulator.addAction({
		machineId: id,
		status: 'InProgress',
		commands: [{ type: 'RunScript', name: 'a.ps1', status }],
	});
	const [command] = (await get(actionId)).commands;
	expect(command).toMatchObject({ commandStatus: status, endTime: null, errors: [] });
	expect(command.startTime === null).toBe(status !== 'Executing');
	expect((await call('GET', `/machineactions/${actionId}/GetLiveResponseResultDownloadLink(index=0)`)).status).toBe(404);
});

test('types Unknown and RequestSample, and an Offboard action that names no device', async () => {
	for (const type of ['Unknown', 'RequestSample', 'Offboard']) emulator.addAction({ machineId: id, type });
	const { value } = (await call('GET', '/machineactions?$orderby=type asc')).body;
	expect(value).toMatchObject([
		{ type: 'Offboard', machineId: null, computerDnsName: null },
		{ type: 'RequestSample', machineId: id },
		{ type: 'Unknown', machineId: id },
	]);
	expect((await call('GET', '/machineactions?$filter=machineId eq null')).body.value).toHaveLength(1);
});

test('lists carry the count of all that was found, unless only asked for', async () => {
	for (let n = 0; n < 3; n++) emulator.addAction({ machineId: id });
	emulator.settings.pageSize = 2;
	const count = async (path: string) => (await call('GET', path)).body['@odata.count'];
	expect([await count('/machineactions'), await count('/machines'), await count('/machineactions?$top=1')]).toEqual([3, 1, 3]);
	emulator.settings.alwaysCounts = false;
	expect([await count('/machineactions'), await count('/machineactions?$count=true')]).toEqual([undefined, 3]);
});

test('an app is named by its id or its display name, a user by the UPN', async () => {
	const { clientId } = emulator.app;
	const byId = await run('a.ps1');
	clock.advance(60_000);
	emulator.settings.requestor = 'displayName';
	const byName = await run('a.ps1');
	expect([(await get(byId)).requestor, (await get(byName)).requestor]).toEqual([clientId, 'n8n live response']);
	expect((await cancel(byName)).body.cancellationRequestor).toBe('n8n live response');
	expect(emulator.runs.map((each) => each.clientId)).toEqual([clientId, clientId]);
	expect((await call('GET', "/machineactions?$filter=requestor eq 'n8n live response'")).body.value).toHaveLength(1);
});

test.each([2, 3, 6, 7])('dates with %d digits', async (fractionDigits) => {
	emulator.settings.fractionDigits = fractionDigits;
	const actionId = await run('a.ps1');
	clock.advance(60_000);
	const { creationDateTimeUtc, lastUpdateDateTimeUtc, commands } = await get(actionId);
	const form = new RegExp(`^2026-01-13T\\d\\d:\\d\\d:\\d\\d\\.\\d{${fractionDigits}}Z$`);
	for (const date of [creationDateTimeUtc, lastUpdateDateTimeUtc, commands[0].startTime, commands[0].endTime]) expect(date).toMatch(form);
	expect((await call('GET', `/machineactions?$filter=creationDateTimeUtc eq ${creationDateTimeUtc}`)).body.value).toMatchObject([
		{ id: actionId },
	]);
});

test.each([
	[0, null, null],
	[12_000, 'a date', null],
])('cancelled after %d ms: what had not begun never shows a start time', async (ms, first, second) => {
	const actionId = await run('a.ps1', 'b.ps1');
	clock.advance(ms);
	expect((await cancel(actionId)).status).toBe(200);
	clock.advance(3_600_000);
	call = apiClient(emulator);
	const { status, commands } = await get(actionId);
	expect([status, ...commands.map(({ startTime }: { startTime: string | null }) => (startTime === null ? null : 'a date'))]).toEqual([
		'Cancelled',
		first,
		second,
	]);
	expect(commands.map(({ endTime }: { endTime: string | null }) => endTime)).toEqual([null, null]);
});

test('a cancel that comes too late: the action is Cancelled, its command Completed, with a result', async () => {
	emulator.settings.cancelComesLate = true;
	const actionId = await run('a.ps1', 'b.ps1');
	clock.advance(12_000);
	expect((await cancel(actionId)).body).toMatchObject({ status: 'Cancelled', commands: [{ endTime: null }, {}] });
	clock.advance(10_000);
	expect(await get(actionId)).toMatchObject({
		status: 'Cancelled',
		commands: [
			{ commandStatus: 'Completed', endTime: expect.any(String) },
			{ commandStatus: 'Created', startTime: null, endTime: null },
		],
	});
	expect((await call('GET', `/machineactions/${actionId}/GetLiveResponseResultDownloadLink(index=0)`)).status).toBe(200);
	expect((await call('GET', `/machineactions/${actionId}/GetLiveResponseResultDownloadLink(index=1)`)).status).toBe(404);
});

test('an existing action can be Cancelled with a command that completed', async () => {
	const { id: actionId } = emulator.addAction({
		machineId: id,
		status: 'Cancelled',
		commands: [{ type: 'RunScript', name: 'a.ps1', status: 'Completed', script: { output: 'done' } }],
	});
	expect(await get(actionId)).toMatchObject({
		status: 'Cancelled',
		commands: [{ commandStatus: 'Completed', endTime: expect.any(String) }],
	});
	expect((await call('GET', `/machineactions/${actionId}/GetLiveResponseResultDownloadLink(index=0)`)).status).toBe(200);
});

test('empty answers while polling, and 404s that pass on repeat', async () => {
	const actionId = await run('a.ps1');
	emulator.fault({ on: ['action.get', 'action.list'], times: 2, effect: { kind: 'badBody', body: '' } });
	emulator.fault({ on: 'action.get', effect: { kind: 'notFound' } });
	const seen = [];
	for (let i = 0; i < 4; i++) {
		const { status, body } = await call('GET', `/machineactions/${actionId}`);
		seen.push([status, body?.id === actionId]);
	}
	expect(seen).toEqual([
		[200, false],
		[200, false],
		[404, false],
		[200, true],
	]);
});
