import { decodeJwt } from 'jose';
import type { EmulatorTenant } from '../../../playground/emulator';
import { apiClient, requestToken, runScript, startWithClock } from './client';

/** One app of a service provider, consented to in two more tenants; the third tenant has an app of its own. */
const PROVIDER = { clientId: '9f4c1de2-0b57-4a86-8f13-6d2e5a7c9b40', clientSecret: 'secret~of~the~provider' };

async function startTenants() {
	const { emulator, clock } = await startWithClock();
	const fabrikam = emulator.addTenant({ domain: 'fabrikam.example', app: PROVIDER });
	const litware = emulator.addTenant({ app: { ...PROVIDER, roles: ['Machine.LiveResponse'] } });
	const own = emulator.addTenant();
	return { emulator, clock, fabrikam, litware, own, close: () => emulator.close() };
}
const signIn = (emulator: Parameters<typeof requestToken>[0], { app }: EmulatorTenant, tenant = app.tenantId) =>
	requestToken(emulator, { client_id: app.clientId, client_secret: app.clientSecret }, tenant);

let setting: Awaited<ReturnType<typeof startTenants>>;
beforeEach(async () => {
	setting = await startTenants();
});
afterEach(() => setting.close());

test('each tenant signs in its own apps, with its own consent, by id or domain', async () => {
	const { emulator, fabrikam, litware, own } = setting;
	const claims = async (tenant: EmulatorTenant, name?: string) => decodeJwt((await signIn(emulator, tenant, name)).body.access_token);
	expect(await claims(fabrikam, 'FABRIKAM.example')).toMatchObject({ tid: fabrikam.app.tenantId, appid: PROVIDER.clientId });
	expect(await claims(litware)).toMatchObject({ tid: litware.app.tenantId, appid: PROVIDER.clientId, roles: ['Machine.LiveResponse'] });
	expect((await signIn(emulator, own, fabrikam.app.tenantId)).body.error_codes).toEqual([700016]);
	expect(own.app.clientId).not.toBe(emulator.app.clientId);
});

test('a token of one tenant never sees another: devices, actions, library, cancelling', async () => {
	const { emulator, fabrikam, own } = setting;
	const device = fabrikam.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': {} } });
	own.addDevice({ computerDnsName: 'ws-09' });
	const inFabrikam = apiClient(emulator, fabrikam);
	const inOwn = apiClient(emulator, own);
	const run = await inFabrikam('POST', `/machines/${device.id}/runliveresponse`, { Commands: [runScript('a.ps1')], Comment: 'x' });
	expect(run).toMatchObject({ status: 201, body: { requestor: PROVIDER.clientId } });
	expect(fabrikam.runs).toHaveLength(1);
	expect([emulator.runs, own.runs]).toEqual([[], []]);
	for (const [method, path, body] of [
		['GET', `/machines/${device.id}`],
		['GET', '/machines/ws-01'],
		['POST', `/machines/${device.id}/runliveresponse`, { Commands: [runScript('a.ps1')], Comment: 'x' }],
		['POST', `/machines/${device.id}/isolate`, { Comment: 'x', IsolationType: 'Full' }],
		['GET', `/machineactions/${run.body.id}`],
		['GET', `/machineactions/${run.body.id}/GetLiveResponseResultDownloadLink(index=0)`],
		['POST', `/machineactions/${run.body.id}/cancel`, { Comment: 'x' }],
		['DELETE', '/libraryfiles/a.ps1'],
	] as const) {
		expect([path, (await inOwn(method, path, body)).status]).toEqual([path, 404]);
		expect((await inFabrikam('GET', `/machineactions/${run.body.id}`)).body.status).toBe('Pending');
	}
	expect((await inOwn('GET', '/machineactions')).body.value).toEqual([]);
	expect((await inOwn('GET', '/libraryfiles')).body.value).toEqual([]);
	expect((await inOwn('GET', '/machines')).body.value).toMatchObject([{ computerDnsName: 'ws-09' }]);
});

test('a result comes from the storage that all tenants share', async () => {
	const { emulator, clock, fabrikam } = setting;
	const { id } = fabrikam.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': { output: 'of fabrikam' } } });
	const call = apiClient(emulator, fabrikam);
	const { body } = await call('POST', `/machines/${id}/runliveresponse`, { Commands: [runScript('a.ps1')], Comment: 'x' });
	clock.advance(60_000);
	const link = await call('GET', `/machineactions/${body.id}/GetLiveResponseResultDownloadLink(index=0)`);
	expect(await (await fetch(link.body.value)).text()).toContain('of fabrikam');
});

test('every request is recorded with the tenant and app of its token: served, refused, expired or faulted', async () => {
	const { emulator, clock, fabrikam, own } = setting;
	const [inFabrikam, inOwn] = [apiClient(emulator, fabrikam), apiClient(emulator, own)];
	await inFabrikam('GET', '/libraryfiles');
	await inOwn('GET', '/machineactions/00000000-0000-4000-8000-000000000000');
	emulator.fault({ on: 'machine.list', effect: { kind: 'status', status: 500 }, when: { tid: own.app.tenantId } });
	await inFabrikam('GET', '/machines');
	await inOwn('GET', '/machines');
	clock.advance(3_600_000);
	await inOwn('GET', '/machines');
	await inOwn('GET', '/machines', undefined, { Authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.e30.eA' });
	const of = ({ app: { tenantId, clientId } }: EmulatorTenant) => ({ tid: tenantId, clientId });
	const nobody = { tid: undefined, clientId: undefined };
	expect(emulator.requests.map(({ operation, status, tid, clientId }) => [operation, status, { tid, clientId }])).toEqual([
		['token', 200, of(fabrikam)],
		['library.list', 200, of(fabrikam)],
		['token', 200, of(own)],
		['action.get', 404, of(own)],
		['machine.list', 404, of(fabrikam)],
		['machine.list', 500, of(own)],
		['machine.list', 401, of(own)],
		['machine.list', 401, nobody],
	]);
});

test('limits are counted for each tenant and app', async () => {
	const { emulator, fabrikam, litware, own } = setting;
	emulator.limits.setLimits({ perMinute: 1 });
	for (const tenant of [fabrikam, own]) {
		const call = apiClient(emulator, tenant);
		expect((await call('GET', '/libraryfiles')).status).toBe(200);
		expect((await call('GET', '/libraryfiles')).status).toBe(429);
	}
	expect((await apiClient(emulator, litware)('GET', '/libraryfiles')).status).toBe(403);
});

test('a refresh token is of one tenant', async () => {
	const { emulator, fabrikam, litware } = setting;
	const authorize = new URL(`${emulator.loginUrl}/${fabrikam.app.tenantId}/oauth2/v2.0/authorize`);
	const redirect_uri = 'http://localhost/callback';
	authorize.search = new URLSearchParams({
		client_id: PROVIDER.clientId,
		redirect_uri,
		scope: `${emulator.audience}/.default offline_access`,
	}).toString();
	const answer = await fetch(authorize, { redirect: 'manual' });
	const code = new URL(answer.headers.get('location')!).searchParams.get('code')!;
	const app = { client_id: PROVIDER.clientId, client_secret: PROVIDER.clientSecret };
	const first = await requestToken(emulator, { ...app, grant_type: 'authorization_code', code, redirect_uri }, 'fabrikam.example');
	expect(decodeJwt(first.body.access_token).tid).toBe(fabrikam.app.tenantId);
	const refresh = { ...app, grant_type: 'refresh_token', refresh_token: first.body.refresh_token };
	expect((await requestToken(emulator, refresh, litware.app.tenantId)).body.error_codes).toEqual([70000]);
	expect((await requestToken(emulator, refresh, fabrikam.app.tenantId)).status).toBe(200);
});

test('a reset forgets the tenants and their tokens; control reaches each of them', async () => {
	const { emulator, fabrikam } = setting;
	const control = async (method: string, path: string, body?: unknown) =>
		await fetch(`${emulator.apiUrl}/_emulator${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
	await control('POST', '/tenants/fabrikam.example/devices', { computerDnsName: 'ws-77' });
	expect(fabrikam.machines()).toMatchObject([{ computerDnsName: 'ws-77' }]);
	expect(await (await control('GET', '/tenants/fabrikam.example/devices')).json()).toHaveLength(1);
	expect(emulator.machines()).toEqual([]);
	expect((await control('GET', '/tenants/nowhere.example/devices')).status).toBe(404);
	expect(await (await control('POST', '/tenants', { domain: 'tailspin.example' })).json()).toMatchObject({
		tenantId: emulator.tenant('tailspin.example')!.app.tenantId,
		apiBaseUrl: emulator.apiUrl,
	});
	expect(() => emulator.addTenant({ domain: 'Fabrikam.example' })).toThrow('already');
	const inFabrikam = apiClient(emulator, fabrikam);
	expect((await inFabrikam('GET', '/libraryfiles')).status).toBe(200);
	emulator.reset();
	expect(emulator.tenant('fabrikam.example')).toBeUndefined();
	expect((await inFabrikam('GET', '/libraryfiles')).status).toBe(401);
	expect((await requestToken(emulator)).status).toBe(200);
});
