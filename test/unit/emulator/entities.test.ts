/* eslint-disable @typescript-eslint/no-explicit-any -- bodies of every shape */
import type { Emulator } from '../../../playground/emulator';
import { OUTCOME_ACTIONS } from '../../../playground/emulator';
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
});
afterAll(() => emulator.close());

test('machines by id, name, filter, address and tag', async () => {
	expect((await call('GET', '/machines')).status).toBe(404);
	const old = emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', lastSeen: clock.now() - 9_000_000 });
	const current = emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', lastIpAddress: '10.9.9.9', machineTags: ['fin-a'] });
	emulator.addDevice({ computerDnsName: 'ws-012.contoso.example', healthStatus: 'Inactive' });
	expect((await call('GET', `/machines/${old.id.toUpperCase()}`)).body.id).toBe(old.id);
	expect((await call('GET', '/machines/WS-01.contoso.example')).body.id).toBe(current.id);
	expect(await call('GET', '/machines/none')).toMatchObject({ status: 404, body: { error: { code: 'ResourceNotFound' } } });
	const count = async (path: string) => (await call('GET', `/machines${path}`)).body.value.length;
	expect(await count("?$filter=computerDnsName eq 'ws-01.contoso.example'")).toBe(2);
	expect(await count("?$filter=startswith(computerDnsName,'ws-01')")).toBe(3);
	expect(await count("?$filter=healthStatus eq 'Inactive'&$top=5")).toBe(1);
	expect(await count(`/findbyip(ip='10.9.9.9',timestamp=${new Date(clock.now()).toISOString()})`)).toBe(1);
	expect((await call('GET', "/machines/findbyip(ip='10.9.9.9',timestamp=2020-01-01T00:00:00Z)")).status).toBe(400);
	expect(await count('/findbytag?tag=fin&useStartsWithFilter=true')).toBe(1);
	expect(await count('/findbytag/?tag=fin-a')).toBe(1);
	expect(await count('/FindByTag/?Tag=fin&useStartsWithFilter=True')).toBe(1);
	expect(await count('/findbytag?tag=fin')).toBe(0);
	expect((await call('GET', '/machines/findbytag/')).status).toBe(400);
	expect(await count("?$filter=machineTags/any(tag: tag eq 'fin-a')")).toBe(1);
	expect(await call('GET', "/machines?$filter=machineTags eq 'fin-a'")).toMatchObject({
		status: 400,
		body: { error: { code: 'ODataError' } },
	});
});

test('names of properties in upper or lower case, and $select on machines alone', async () => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01', rbacGroupId: 7, aadDeviceId: '7a1b9c6e-2222-4333-8444-555566667777' });
	emulator.addDevice({ computerDnsName: 'ws-02' });
	emulator.addAction({ machineId: id });
	const value = async (path: string) => (await call('GET', path)).body.value;
	expect(await value("/machines?$filter=ComputerDnsName eq 'ws-01'&$orderby=LastSeen desc&$select=id,ComputerDnsName")).toEqual([
		{ id, computerDnsName: 'ws-01' },
	]);
	expect(await value('/machines?$filter=rbacgroupid eq 7 and aadDeviceId eq 7a1b9c6e-2222-4333-8444-555566667777')).toHaveLength(1);
	expect(await value('/machines?$filter=aadDeviceId ne null')).toHaveLength(1);
	expect(
		await value(
			"/machineactions?$filter=MachineId eq '" + id + "' and CreationDateTimeUtc ge 2020-01-01T00:00:00Z&$orderby=creationdatetimeutc",
		),
	).toHaveLength(1);
	expect(await call('GET', '/machineactions?$select=id')).toMatchObject({ status: 400, body: { error: { code: 'ODataError' } } });
	emulator.settings.refusesIn = true;
	expect(await call('GET', `/machineactions?$filter=id in ('${id}')`)).toMatchObject({
		status: 400,
		body: { error: { code: 'ODataError' } },
	});
});

test('machines and actions in the order asked for', async () => {
	const names = ['b', 'c', 'a'];
	const ids = names.map((computerDnsName, n) => emulator.addDevice({ computerDnsName, lastSeen: clock.now() - n * 1000 }).id);
	const inOrder = async (path: string, field: string) => (await call('GET', path)).body.value.map((entity: any) => entity[field]);
	expect(await inOrder('/machines?$orderby=computerDnsName', 'computerDnsName')).toEqual(['a', 'b', 'c']);
	expect(await inOrder('/machines?$orderby=lastSeen asc', 'computerDnsName')).toEqual(['a', 'c', 'b']);
	const actions = [3, 1, 2].map(
		(hours, n) =>
			emulator.addAction({ machineId: ids[n], createdAt: clock.now() - hours * 3_600_000, status: n === 0 ? 'Pending' : 'Succeeded' }).id,
	);
	expect(await inOrder('/machineactions?$orderby=creationDateTimeUtc asc', 'id')).toEqual([actions[0], actions[2], actions[1]]);
	expect(await inOrder('/machineactions?$orderby=creationDateTimeUtc desc&$top=1', 'id')).toEqual([actions[1]]);
	const since = new Date(clock.now() - 5_400_000).toISOString();
	const unfinishedOrNew = `type eq 'LiveResponse' and (creationDateTimeUtc ge ${since} or status eq 'Pending' or status eq 'InProgress')`;
	expect(await inOrder(`/machineactions?$filter=${unfinishedOrNew}`, 'id')).toEqual([actions[1], actions[0]]);
});

test('the control interface does the same over HTTP, unrecorded', async () => {
	const control = async (method: string, path = '', body?: unknown) => {
		const response = await fetch(`${emulator.apiUrl}/_emulator${path}`, {
			method,
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
		const text = await response.text();
		return { status: response.status, body: (text ? JSON.parse(text) : undefined) as any };
	};
	expect((await control('GET')).body).toMatchObject({ apiUrl: emulator.apiUrl, storageUrl: emulator.storageUrl, app: emulator.app });
	const device = (await control('POST', '/devices', { computerDnsName: 'ws-01', scripts: { 'a.ps1': { raw: { base64: 'AAE=' } } } })).body;
	expect((await control('POST', '/library', { fileName: 'b c.ps1', content: { base64: 'AP8=' } })).status).toBe(201);
	expect((await control('GET', '/library/b%20c.ps1')).body).toMatchObject({ entity: { fileName: 'b c.ps1' }, content: { base64: 'AP8=' } });
	expect((await control('GET', '/library/none')).status).toBe(404);
	await control('POST', '/portal-session', { machineId: device.id });
	const run = () => call('POST', `/machines/${device.id}/runliveresponse`, { Commands: [runScript('a.ps1')], Comment: 'x' });
	expect((await run()).status).toBe(400);
	await control('POST', '/portal-session', { machineId: device.id, open: false });
	expect((await run()).status).toBe(201);
	await call('POST', `/machines/${device.id}/isolate`, { Comment: 'x', IsolationType: 'Full' });
	expect((await control('GET', '/responses')).body).toMatchObject([{ machineId: device.id, type: 'Isolate', scope: 'Full' }]);
	emulator.requests.length = 0;
	const { id } = (await control('POST', '/actions', { machineId: device.id, status: 'Failed' })).body;
	expect((await call('GET', `/machineactions/${id}`)).body.status).toBe('Failed');
	await control('POST', '/faults', { on: 'action.get', times: 'Infinity', effect: { kind: 'status', status: 503 } });
	for (let i = 0; i < 2; i++) expect((await call('GET', `/machineactions/${id}`)).status).toBe(503);
	await control('POST', '/limits', { perMinute: 0 });
	expect((await call('GET', '/machines')).status).toBe(429);
	await control('POST', '/limits', { limits: 'none' });
	expect((await control('GET', '/requests')).body.map(({ operation }: { operation: string }) => operation)).toEqual([
		'action.get',
		'action.get',
		'action.get',
		'machine.list',
	]);
	expect((await control('POST', '/nothing')).status).toBe(404);
	expect((await control('DELETE')).status).toBe(204);
	expect(emulator.requests).toEqual([]);
});

test('scenes: a demo of six devices, and an action for each outcome', async () => {
	const load = async (name: string) =>
		(await fetch(`${emulator.apiUrl}/_emulator/scenes/${name}`, { method: 'POST' })).json() as Promise<any>;
	const demo = await load('demo');
	expect(demo.devices).toHaveLength(6);
	expect(demo.scriptName).toBe('check-baseline.ps1');
	await load('outcomes');
	const seen: Record<string, unknown[]> = {};
	for (const [name, id] of Object.entries(OUTCOME_ACTIONS)) {
		const action = (await call('GET', `/machineactions/${id}`)).body;
		const links = [];
		for (const { index } of action.commands)
			links.push((await call('GET', `/machineactions/${id}/GetLiveResponseResultDownloadLink(index=${index})`)).status);
		seen[name] = [action.status, ...links];
	}
	expect(seen).toEqual({
		succeeded: ['Succeeded', 200],
		scriptFailed: ['Succeeded', 200],
		commandFailed: ['Failed', 200],
		actionFailed: ['Failed', 404],
		cancelled: ['Cancelled', 404],
		timedOut: ['TimeOut', 404],
		notExecuted: ['Failed', 404, 404],
		noResult: ['Succeeded', 404],
		unreadable: ['Succeeded', 200],
		pending: ['Pending', 404],
		threeCommands: ['Succeeded', 400, 200, 200],
	});
});
