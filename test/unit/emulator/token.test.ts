import { createHash, randomUUID } from 'node:crypto';
import { SignJWT, decodeJwt, importPKCS8 } from 'jose';
import { selfSignedCertificate, type Emulator } from '../../../playground/emulator';
import { SCOPE, requestToken, startWithClock, type FakeClock } from './client';

let emulator: Emulator;
let clock: FakeClock;
beforeAll(async () => {
	({ emulator, clock } = await startWithClock());
});
afterAll(() => emulator.close());

test('a secret in the body or in a Basic header gives a token with the roles of the app', async () => {
	const { app } = emulator;
	const inBody = await requestToken(emulator);
	expect(inBody).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3599 } });
	const seconds = clock.now() / 1000;
	expect(decodeJwt(inBody.body.access_token)).toMatchObject({
		aud: emulator.audience,
		appid: app.clientId,
		tid: app.tenantId,
		iat: seconds,
		nbf: seconds,
		exp: seconds + 3599,
		roles: expect.arrayContaining(['Machine.LiveResponse', 'Machine.ReadWrite.All', 'Library.Manage', 'Machine.Isolate']),
	});
	const basic = Buffer.from(`${app.clientId}:${encodeURIComponent(app.clientSecret)}`).toString('base64');
	const inHeader = await requestToken(emulator, { client_id: '', client_secret: '' }, 'contoso.example', {
		Authorization: `Basic ${basic}`,
	});
	expect(inHeader.status).toBe(200);
});

test.each([
	['wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
	['no secret', { client_secret: '' }, 401, 'invalid_client', 7000218],
	['unknown app', { client_id: randomUUID() }, 400, 'unauthorized_client', 700016],
	['unknown audience', { scope: 'https://graph.example/.default' }, 400, 'invalid_resource', 500011],
	['scope without .default', { scope: 'https://api.securitycenter.microsoft.com/Machine.Read' }, 400, 'invalid_scope', 1002012],
	['offline_access', { scope: `${SCOPE} offline_access` }, 400, 'invalid_scope', 70011],
	['unknown grant', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
])('%s is refused as Entra does', async (_name, form, status, error, code) => {
	const answer = await requestToken(emulator, form as Record<string, string>);
	expect(answer).toMatchObject({ status, body: { error, error_codes: [code] } });
	expect(answer.body.error_description).toMatch(new RegExp(`^AADSTS${code}: `));
	expect(Object.keys(answer.body)).toEqual(expect.arrayContaining(['timestamp', 'trace_id', 'correlation_id']));
});

test('an unknown tenant and an expired secret are refused', async () => {
	expect((await requestToken(emulator, {}, randomUUID())).body.error_codes).toEqual([90002]);
	const app = emulator.apps.addApp({ secrets: [{ value: 'old', expired: true }] });
	expect((await requestToken(emulator, { client_id: app.clientId, client_secret: 'old' })).body.error_codes).toEqual([7000222]);
});

test('without consent there are no roles, and changed roles are in new tokens only', async () => {
	const bare = emulator.apps.addApp({ secrets: [{ value: 's' }], consented: false });
	const form = { client_id: bare.clientId, client_secret: 's' };
	expect(decodeJwt((await requestToken(emulator, form)).body.access_token).roles).toBeUndefined();
	const app = emulator.apps.addApp({ secrets: [{ value: 's' }], roles: ['Machine.Read.All'] });
	emulator.apps.setRoles(app.clientId, ['Machine.LiveResponse']);
	const token = await requestToken(emulator, { client_id: app.clientId, client_secret: 's' });
	expect(decodeJwt(token.body.access_token).roles).toEqual(['Machine.LiveResponse']);
});

describe('certificate', () => {
	let certificate: string;
	let privateKey: string;
	let anotherKey: string;
	const clientId = randomUUID();
	const thumbprint = (algorithm: string) =>
		createHash(algorithm)
			.update(Buffer.from(certificate.replace(/-----.*?-----/g, ''), 'base64'))
			.digest('base64url');

	async function signIn(change: { header?: Record<string, unknown>; claims?: Record<string, unknown>; key?: string } = {}) {
		const seconds = clock.now() / 1000;
		const tokenUrl = `${emulator.loginUrl}/${emulator.app.tenantId}/oauth2/v2.0/token`;
		const header = { alg: 'PS256', 'x5t#S256': thumbprint('sha256'), ...change.header };
		const claims = { aud: tokenUrl, iss: clientId, sub: clientId, jti: randomUUID(), nbf: seconds, exp: seconds + 600, ...change.claims };
		const assertion = await new SignJWT(claims).setProtectedHeader(header).sign(await importPKCS8(change.key ?? privateKey, header.alg));
		return await requestToken(emulator, {
			client_id: clientId,
			client_secret: '',
			client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
			client_assertion: assertion,
		});
	}
	beforeAll(async () => {
		({ certificate, privateKey } = await selfSignedCertificate());
		({ privateKey: anotherKey } = await selfSignedCertificate());
		emulator.apps.addApp({ clientId, certificates: [certificate] });
	});

	test('both kinds of thumbprint and algorithm are accepted', async () => {
		expect((await signIn()).status).toBe(200);
		expect((await signIn({ header: { alg: 'RS256', 'x5t#S256': undefined, x5t: thumbprint('sha1') } })).status).toBe(200);
	});
	test.each([
		['thumbprint of no certificate', { header: { 'x5t#S256': 'AAAA' } }, 700027],
		['another audience', { claims: { aud: 'https://login.example/token' } }, 700023],
		['another subject', { claims: { sub: 'x' } }, 700021],
		['no jti', { claims: { jti: undefined } }, 50027],
		['expired', { claims: { exp: 1_700_000_000 } }, 700024],
		['too long a life', { claims: { exp: 4_000_000_000 } }, 700024],
		['not valid yet', { claims: { nbf: 3_999_999_000, exp: 3_999_999_600 } }, 700024],
		['algorithm', { header: { alg: 'RS512' } }, 5002738],
	])('%s is refused', async (_name, change, code) => {
		expect((await signIn(change as Parameters<typeof signIn>[0])).body.error_codes).toEqual([code]);
	});
	test('another key is refused, and so is a thumbprint in hex', async () => {
		expect((await signIn({ key: anotherKey })).body.error_codes).toEqual([700027]);
		const hex = Buffer.from(thumbprint('sha1'), 'base64url').toString('hex');
		expect((await signIn({ header: { 'x5t#S256': undefined, x5t: hex } })).body.error_codes).toEqual([700027]);
	});
	test('what is not a JWT is refused', async () => {
		const form = {
			client_id: clientId,
			client_secret: '',
			client_assertion: 'x.y',
			client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
		};
		expect((await requestToken(emulator, form)).body.error_codes).toEqual([50027]);
	});
});

test('a user signs in with code and PKCE, and the refresh token gives another token', async () => {
	const verifier = 'v'.repeat(43);
	const authorize = new URL(`${emulator.loginUrl}/${emulator.app.tenantId}/oauth2/v2.0/authorize`);
	const redirect_uri = 'http://localhost:5678/rest/oauth2-credential/callback';
	authorize.search = new URLSearchParams({
		client_id: emulator.app.clientId,
		response_type: 'code',
		redirect_uri,
		state: 'a b',
		scope: `${SCOPE} offline_access`,
		code_challenge: createHash('sha256').update(verifier).digest('base64url'),
		code_challenge_method: 'S256',
	}).toString();
	const getCode = async () => {
		const response = await fetch(authorize, { redirect: 'manual' });
		expect(response.status).toBe(302);
		const target = new URL(response.headers.get('location')!);
		expect(target.searchParams.get('state')).toBe('a b');
		return target.searchParams.get('code')!;
	};
	const form = { grant_type: 'authorization_code', redirect_uri, code_verifier: verifier };
	const code = await getCode();
	const first = await requestToken(emulator, { ...form, code });
	expect(decodeJwt(first.body.access_token)).toMatchObject({
		scp: expect.stringMatching(/^Machine\.LiveResponse Machine\.ReadWrite Library\.Manage /),
	});
	expect((await requestToken(emulator, { ...form, code })).body).toMatchObject({ error: 'invalid_grant', error_codes: [54005] });
	expect((await requestToken(emulator, { ...form, code: await getCode(), code_verifier: 'other' })).body.error_codes).toEqual([501481]);
	const second = await requestToken(emulator, { grant_type: 'refresh_token', refresh_token: first.body.refresh_token });
	expect(second.status).toBe(200);
	expect((await requestToken(emulator, { grant_type: 'refresh_token', refresh_token: 'x' })).body.error_codes).toEqual([70000]);
});
