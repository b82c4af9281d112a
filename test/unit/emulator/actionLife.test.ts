import type { Emulator } from '../../../playground/emulator';
import { apiClient, getFile, runScript, startWithClock, type FakeClock } from './client';

let emulator: Emulator;
let clock: FakeClock;
let call: ReturnType<typeof apiClient>;
beforeAll(async () => {
	({ emulator, clock } = await startWithClock({ life: { pendingMs: 10_000, runMs: 5000, settleMs: 2000 } }));
});
beforeEach(() => {
	emulator.reset();
	call = apiClient(emulator);
});
afterAll(() => emulator.close());

const run = (machineId: string, ...commands: unknown[]) =>
	call('POST', `/machines/${machineId}/runliveresponse`, { Commands: commands, Comment: 'case 4711' });
const statusOf = async (id: string) => {
	const { status, commands } = (await call('GET', `/machineactions/${id}`)).body;
	return [status, ...commands.map((command: { commandStatus: string }) => command.commandStatus)];
};

test('an action is Pending, then InProgress, then ends, with the fields of the live service', async () => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': {} }, files: { 'C:\\x.txt': { content: 'x' } } });
	const started = await run(id, runScript('a.ps1', '-Days 3'), getFile('c:\\X.txt'));
	expect(started.status).toBe(201);
	expect(started.body).toEqual({
		'@odata.context': 'https://api-us.securitycenter.microsoft.com/api/$metadata#MachineActions/$entity',
		id: expect.stringMatching(/^[0-9a-f-]{36}$/),
		type: 'LiveResponse',
		title: null,
		requestor: emulator.app.clientId,
		requestorComment: 'case 4711',
		status: 'Pending',
		machineId: id,
		computerDnsName: 'ws-01',
		creationDateTimeUtc: expect.stringMatching(/^2026-01-13T\d\d:\d\d:\d\d\.\d{7}Z$/),
		lastUpdateDateTimeUtc: started.body.creationDateTimeUtc,
		cancellationRequestor: null,
		cancellationComment: null,
		cancellationDateTimeUtc: null,
		errorHResult: 0,
		scope: null,
		externalId: null,
		requestSource: 'PublicApi',
		relatedFileInfo: null,
		troubleshootInfo: null,
		commands: [
			{ index: 0, startTime: null, endTime: null, commandStatus: 'Created', errors: [], command: runScript('a.ps1', '-Days 3') },
			{ index: 1, startTime: null, endTime: null, commandStatus: 'Created', errors: [], command: getFile('c:\\X.txt') },
		],
	});
	const {
		body: { id: actionId },
	} = started;
	clock.advance(9999);
	expect(await statusOf(actionId)).toEqual(['Pending', 'Created', 'Created']);
	clock.advance(1);
	expect(await statusOf(actionId)).toEqual(['InProgress', 'Executing', 'Submitted']);
	clock.advance(5000);
	expect(await statusOf(actionId)).toEqual(['InProgress', 'Completed', 'Executing']);
	clock.advance(5000);
	expect(await statusOf(actionId)).toEqual(['InProgress', 'Completed', 'Completed']);
	expect((await call('GET', `/machineactions/${actionId}/GetLiveResponseResultDownloadLink(index=0)`)).status).toBe(404);
	clock.advance(2000);
	expect(await statusOf(actionId)).toEqual(['Succeeded', 'Completed', 'Completed']);
	expect((await call('GET', `/machineactions/${actionId}/GetLiveResponseResultDownloadLink(index=1)`)).status).toBe(200);
	expect(emulator.runs).toMatchObject([
		{ machineActionId: actionId, machineId: id, comment: 'case 4711', clientId: emulator.app.clientId },
	]);
});

test('commands after one that failed are skipped, and have no result', async () => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': {}, 'bad.ps1': { commandErrors: ['unsigned'] } } });
	const { body } = await run(id, runScript('a.ps1'), runScript('bad.ps1'), runScript('a.ps1'));
	clock.advance(60_000);
	expect(await statusOf(body.id)).toEqual(['Failed', 'Completed', 'Failed', 'Created']);
	const links = [];
	for (const index of [0, 1, 2, 3])
		links.push((await call('GET', `/machineactions/${body.id}/GetLiveResponseResultDownloadLink(index=${index})`)).status);
	expect(links).toEqual([200, 404, 404, 400]);
});

test.each(['Failed', 'TimeOut', 'Cancelled'] as const)('an action can end as %s before its command ran', async (endsAction) => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': { endsAction } } });
	const { body } = await run(id, runScript('a.ps1'));
	clock.advance(60_000);
	expect(await statusOf(body.id)).toEqual([endsAction, 'Created']);
});

test('a script or file that is not there fails in its command', async () => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01' });
	const actions = [];
	for (const command of [runScript('none.ps1'), getFile('C:\\none')]) {
		actions.push((await run(id, command)).body.id);
		clock.advance(60_000);
	}
	expect(await Promise.all(actions.map(statusOf))).toEqual([
		['Failed', 'Completed'],
		['Failed', 'Failed'],
	]);
});

test('a busy device refuses, and can name the action in its way', async () => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': {} } });
	const first = (await run(id, runScript('a.ps1'))).body.id;
	expect(await run(id, runScript('a.ps1'))).toMatchObject({
		status: 400,
		body: { error: { code: 'ActiveRequestAlreadyExists', message: 'Action is already in progress' } },
	});
	emulator.settings.nameActiveAction = true;
	expect((await run(id, runScript('a.ps1'))).body.error.message).toContain(`active action id: ${first}`);
	clock.advance(60_000);
	expect((await run(id, runScript('a.ps1'))).status).toBe(201);
	expect(emulator.runs).toHaveLength(2);
});

test('a device is busy with a live response of any user, by an action or in the portal', async () => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': {} } });
	emulator.addDevice({ computerDnsName: 'ws-02' });
	const busy = { status: 400, body: { error: { code: 'ActiveRequestAlreadyExists' } } };
	emulator.addAction({ machineId: 'ws-02', status: 'InProgress' });
	emulator.addAction({ machineId: id, status: 'Succeeded' });
	emulator.addAction({ machineId: id, status: 'Pending', type: 'Isolate' });
	const other = emulator.addAction({
		machineId: id,
		status: 'InProgress',
		requestor: 'analyst@contoso.example',
		endedAt: clock.now() + 1000,
	});
	emulator.settings.nameActiveAction = true;
	expect(await run(id, runScript('a.ps1'))).toMatchObject(busy);
	expect((await run(id, runScript('a.ps1'))).body.error.message).toContain(`active action id: ${other.id}`);
	clock.advance(1000);
	emulator.setPortalSession('WS-01', true);
	const refused = await run(id, runScript('a.ps1'));
	expect(refused).toMatchObject(busy);
	expect(refused.body.error.message).toBe('Action is already in progress');
	expect(
		(await call('GET', `/machineactions?$filter=machineId eq '${id}' and type eq 'LiveResponse' and status ne 'Succeeded'`)).body.value,
	).toEqual([]);
	emulator.setPortalSession(id, false);
	expect((await run(id, runScript('a.ps1'))).status).toBe(201);
	expect(() => emulator.setPortalSession('none', true)).toThrow('no device none');
});

test('an action is neither listed nor found until it is visible', async () => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': {} } });
	emulator.settings.visibleAfterMs = 8000;
	const started = await run(id, runScript('a.ps1'));
	expect(started).toMatchObject({ status: 201, body: { status: 'Pending' } });
	const seen = async () => [
		(await call('GET', `/machineactions/${started.body.id}`)).status,
		(await call('GET', '/machineactions')).body.value.length,
	];
	clock.advance(7999);
	expect(await seen()).toEqual([404, 0]);
	clock.advance(1);
	expect(await seen()).toEqual([200, 1]);
});

test('an offline device keeps its action Pending until it is back, or for two hours', async () => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01', offline: true, scripts: { 'a.ps1': {} } });
	const first = (await run(id, runScript('a.ps1'))).body.id;
	clock.advance(7_199_000);
	call = apiClient(emulator);
	expect(await statusOf(first)).toEqual(['Pending', 'PendingResource']);
	clock.advance(1000);
	expect(await statusOf(first)).toEqual(['TimeOut', 'Created']);
	const second = (await run(id, runScript('a.ps1'))).body.id;
	emulator.setOffline(id, false);
	clock.advance(60_000);
	expect(await statusOf(second)).toEqual(['Succeeded', 'Completed']);
});

test('cancel ends an unfinished action, and only that', async () => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': {} } });
	const actionId = (await run(id, runScript('a.ps1'))).body.id;
	expect((await call('POST', `/machineactions/${actionId}/cancel`, {})).status).toBe(400);
	expect(await call('POST', `/machineactions/${actionId}/cancel`, { Comment: 'enough' })).toMatchObject({
		status: 200,
		body: { id: actionId, status: 'Cancelled', cancellationComment: 'enough', cancellationRequestor: emulator.app.clientId },
	});
	expect((await call('POST', `/machineactions/${actionId}/cancel`, { Comment: 'again' })).status).toBe(400);
	const next = await run(id, runScript('a.ps1'));
	expect(next.status).toBe(201);
	clock.advance(60_000);
	expect(await statusOf(actionId)).toEqual(['Cancelled', 'Created']);
	expect((await call('POST', `/machineactions/${next.body.id}/cancel`, { Comment: 'too late' })).status).toBe(400);
	expect(await statusOf(next.body.id)).toEqual(['Succeeded', 'Completed']);
});

test.each([
	['lower case keys', { commands: [], comment: 'x' }, 'InvalidRequestBody'],
	['no commands', { Comment: 'x' }, 'MissingRequiredParameter'],
	['no script name', { Commands: [{ type: 'RunScript', params: [] }], Comment: 'x' }, 'MissingRequiredParameter'],
	['wrong order', { Commands: [getFile('C:\\x'), runScript('a.ps1')], Comment: 'x' }, 'InvalidInput'],
	['unknown command', { Commands: [{ type: 'Delete', params: [] }], Comment: 'x' }, 'InvalidInput'],
	['capital Type', { Commands: [{ Type: 'RunScript', params: [] }], Comment: 'x' }, 'InvalidRequestBody'],
	['forbidden characters', { Commands: [runScript('a.ps1', 'a; b')], Comment: 'x' }, 'InvalidInput'],
])('%s: the run is refused and nothing runs', async (_name, body, code) => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': {} } });
	expect(await call('POST', `/machines/${id}/runliveresponse`, body)).toMatchObject({ status: 400, body: { error: { code } } });
	expect(emulator.runs).toEqual([]);
});

test('an unknown device and one that refuses', async () => {
	expect(await run('0'.repeat(40), runScript('a.ps1'))).toMatchObject({ status: 404, body: { error: { code: 'ResourceNotFound' } } });
	const refuse = { status: 403, code: 'DisabledFeature', message: 'Live response is off' };
	const { id } = emulator.addDevice({ computerDnsName: 'ws-02', refuse });
	expect(await run(id, runScript('a.ps1'))).toMatchObject({ status: 403, body: { error: { code: 'DisabledFeature' } } });
});

test('the list has existing actions, newest first, and pages behind another host', async () => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01' });
	const ids = [1, 2, 3].map(
		(n) => emulator.addAction({ machineId: id, createdAt: clock.now() - n * 1000, requestor: `u${n}@contoso.example` }).id,
	);
	emulator.addAction({ type: 'Isolate', createdAt: clock.now() });
	emulator.settings.pageSize = 2;
	emulator.settings.nextLinkOrigin = 'https://api-us.example';
	const { body } = await call('GET', "/machineactions?$filter=type eq 'LiveResponse'&$count=true");
	expect(body).toMatchObject({ '@odata.count': 3, value: [{ id: ids[0] }, { id: ids[1] }] });
	const next = new URL(body['@odata.nextLink']);
	expect(next.origin).toBe('https://api-us.example');
	expect((await call('GET', next.pathname.slice(4) + next.search)).body.value).toMatchObject([{ id: ids[2] }]);
	expect(await call('GET', "/machineactions?$filter=colour eq 'red'")).toMatchObject({
		status: 400,
		body: { error: { code: 'ODataError' } },
	});
});
