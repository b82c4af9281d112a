/* eslint-disable @typescript-eslint/no-explicit-any -- bodies of every shape */
import type { Emulator } from '../../../playground/emulator';
import { OUTCOME_ACTIONS } from '../../../playground/emulator';
import { apiClient, requestToken, startWithClock, type FakeClock } from './client';

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
	expect(await count('/findbytag?tag=fin')).toBe(0);
});

test('library files: upload, replace, list, delete', async () => {
	const { access_token } = (await requestToken(emulator)).body;
	const upload = async (more: Record<string, string> = {}) => {
		const form = new FormData();
		form.set('file', new Blob(['Write-Output 1']), 'new-script.ps1');
		for (const [name, value] of Object.entries(more)) form.set(name, value);
		const response = await fetch(`${emulator.apiUrl}/api/libraryfiles`, { method: 'POST', body: form, headers: { Authorization: `Bearer ${access_token}` } });
		return { status: response.status, body: (await response.json()) as Record<string, unknown> };
	};
	expect(await upload({ Description: 'first', HasParameters: 'true', ParametersDescription: '-x' })).toMatchObject({
		status: 200,
		body: { fileName: 'new-script.ps1', description: 'first', hasParameters: true, parametersDescription: '-x', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
	});
	expect((await upload()).status).toBe(400);
	expect((await upload({ OverrideIfExists: 'true' })).body.description).toBeNull();
	expect((await call('GET', '/libraryfiles')).body.value).toMatchObject([{ fileName: 'new-script.ps1' }]);
	expect((await call('DELETE', '/libraryfiles/new-script.ps1')).status).toBe(204);
	expect((await call('DELETE', '/libraryfiles/new-script.ps1')).status).toBe(404);
	expect((await call('POST', '/libraryfiles', {})).status).toBe(400);
});

test('the control interface does the same over HTTP, unrecorded', async () => {
	const control = async (method: string, path = '', body?: unknown) => {
		const response = await fetch(`${emulator.apiUrl}/_emulator${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
		const text = await response.text();
		return { status: response.status, body: (text ? JSON.parse(text) : undefined) as any };
	};
	expect((await control('GET')).body).toMatchObject({ apiUrl: emulator.apiUrl, storageUrl: emulator.storageUrl, app: emulator.app });
	const device = (await control('POST', '/devices', { computerDnsName: 'ws-01', scripts: { 'a.ps1': { raw: { base64: 'AAE=' } } } })).body;
	expect((await control('POST', '/library', { fileName: 'b.ps1' })).status).toBe(201);
	const { id } = (await control('POST', '/actions', { machineId: device.id, status: 'Failed' })).body;
	expect((await call('GET', `/machineactions/${id}`)).body.status).toBe('Failed');
	await control('POST', '/faults', { on: 'action.get', times: 'Infinity', effect: { kind: 'status', status: 503 } });
	for (let i = 0; i < 2; i++) expect((await call('GET', `/machineactions/${id}`)).status).toBe(503);
	await control('POST', '/limits', { perMinute: 0 });
	expect((await call('GET', '/machines')).status).toBe(429);
	await control('POST', '/limits', { limits: 'none' });
	expect((await control('GET', '/requests')).body.map(({ operation }: { operation: string }) => operation)).toEqual(['token', 'action.get', 'action.get', 'action.get', 'machine.list']);
	expect((await control('POST', '/nothing')).status).toBe(404);
	expect((await control('DELETE')).status).toBe(204);
	expect(emulator.requests).toEqual([]);
});

test('scenes: a demo of six devices, and an action for each outcome', async () => {
	const load = async (name: string) => (await fetch(`${emulator.apiUrl}/_emulator/scenes/${name}`, { method: 'POST' })).json() as Promise<any>;
	const demo = await load('demo');
	expect(demo.devices).toHaveLength(6);
	expect(demo.scriptName).toBe('check-baseline.ps1');
	await load('outcomes');
	const seen: Record<string, unknown[]> = {};
	for (const [name, id] of Object.entries(OUTCOME_ACTIONS)) {
		const action = (await call('GET', `/machineactions/${id}`)).body;
		const links = [];
		for (const { index } of action.commands) links.push((await call('GET', `/machineactions/${id}/GetLiveResponseResultDownloadLink(index=${index})`)).status);
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
