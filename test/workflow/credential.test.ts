/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ICredentialTestRequest, IDataObject, INodeParameters, INodeProperties, INodePropertyOptions, INodeType } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';
import { selfSignedCertificate } from '../../playground/emulator';
import { MicrosoftDefenderOAuth2Api } from '../../credentials/MicrosoftDefenderOAuth2Api.credentials';
import type { CloudFields } from '../../nodes/DefenderLiveResponse/service/clouds';
import { cloudOf } from '../../nodes/DefenderLiveResponse/service/clouds';
import { endedScript, GET_RESULT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

const { request, rules = [] } = new MicrosoftDefenderOAuth2Api().test as ICredentialTestRequest;

/** The node that n8n makes up to send a credential's test request. */
const tester = {
	description: {
		displayName: 'Tester',
		name: 'tester',
		group: ['transform'],
		version: 1,
		description: '',
		defaults: { name: 'Tester' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'microsoftDefenderOAuth2Api', required: true }],
		properties: [{ displayName: 'Temp', name: 'temp', type: 'string', default: '', routing: { request } }],
	},
} as INodeType;

beforeAll(async () => {
	// At the pace of the real clock: an assertion is valid for five minutes.
	setting = await startSetting({}, {}, 1, { 'test.tester': tester });
});

beforeEach(() => {
	setting.emulator.reset();
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
});

afterAll(async () => await setting.close());

const TENANT = '0e8c1f5a-3d52-4b8e-9a61-7c4d2f90b1e3';

/** What n8n makes of a credential's fields and expressions. */
async function resolved(fields: CloudFields & { grantType?: string }) {
	const { credentials } = setting.engine;
	credentials.stored.set('probe', { ...fields } as never);
	return await credentials.getDecrypted({} as never, { id: 'probe', name: '' }, 'microsoftDefenderOAuth2Api', 'manual');
}

async function runWith(fields: Record<string, string>) {
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData(fields));
	return await setting.runNode(GET_RESULT, { items: [{ id: endedScript(setting.emulator) }] });
}

describe('sign-in', () => {
	it('with a client secret, in the body of the request', async () => {
		const { results } = await runWith({});
		expect(results[0].outcome).toBe('succeeded');
		const [token] = setting.requestsOf('token');
		expect(Object.fromEntries(new URLSearchParams(token.body))).toEqual({
			grant_type: 'client_credentials',
			client_id: setting.emulator.app.clientId,
			client_secret: setting.emulator.app.clientSecret,
			scope: 'https://api.securitycenter.microsoft.com/.default',
		});
	});

	it('with a certificate, whose assertion the token endpoint accepts', async () => {
		const clientId = '33333333-3333-4333-8333-333333333333';
		const { certificate, privateKey } = await selfSignedCertificate();
		setting.emulator.apps.addApp({ clientId, certificates: [certificate] });
		const fields = { clientId, clientCredentialType: 'certificate', clientSecret: '', privateKey, certificate };
		const { results, error } = await runWith(fields);
		expect(error).toBeUndefined();
		expect(results[0].outcome).toBe('succeeded');
		const form = Object.fromEntries(new URLSearchParams(setting.requestsOf('token')[0].body));
		expect(form).not.toHaveProperty('client_secret');
		expect(form.client_assertion_type).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
		const [header, payload] = form.client_assertion
			.split('.')
			.slice(0, 2)
			.map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
		expect(Object.keys(header).some((key) => key.startsWith('x5t'))).toBe(true);
		expect(payload).toMatchObject({ iss: clientId, sub: clientId, aud: `${setting.emulator.loginUrl}/${TENANT}/oauth2/v2.0/token` });
	});

	it('not with a certificate that the app does not have', async () => {
		const clientId = '33333333-3333-4333-8333-333333333333';
		setting.emulator.apps.addApp({ clientId, certificates: [(await selfSignedCertificate()).certificate] });
		const { certificate, privateKey } = await selfSignedCertificate();
		const { error } = await runWith({ clientId, clientCredentialType: 'certificate', privateKey, certificate });
		expect(error).toMatchObject({ description: expect.stringMatching(/AADSTS700027|AADSTS700021/) });
	});

	it('of a user, with a token that is renewed when it has ended', async () => {
		const form = new URLSearchParams({
			grant_type: 'authorization_code',
			client_id: setting.emulator.app.clientId,
			client_secret: setting.emulator.app.clientSecret,
			redirect_uri: 'http://localhost/callback',
			scope: 'https://api.securitycenter.microsoft.com/.default offline_access',
		});
		const authorize = new URLSearchParams({
			client_id: setting.emulator.app.clientId,
			response_type: 'code',
			redirect_uri: 'http://localhost/callback',
			scope: form.get('scope') ?? '',
			state: 's',
		});
		const login = `${setting.emulator.loginUrl}/${TENANT}/oauth2/v2.0`;
		const consent = await fetch(`${login}/authorize?${authorize}`, { redirect: 'manual' });
		form.set('code', new URL(consent.headers.get('location') ?? '').searchParams.get('code') ?? '');
		const token = await (await fetch(`${login}/token`, { method: 'POST', body: form })).json();
		const stored = { ...setting.emulator.credentialData({ grantType: 'authorizationCode' }), oauthTokenData: token };
		setting.engine.credentials.stored.set('defender', stored);
		setting.emulator.fault({ on: 'action.list', effect: { kind: 'status', status: 401 } });
		const { results, error } = await setting.runNode(GET_RESULT, { items: [{ id: endedScript(setting.emulator) }] });
		expect(error).toBeUndefined();
		expect(results[0].outcome).toBe('succeeded');
		expect(setting.requestsOf('token').at(-1)?.body).toContain('grant_type=refresh_token');
	});
});

describe('hosts, audience and scope belong together', () => {
	const named = ['commercial', 'gcc', 'gccHigh', 'dod'].map((cloud) => ({ cloud, region: 'global' }));
	const regional = ['us', 'eu', 'uk', 'au', 'swa', 'ina', 'aea'].map((region) => ({ cloud: 'commercial', region }));
	const custom = {
		cloud: 'custom',
		region: 'global',
		apiBaseUrl: 'https://api.example.com/',
		loginBaseUrl: 'https://login.example.com',
		audience: 'https://audience.example.com',
	};
	it.each([...named, ...regional, custom])('$cloud $region: credential, test and node agree', async (fields) => {
		const all = { tenantId: TENANT, ...fields };
		const cloud = cloudOf(all);
		const data = await resolved(all);
		expect(data).toMatchObject({
			accessTokenUrl: `${cloud.loginBaseUrl}/${TENANT}/oauth2/v2.0/token`,
			authUrl: `${cloud.loginBaseUrl}/${TENANT}/oauth2/v2.0/authorize`,
			scope: `${cloud.audience}/.default`,
			authentication: 'body',
			grantType: 'clientCredentials',
		});
		// eslint-disable-next-line @n8n/community-nodes/no-dangerous-functions -- n8n evaluates it so
		const evaluate = new Function('$credentials', `return ${String(request.baseURL).slice(3, -2)}`) as (fields: object) => string;
		expect(evaluate(all)).toBe(cloud.apiBaseUrl);
	});

	const regionHosts = ['us', 'eu', 'uk', 'au', 'swa', 'ina', 'aea'].map((region) => [
		'commercial',
		region,
		'https://login.microsoftonline.com',
		'https://api.securitycenter.microsoft.com',
		`https://${region}.api.security.microsoft.com`,
		'.blob.core.windows.net',
	]);

	it.each([
		[
			'commercial',
			'global',
			'https://login.microsoftonline.com',
			'https://api.securitycenter.microsoft.com',
			'https://api.security.microsoft.com',
			'.blob.core.windows.net',
		],
		...regionHosts,
		[
			'gcc',
			'global',
			'https://login.microsoftonline.com',
			'https://api-gcc.securitycenter.microsoft.us',
			'https://api-gcc.securitycenter.microsoft.us',
			'.blob.core.usgovcloudapi.net',
		],
		[
			'gccHigh',
			'global',
			'https://login.microsoftonline.us',
			'https://api-gov.securitycenter.microsoft.us',
			'https://api-gov.securitycenter.microsoft.us',
			'.blob.core.usgovcloudapi.net',
		],
		[
			'dod',
			'global',
			'https://login.microsoftonline.us',
			'https://api-gov.securitycenter.microsoft.us',
			'https://api-gov.securitycenter.microsoft.us',
			'.blob.core.usgovcloudapi.net',
		],
	])('knows Microsoft’s hosts of %s %s', (cloud, region, loginBaseUrl, audience, apiBaseUrl, downloadHost) => {
		const { downloadHosts, ...others } = cloudOf({ tenantId: TENANT, cloud, region });
		expect(others).toMatchObject({ loginBaseUrl, audience, apiBaseUrl });
		// What Microsoft's page of the call shows.
		expect(downloadHosts).toEqual(cloud === 'commercial' ? [downloadHost, 'core.windows.net'] : [downloadHost]);
	});

	it('are those of the commercial cloud, wherever the tenant is, by default', async () => {
		const { accessTokenUrl, scope } = await resolved({ tenantId: 'contoso.com' });
		expect(accessTokenUrl).toBe('https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token');
		expect(scope).toBe('https://api.securitycenter.microsoft.com/.default');
		expect(cloudOf({ tenantId: 'contoso.com' }).apiBaseUrl).toBe('https://api.security.microsoft.com');
		expect((await resolved({ tenantId: TENANT, cloud: 'custom', loginBaseUrl: 'https://login.example.com' })).scope).toBe(scope);
	});

	it.each(named)('of $cloud are not mixed with those of a custom one', async (fields) => {
		const all = { tenantId: TENANT, ...fields };
		const { accessTokenUrl, scope } = await resolved(all);
		const leftOver = { ...custom, ...all };
		expect(await resolved(leftOver)).toMatchObject({ accessTokenUrl, scope });
		expect(cloudOf(leftOver)).toEqual(cloudOf(all));
	});

	it.each(['http://localhost:8080', 'http://127.0.0.2', 'http://[::1]:8080', 'https://api.example.com'])(
		'may be %s of one’s own',
		(apiBaseUrl) => {
			expect(cloudOf({ ...custom, tenantId: TENANT, apiBaseUrl }).apiBaseUrl).toBe(apiBaseUrl);
		},
	);

	it('asks for a refresh token only where a user signs in', async () => {
		expect((await resolved({ tenantId: TENANT, grantType: 'authorizationCode' })).scope).toMatch(/\/\.default offline_access$/);
		expect((await resolved({ tenantId: TENANT })).scope).toMatch(/\/\.default$/);
	});
});

describe('is refused before any request', () => {
	it.each([
		['no tenant', { tenantId: '' }, 'Tenant ID'],
		['common', { tenantId: 'common' }, 'Tenant ID'],
		['a tenant that reshapes the URL', { tenantId: 'contoso.com/../x' }, 'Tenant ID'],
		['a tenant with a query', { tenantId: 'contoso.com?x=y' }, 'Tenant ID'],
		['http to another machine', { apiBaseUrl: 'http://api.example.com' }, 'API Base URL'],
		['user info in a host', { apiBaseUrl: 'https://127.0.0.1@example.com' }, 'API Base URL'],
		['http to another login', { loginBaseUrl: 'http://login.example.com' }, 'Login Base URL'],
		['no audience', { audience: ' ' }, 'Audience'],
		['a cloud that there is not', { cloud: 'china' }, 'Cloud'],
		['a region that there is not', { cloud: 'commercial', region: 'mars' }, 'Region'],
	])('%s', async (_, fields, name) => {
		const { error } = await runWith(fields);
		expect(error).toMatchObject({ name: 'NodeOperationError', message: `The credential's ${name} cannot be used` });
		expect(setting.emulator.requests).toHaveLength(0);
	});

	it.each([{ tenantId: 'a/b' }, { tenantId: TENANT, cloud: 'custom', loginBaseUrl: 'http://login.example.com' }])(
		'by n8n itself too, which then has no address for the secret: %j',
		async (fields) => {
			expect((await resolved(fields)).accessTokenUrl).toBe('');
		},
	);
});

it('masks what is secret and hides what n8n’s own form would ask for', () => {
	const fields = setting.engine.credentials.getCredentialsProperties('microsoftDefenderOAuth2Api');
	const masked = fields.filter(({ typeOptions }: INodeProperties) => typeOptions?.password).map(({ name }) => name);
	expect(masked.sort()).toEqual(['certificate', 'clientSecret', 'privateKey']);
	const shown = fields.filter(({ type }) => type !== 'hidden').map(({ name }) => name);
	expect(shown.sort()).toEqual(
		[
			'apiBaseUrl',
			'audience',
			'certificate',
			'clientCredentialType',
			'clientId',
			'clientSecret',
			'cloud',
			'downloadHosts',
			'grantType',
			'loginBaseUrl',
			'permissions',
			'privateKey',
			'region',
			'tenantId',
			'serverUrl',
		].sort(),
	);
});

describe('the form', () => {
	const properties = () => setting.engine.credentials.getCredentialsProperties('microsoftDefenderOAuth2Api');
	const visible = () => properties().filter(({ type }) => type !== 'hidden');
	const form = (set: INodeParameters = {}) => NodeHelpers.getNodeParameters(visible(), set, true, false, null, null) ?? {};
	const field = (name: string) => visible().find((property) => property.name === name);
	const choices = (name: string) => (field(name)?.options as INodePropertyOptions[]).map(({ value }) => value);

	it('is for an app of the commercial cloud with a secret, by default', () => {
		expect(form()).toMatchObject({
			grantType: 'clientCredentials',
			tenantId: '',
			cloud: 'commercial',
			region: 'global',
			clientId: '',
			clientCredentialType: 'clientSecret',
			clientSecret: '',
		});
		expect(
			visible()
				.filter(({ required }) => required)
				.map(({ name }) => name),
		).toEqual(expect.arrayContaining(['tenantId', 'clientId']));
	});

	it.each([
		[{}, ['region', 'downloadHosts', 'clientSecret']],
		[{ cloud: 'gcc' }, ['downloadHosts', 'clientSecret']],
		[{ cloud: 'custom' }, ['apiBaseUrl', 'loginBaseUrl', 'audience', 'downloadHosts', 'clientSecret']],
		[{ clientCredentialType: 'certificate' }, ['region', 'downloadHosts', 'privateKey', 'certificate']],
	])('asks only for what counts: %j', (set, names) => {
		const depending = ['region', 'apiBaseUrl', 'loginBaseUrl', 'audience', 'downloadHosts', 'clientSecret', 'privateKey', 'certificate'];
		const shown = Object.keys(form(set));
		expect(depending.filter((name) => shown.includes(name))).toEqual(names);
	});

	it('has the choices that saved credentials have', () => {
		expect(choices('grantType')).toEqual(['clientCredentials', 'authorizationCode']);
		expect(choices('cloud').sort()).toEqual(['commercial', 'custom', 'dod', 'gcc', 'gccHigh']);
		expect(choices('region').sort()).toEqual(['aea', 'au', 'eu', 'global', 'ina', 'swa', 'uk', 'us']);
		expect(choices('clientCredentialType')).toEqual(['clientSecret', 'certificate']);
	});

	it('says from which n8n on a certificate works', () => {
		const [, certificate] = field('clientCredentialType')?.options as INodePropertyOptions[];
		expect(certificate.description).toMatch(/n8n \d+\.\d+ or later/);
	});

	it('uses the name that users look for', () => {
		expect(new MicrosoftDefenderOAuth2Api().displayName).toBe('Microsoft Defender OAuth2 API');
	});
});

describe('the test of a credential', () => {
	/** What n8n shows: nothing where the request went well. */
	async function tested() {
		const credentials = { microsoftDefenderOAuth2Api: { id: 'defender', name: '' } };
		const start = { id: 'start', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} };
		const node = { id: 'test', name: 'Test', type: 'test.tester', typeVersion: 1, position: [0, 0], parameters: {}, credentials };
		const connections = { Start: { main: [[{ node: 'Test', type: 'main' as const, index: 0 }]] } };
		const ran = await setting.engine.run({ name: 'Test', nodes: [start, node] as never, connections });
		const { error } = ran;
		if (!error) {
			const [json] = ran.items('Test') as unknown[];
			const isOdd = ({ type, properties: { key, value } }: (typeof rules)[number] & { properties: { key?: string } }) =>
				type === 'responseSuccessBody' && (json as IDataObject | null | undefined)?.[String(key)] === value;
			return rules.find(isOdd)?.properties.message;
		}
		const { httpCode } = error as unknown as IDataObject;
		const rule = rules.find(({ type, properties }) => type === 'responseCode' && String(properties.value) === String(httpCode));
		return rule?.properties.message ?? error.message;
	}

	it('reads one machine action and changes nothing', async () => {
		endedScript(setting.emulator);
		expect(await tested()).toBeUndefined();
		const sent = setting.emulator.requests.filter(({ half }) => half === 'api');
		expect(sent.map(({ operation, method, status }) => [operation, method, status])).toEqual([['action.list', 'GET', 200]]);
		expect(sent[0].url).toContain('$top=1');
	});

	it.each([301, 302, 303, 307, 308])('follows no redirect, so that the token goes nowhere else (%i)', async (status) => {
		const tokens: unknown[] = [];
		const elsewhere = createServer((asked, answer) => {
			tokens.push(asked.headers.authorization);
			answer.end('{"value":[]}');
		});
		await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
		const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
		setting.emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'redirect', status: status as 302, location } });
		expect(await tested()).toMatch(/answered with a redirect, which is not followed/);
		elsewhere.close();
		expect(tokens).toEqual([]);
	});

	it('says in words of its own that the sign-in was not accepted', async () => {
		setting.emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'status', status: 401 } });
		expect(await tested()).toMatch(/^Defender did not accept the sign-in\. Check tenant, cloud, client ID/);
	});

	it('passes in a tenant without machine actions', async () => {
		expect(await tested()).toBeUndefined();
	});

	it.each<[string, unknown]>([
		['a page of a proxy', '<html><body>Sign in</body></html>'],
		['an error', { error: { code: 'Unauthorized', message: 'no' } }],
		['nothing', ''],
		['another list', [{ id: 1 }]],
	])('does not take %s for Defender', async (_, body) => {
		setting.emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'status', status: 200, body } });
		expect(await tested()).toMatch(/^The address of the API answered with something that is not from Defender\./);
	});

	it('says which permission is missing', async () => {
		setting.emulator.apps.setRoles(setting.emulator.app.clientId, ['Machine.LiveResponse']);
		expect(await tested()).toMatch(/^Signed in, but a permission is missing: add Machine\.ReadWrite\.All/);
	});
});
