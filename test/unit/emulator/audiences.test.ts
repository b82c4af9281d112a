import { decodeJwt } from 'jose';
import type { Emulator } from '../../../playground/emulator';
import { requestToken, startWithClock, type FakeClock } from './client';

let emulator: Emulator;
let clock: FakeClock;
beforeAll(async () => {
	({ emulator, clock } = await startWithClock());
});
beforeEach(() => {
	emulator.reset();
	emulator.addDevice({ computerDnsName: 'ws-01' });
});
afterAll(() => emulator.close());

async function v1(resource: string | undefined, tenant = emulator.app.tenantId) {
	const { clientId, clientSecret } = emulator.app;
	const body = new URLSearchParams({
		grant_type: 'client_credentials',
		client_id: clientId,
		client_secret: clientSecret,
		...(resource !== undefined && { resource }),
	});
	const response = await fetch(`${emulator.loginUrl}/${tenant}/oauth2/token`, { method: 'POST', body });
	return { status: response.status, body: (await response.json()) as Record<string, string> & { error_codes: number[] } };
}
const machinesWith = async (token: string) =>
	(await fetch(`${emulator.apiUrl}/api/machines`, { headers: { Authorization: `Bearer ${token}` } })).status;

const OLD_NAME = 'https://securitycenter.onmicrosoft.com/windowsatpservice';
const NAMES = [
	'https://api.securitycenter.microsoft.com',
	'https://api.securitycenter.microsoft.com/',
	'https://api.securitycenter.windows.com',
	'https://api.securitycenter.windows.com/',
	'https://api-eu.securitycenter.microsoft.com',
	'https://api-us3.securitycenter.microsoft.com/',
	'fc780465-2017-40d4-a0c5-307022471b92',
];

test.each([...NAMES, OLD_NAME, `${OLD_NAME}/`])('v1: a token for %s is accepted, and has that audience', async (resource) => {
	const { status, body } = await v1(resource);
	const seconds = clock.now() / 1000;
	expect({ status, body }).toMatchObject({
		status: 200,
		body: { token_type: 'Bearer', expires_in: '3599', expires_on: `${seconds + 3599}`, not_before: `${seconds}`, resource },
	});
	const { clientId, tenantId } = emulator.app;
	expect(decodeJwt(body.access_token)).toMatchObject({
		aud: resource,
		appid: clientId,
		tid: tenantId,
		ver: '1.0',
		iss: `https://sts.windows.net/${tenantId}/`,
		roles: expect.arrayContaining(['Machine.LiveResponse']),
	});
	expect(await machinesWith(body.access_token)).toBe(200);
});

test.each(NAMES)('v2: a token for %s is accepted', async (name) => {
	const { status, body } = await requestToken(emulator, { scope: `${name}/.default` });
	expect([status, decodeJwt(body.access_token).aud]).toEqual([200, name]);
	expect(await machinesWith(body.access_token)).toBe(200);
});

test('v2 does not know the oldest name, unless the setting says so', async () => {
	expect((await requestToken(emulator, { scope: `${OLD_NAME}/.default` })).body.error_codes).toEqual([500011]);
	emulator.settings.oldNameByV2 = true;
	expect((await requestToken(emulator, { scope: `${OLD_NAME}/.default` })).status).toBe(200);
});

test.each([
	['https://api.security.microsoft.com', 403],
	['https://graph.microsoft.com', 401],
	[undefined, 401],
])('a token for %s has no roles here, and the API answers %d', async (resource, expected) => {
	const { body } = await v1(resource);
	expect(decodeJwt(body.access_token).roles).toBeUndefined();
	expect(await machinesWith(body.access_token)).toBe(expected);
	if (resource === undefined) return;
	expect(await machinesWith((await requestToken(emulator, { scope: `${resource}/.default` })).body.access_token)).toBe(expected);
});

test('what Entra does not know is refused by both endpoints', async () => {
	expect((await v1('https://api.example')).body.error_codes).toEqual([500011]);
	expect((await v1(NAMES[0], 'nowhere.example')).body.error_codes).toEqual([90002]);
	expect((await requestToken(emulator, { scope: 'https://api-xx.securitycenter.microsoft.com/.default' })).body.error_codes).toEqual([
		500011,
	]);
});

test('a token of version 2 names its app in azp and the API by its id', async () => {
	emulator.settings.tokenVersion = 2;
	const { body } = await requestToken(emulator);
	const claims = decodeJwt(body.access_token);
	const { clientId, tenantId } = emulator.app;
	expect(claims).toMatchObject({
		aud: 'fc780465-2017-40d4-a0c5-307022471b92',
		azp: clientId,
		tid: tenantId,
		ver: '2.0',
		iss: `https://login.microsoftonline.com/${tenantId}/v2.0`,
	});
	expect(claims.appid).toBeUndefined();
	expect(await machinesWith(body.access_token)).toBe(200);
	expect(emulator.requests.at(-1)).toMatchObject({ operation: 'machine.list', clientId, tid: tenantId });
});
