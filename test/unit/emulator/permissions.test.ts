import type { Emulator } from '../../../playground/emulator';
import { requestToken, startWithClock, type FakeClock } from './client';

let emulator: Emulator;
let clock: FakeClock;
beforeAll(async () => {
	({ emulator, clock } = await startWithClock());
	emulator.addDevice({ computerDnsName: 'ws-01' });
});
afterAll(() => emulator.close());

async function callWith(token: string, path: string, method = 'GET') {
	const response = await fetch(`${emulator.apiUrl}${path}`, { method, headers: { Authorization: `Bearer ${token}` } });
	return { status: response.status, body: (await response.json()) as { error: { code: string; message: string; target: string } } };
}
async function tokenWith(roles: string[], form: Record<string, string> = {}) {
	const app = emulator.apps.addApp({ secrets: [{ value: 's' }], roles });
	return (await requestToken(emulator, { client_id: app.clientId, client_secret: 's', ...form })).body.access_token as string;
}
const ID = '10000000-0000-4000-8000-000000000001';

test.each([
	['POST', '/api/machines/x/runliveresponse', 'Machine.LiveResponse'],
	['POST', '/api/machines/x/isolate', 'Machine.Isolate'],
	['POST', '/api/machines/x/unisolate', 'Machine.Isolate'],
	['POST', '/api/machines/x/runAntiVirusScan', 'Machine.Scan'],
	['POST', '/api/machines/x/restrictCodeExecution', 'Machine.RestrictExecution'],
	['POST', '/api/machines/x/UnrestrictCodeExecution', 'Machine.RestrictExecution'],
	['POST', '/api/machines/x/stopandquarantinefile', 'Machine.StopAndQuarantine'],
	['POST', '/api/machines/x/collectInvestigationPackage', 'Machine.CollectForensics'],
	['POST', '/api/machines/x/tags', 'Machine.ReadWrite.All'],
	['POST', '/api/machines/AddOrRemoveTagForMultipleMachines', 'Machine.ReadWrite.All'],
	['GET', `/api/machineactions/${ID}/getPackageUri`, 'Machine.ReadWrite.All'],
	['GET', `/api/machineactions/${ID}`, 'Machine.ReadWrite.All'],
	['GET', '/api/v1.0/machineactions', 'Machine.ReadWrite.All'],
	['GET', `/API/MachineActions/${ID}/getliveresponseresultdownloadlink(index=0)`, 'Machine.ReadWrite.All'],
	['GET', '/api/libraryfiles', 'Library.Manage'],
	['POST', '/api/libraryfiles', 'Library.Manage'],
	['DELETE', '/api/libraryfiles/a.ps1', 'Library.Manage'],
	['GET', '/api/machines', 'Machine.Read.All,Machine.ReadWrite.All'],
])('%s %s names the role that is missing', async (method, path, needed) => {
	const answer = await callWith(await tokenWith(['Ti.ReadWrite', 'Alert.Read.All']), path, method);
	expect(answer).toMatchObject({
		status: 403,
		body: {
			error: {
				code: 'Forbidden',
				message: `Missing application roles. API required roles: ${needed}, application roles: Ti.ReadWrite,Alert.Read.All.`,
			},
		},
	});
	expect(answer.body.error.target).toMatch(/^[0-9a-f-]{36}$/);
});

test('Machine.Read.All reads devices but no results', async () => {
	const token = await tokenWith(['Machine.Read.All', 'Machine.LiveResponse']);
	expect((await callWith(token, '/api/machines')).status).toBe(200);
	expect((await callWith(token, `/api/machineactions/${ID}/GetLiveResponseResultDownloadLink(index=0)`)).status).toBe(403);
});

test('a token for the audience of another product is refused whatever its app may do', async () => {
	const token = await tokenWith(['Machine.ReadWrite.All'], { scope: 'https://api.security.microsoft.com/.default' });
	expect(await callWith(token, '/api/machines')).toMatchObject({ status: 403, body: { error: { code: 'Forbidden' } } });
});

test('no token, a changed one and an expired one are 401', async () => {
	const token = await tokenWith(['Machine.Read.All']);
	expect((await fetch(`${emulator.apiUrl}/api/machines`)).status).toBe(401);
	expect((await callWith(`${token.slice(0, -6)}AAAAAA`, '/api/machines')).status).toBe(401);
	expect((await callWith(token, '/api/machines')).status).toBe(200);
	clock.advance(3_600_000);
	expect(await callWith(token, '/api/machines')).toMatchObject({ status: 401, body: { error: { code: 'Unauthorized' } } });
});

test('an unknown route is 404', async () => {
	expect(await callWith(await tokenWith([]), '/api/nothing')).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } });
});
