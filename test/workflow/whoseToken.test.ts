import type { IDataObject } from 'n8n-workflow';
import { endedScript, GET_RESULT, runScript } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeEach(async () => (setting = await startSetting()));
afterEach(async () => await setting.close());

const stored = () => setting.engine.credentials.stored.get('defender') as IDataObject;

/** Changes the credential as the editor does: n8n keeps its token. */
function edit(fields: Record<string, unknown>): void {
	setting.engine.credentials.stored.set('defender', { ...stored(), ...fields } as never);
}

const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

/** Puts a token beside the credential, as if n8n had stored it. */
const store = (accessToken: string, more: IDataObject = {}) =>
	edit({ oauthTokenData: { access_token: accessToken, token_type: 'Bearer', ...more } });

async function get(more: IDataObject = {}) {
	return await setting.runNode({ ...GET_RESULT, ...more }, { items: [{ id: endedScript(setting.emulator) }] });
}

const used = () => new Set(setting.emulator.requests.filter(({ half }) => half === 'api').map(({ tid, clientId }) => `${tid} ${clientId}`));
const API = 'https://api.securitycenter.microsoft.com';

describe('a credential that was edited after it had been used', () => {
	it('acts in the new tenant as the new app', async () => {
		const other = setting.emulator.addTenant();
		const { id } = other.addDevice({ computerDnsName: 'ws-01.example' });
		await get();
		setting.emulator.requests.length = 0;
		edit({ ...other.app });
		const { error } = await setting.runNode(runScript(id, { waitForCompletion: false }));
		expect(error).toBeUndefined();
		expect(used()).toEqual(new Set([`${other.app.tenantId} ${other.app.clientId}`]));
		expect([setting.requestsOf('token').length, other.runs.length, setting.emulator.runs.length]).toEqual([1, 1, 0]);
	});

	it.each([
		['an unknown tenant', { tenantId: '22222222-2222-4222-8222-222222222222' }, 'The tenant was not found'],
		['an unknown app', { clientId: '33333333-3333-4333-8333-333333333333' }, 'The app was not found in this tenant'],
		['an unknown domain', { tenantId: 'fabrikam.example' }, 'The tenant was not found'],
	])('is refused with %s', async (_, fields, message) => {
		await get();
		setting.emulator.requests.length = 0;
		edit(fields);
		expect((await get()).error?.message).toBe(message);
		expect(used()).toEqual(new Set());
	});

	it.each([true, false])('does not use the token of before its Grant Type was changed (to a user: %s)', async (toUser) => {
		if (toUser) await get();
		else store(jwt({ tid: setting.emulator.app.tenantId, appid: setting.emulator.app.clientId, aud: API, scp: 'Machine.ReadWrite' }));
		const { access_token: before } = stored().oauthTokenData as { access_token: string };
		setting.emulator.requests.length = 0;
		if (toUser) edit({ grantType: 'authorizationCode' });
		const { results, error } = await get();
		expect(toUser ? error?.message : results[0].outcome).toBe(toUser ? 'No user has signed in with the credential' : 'succeeded');
		expect(setting.emulator.requests.filter(({ headers }) => headers.authorization?.includes(before))).toEqual([]);
	});

	it('with tenants named by domain and one app for all, it acts in the new one too', async () => {
		const { clientId, clientSecret } = setting.emulator.app;
		const other = setting.emulator.addTenant({ domain: 'fabrikam.example', app: { clientId, clientSecret } });
		edit({ tenantId: 'contoso.example' });
		await get();
		edit({ tenantId: 'fabrikam.example' });
		setting.emulator.requests.length = 0;
		await setting.runNode({ ...GET_RESULT }, { items: [{ id: endedScript(other as never) }] });
		expect(used()).toEqual(new Set([`${other.app.tenantId} ${clientId}`]));
	});

	it('of a tenant named by its domain the token is used again where nothing was edited', async () => {
		edit({ tenantId: 'contoso.example' });
		await get();
		await get();
		expect(setting.requestsOf('token')).toHaveLength(1);
	});
});

describe('a token that n8n has stored', () => {
	const ours = () => ({ tid: setting.emulator.app.tenantId, appid: setting.emulator.app.clientId, aud: API });

	it.each<[string, (own: ReturnType<typeof ours>) => object]>([
		['of another tenant', (own) => ({ ...own, tid: '22222222-2222-4222-8222-222222222222' })],
		['of another app', (own) => ({ ...own, appid: 'x' })],
		['of another app, of version 2', ({ tid, aud }) => ({ tid, aud, azp: 'x' })],
		['of Graph', (own) => ({ ...own, aud: 'https://graph.microsoft.com' })],
		['of Microsoft Threat Protection', (own) => ({ ...own, aud: 'https://api.security.microsoft.com' })],
		['of another cloud', (own) => ({ ...own, aud: 'https://api-gcc.securitycenter.microsoft.us' })],
	])('%s is replaced before a request is made', async (_, claims) => {
		const foreign = jwt(claims(ours()));
		store(foreign);
		const { results } = await get();
		expect(results[0].outcome).toBe('succeeded');
		expect(setting.requestsOf('token')).toHaveLength(1);
		expect(setting.emulator.requests.filter(({ headers }) => headers.authorization?.includes(foreign))).toEqual([]);
	});

	it.each<[string, (own: ReturnType<typeof ours>) => string]>([
		['of another name of the API', (own) => jwt({ ...own, aud: 'https://api.securitycenter.windows.com/' })],
		['for the app id', (own) => jwt({ ...own, aud: 'FC780465-2017-40d4-a0c5-307022471b92' })],
		['for an unknown audience', (own) => jwt({ ...own, aud: 'api://someone' })],
		['that is opaque', () => 'an-opaque-token-of-someone'],
	])('%s is used as it is', async (_, token) => {
		const kept = token(ours());
		store(kept);
		await get();
		expect(setting.emulator.requests.find(({ half }) => half === 'api')?.headers.authorization).toBe(`Bearer ${kept}`);
	});

	it.each([null, [], 'x', 5, {}, { access_token: null }, { access_token: {} }])('is none where it is %j', async (oauthTokenData) => {
		edit({ oauthTokenData });
		expect((await get()).results[0].outcome).toBe('succeeded');
		expect(setting.requestsOf('token')).toHaveLength(1);
	});
});

describe('a user who has signed in', () => {
	const own = () => ({ tid: setting.emulator.app.tenantId, appid: setting.emulator.app.clientId, aud: API, scp: 'Machine.ReadWrite' });
	const again = expect.stringMatching(/connect it again/) as string;

	beforeEach(() => edit({ grantType: 'authorizationCode' }));

	it.each<[string, (claims: ReturnType<typeof own>) => object, string]>([
		[
			'to another tenant',
			(claims) => ({ ...claims, tid: '22222222-2222-4222-8222-222222222222' }),
			'The user of the credential has signed in to another tenant',
		],
		['to another app', (claims) => ({ ...claims, appid: 'x' }), 'The user of the credential has signed in to another app'],
		[
			'for another API',
			(claims) => ({ ...claims, aud: 'https://graph.microsoft.com' }),
			'The user of the credential has signed in for another API or cloud',
		],
	])('%s is refused with what to do, and nothing is sent', async (_, claims, message) => {
		store(jwt(claims(own())), { refresh_token: 'r' });
		const { error } = await get();
		expect(error).toMatchObject({ message, description: again });
		expect(setting.emulator.requests).toEqual([]);
	});

	it('nowhere yet, is asked to', async () => {
		const { error } = await get();
		expect(error).toMatchObject({
			message: 'No user has signed in with the credential',
			description: expect.stringContaining('connect it'),
		});
	});

	it('but whose sign-in has ended, is asked to do it again', async () => {
		store(jwt(own()), { refresh_token: 'not-one-of-entra' });
		const { error } = await get();
		expect(error).toMatchObject({ message: "The user's sign-in has ended", description: expect.stringContaining('connect it again') });
	});

	it('belongs to one tenant: items of another one are refused, and of a domain no one can say', async () => {
		store(jwt(own()), { refresh_token: 'r' });
		edit({ tenantId: '={{ $json.tenantId }}' });
		const items = ['22222222-2222-4222-8222-222222222222', 'contoso.example'].map((tenantId) => ({
			id: endedScript(setting.emulator),
			tenantId,
		}));
		const { results } = await setting.runNode(GET_RESULT, { items, node: { onError: 'continueRegularOutput' } });
		expect(results.map(({ error }) => error)).toEqual([
			'The user of the credential has signed in to another tenant',
			'The credential does not show which tenant its user has signed in to',
		]);
		expect(setting.emulator.requests).toEqual([]);
	});
});

describe('a token endpoint that answers oddly', () => {
	it.each<[string, string, number, RegExp]>([
		['nothing', 'null', 200, /^Microsoft Entra answered the sign-in without a token$/],
		['a list', '[]', 200, /^Microsoft Entra answered the sign-in without a token$/],
		['no token', '{"token_type":"Bearer"}', 200, /^Microsoft Entra answered the sign-in without a token$/],
		['a token that is an object', '{"access_token":{}}', 200, /^Microsoft Entra answered the sign-in without a token$/],
		['HTML', '<html>', 200, /^Microsoft Entra/],
		[
			'a token of another tenant',
			JSON.stringify({ access_token: jwt({ tid: '22222222-2222-4222-8222-222222222222' }) }),
			200,
			/^Microsoft Entra answered the sign-in with a token of another tenant, app or API$/,
		],
		[
			'a token of another API',
			JSON.stringify({ access_token: jwt({ aud: 'https://graph.microsoft.com' }) }),
			200,
			/^Microsoft Entra answered the sign-in with a token of another tenant, app or API$/,
		],
	])('%s', async (_, body, status, message) => {
		setting.emulator.fault({
			on: 'token',
			times: Infinity,
			effect: { kind: 'status', status, body: body as never, headers: { 'Content-Type': 'application/json' } },
		});
		const { error } = await get();
		expect(error?.message).toMatch(message);
		expect(used()).toEqual(new Set());
	});

	it('an unknown audience is used, with a warning, and not asked for again', async () => {
		const { tenantId: tid, clientId: appid } = setting.emulator.app;
		const token = jwt({ tid, appid, aud: 'api://someone' });
		setting.emulator.fault({
			on: 'token',
			times: Infinity,
			effect: {
				kind: 'status',
				status: 200,
				body: JSON.stringify({ access_token: token, token_type: 'Bearer' }) as never,
				headers: { 'Content-Type': 'application/json' },
			},
		});
		await get();
		expect(setting.emulator.requests.find(({ half }) => half === 'api')?.headers.authorization).toBe(`Bearer ${token}`);
		expect(JSON.stringify(setting.engine.logged)).toContain('api://someone, which is not known');
	});
});

it('40 items with a fresh credential ask for one token', async () => {
	const items = Array.from({ length: 40 }, () => ({ machineId: setting.emulator.addDevice({ computerDnsName: 'ws-01.example' }).id }));
	const { results } = await setting.runNode({ resource: 'machine', operation: 'get', machineId: '={{ $json.machineId }}' }, { items });
	expect([results.length, setting.requestsOf('token').length]).toEqual([40, 1]);
});

it('40 results without the permission for links cost one fresh token, not one for each', async () => {
	setting.emulator.fault({
		on: 'link',
		times: Infinity,
		effect: { kind: 'status', status: 403, body: { error: { code: 'Forbidden', message: 'Missing application roles.' } } },
	});
	const items = Array.from({ length: 40 }, () => ({ id: endedScript(setting.emulator) }));
	const { results } = await setting.runNode(GET_RESULT, { items, node: { onError: 'continueRegularOutput' } });
	expect(results).toHaveLength(40);
	expect(setting.requestsOf('token')).toHaveLength(2);
	// Those that were under way with the first token are made again.
	expect(setting.requestsOf('link').length).toBeLessThanOrEqual(50);
});

it.each(['deleted', 'unshared'])('a credential that is %s while the node waits is said to be gone', async (how) => {
	const device = setting.emulator.addDevice({ computerDnsName: 'ws-01.example', scripts: { 'check.ps1': {} } });
	setting.emulator.setOffline(device.id, true);
	const action = setting.emulator.addAction({
		machineId: device.id,
		status: 'Pending',
		commands: [{ type: 'RunScript', name: 'check.ps1' }],
	} as never);
	const { credentials } = setting.engine;
	const { getDecrypted } = credentials;
	const gone = jest.spyOn(credentials, 'getDecrypted').mockImplementation(async (...args) => {
		if (setting.requestsOf('action.list').length < 2) return await getDecrypted.apply(credentials, args);
		throw new (await import('n8n-workflow')).UserError(
			how === 'deleted' ? 'Credential with ID "defender" does not exist for type "x".' : 'This credential cannot be used in workflows',
		);
	});
	const { error } = await setting.runNode(GET_RESULT, { items: [{ id: action.id }] });
	gone.mockRestore();
	expect(error).toMatchObject({
		message: 'The credential was deleted, or this workflow may no longer use it',
		description: expect.stringContaining('n8n says: '),
	});
});

it("a moment's trouble with n8n's database does not end what has begun", async () => {
	const { credentials } = setting.engine;
	const { getDecrypted } = credentials;
	let reads = 0;
	const spy = jest.spyOn(credentials, 'getDecrypted').mockImplementation(async (...args) => {
		if (reads++ === 0) return await getDecrypted.apply(credentials, args);
		throw Object.assign(new Error('SQLITE_BUSY: database is locked'), { name: 'QueryFailedError' });
	});
	const device = setting.emulator.addDevice({ computerDnsName: 'ws-01.example', scripts: { 'check.ps1': {} } });
	const { results } = await setting.runNode(runScript(device.id));
	spy.mockRestore();
	expect(results[0].outcome).toBe('succeeded');
	expect(reads).toBeGreaterThan(1);
});
