import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { endedScript, GET_RESULT, runScript } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;
let id: string;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	id = endedScript(setting.emulator);
});

afterAll(async () => await setting.close());

const REDIRECT = 'http://localhost/callback';

/** The app's credential, with roles of its own and no token yet. */
function signInAsApp(roles: string[]): void {
	setting.emulator.apps.setRoles(setting.emulator.app.clientId, roles);
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
}

/** The same after a user has signed in who was granted these permissions. */
async function signInAsUser(scopes: string[]): Promise<void> {
	const { app, apps, loginUrl } = setting.emulator;
	apps.addApp({ clientId: app.clientId, secrets: [{ value: app.clientSecret }], scopes });
	const login = `${loginUrl}/${app.tenantId}/oauth2/v2.0`;
	const scope = 'https://api.securitycenter.microsoft.com/.default offline_access';
	const asked = new URLSearchParams({ client_id: app.clientId, response_type: 'code', redirect_uri: REDIRECT, scope, state: 's' });
	const consent = await fetch(`${login}/authorize?${asked}`, { redirect: 'manual' });
	const code = new URL(consent.headers.get('location') ?? '').searchParams.get('code') ?? '';
	const form = {
		grant_type: 'authorization_code',
		client_id: app.clientId,
		client_secret: app.clientSecret,
		redirect_uri: REDIRECT,
		scope,
		code,
	};
	const token = (await (await fetch(`${login}/token`, { method: 'POST', body: new URLSearchParams(form) })).json()) as IDataObject;
	const data = { ...setting.emulator.credentialData({ grantType: 'authorizationCode' }), oauthTokenData: token };
	setting.engine.credentials.stored.set('defender', data);
}

const LIBRARY = { resource: 'libraryFile' };
const FILE = { json: {}, binary: { data: { data: 'eA==', mimeType: 'text/plain', fileName: 'a.ps1' } } } as INodeExecutionData;
const COMMENT = { comment: 'case 4711' };
const UNREAD = { resource: 'liveResponse', operation: 'run', waitForCompletion: false };

const RESPONSES = [
	['isolate', 'Machine.Isolate'],
	['release', 'Machine.Isolate'],
	['runAntivirusScan', 'Machine.Scan'],
	['restrictApps', 'Machine.RestrictExecution'],
	['unrestrictApps', 'Machine.RestrictExecution'],
	['quarantineFile', 'Machine.StopAndQuarantine'],
	['collectPackage', 'Machine.CollectForensics'],
];

/** Every operation with the permissions that Microsoft's pages name, for an app and for a user. */
const NEEDED: Array<[string, IDataObject, string, string]> = [
	['run', { ...runScript('a'.repeat(40)), ...UNREAD }, 'Machine.LiveResponse', 'Machine.LiveResponse'],
	['getResult', GET_RESULT, 'Machine.ReadWrite.All', 'Machine.ReadWrite'],
	['machineAction get', { resource: 'machineAction', operation: 'get' }, 'Machine.ReadWrite.All', 'Machine.ReadWrite'],
	['machineAction getMany', { resource: 'machineAction', operation: 'getMany' }, 'Machine.ReadWrite.All', 'Machine.ReadWrite'],
	[
		'machineAction wait',
		{ resource: 'machineAction', operation: 'wait', maxWaitMinutes: 20 },
		'Machine.ReadWrite.All',
		'Machine.ReadWrite',
	],
	['machineAction cancel', { resource: 'machineAction', operation: 'cancel', ...COMMENT }, 'Machine.LiveResponse', 'Machine.LiveResponse'],
	['libraryFile getMany', { ...LIBRARY, operation: 'getMany' }, 'Library.Manage', 'Library.Manage'],
	['libraryFile upload', { ...LIBRARY, operation: 'upload', overwrite: true }, 'Library.Manage', 'Library.Manage'],
	['libraryFile delete', { ...LIBRARY, operation: 'delete', fileName: 'a.ps1' }, 'Library.Manage', 'Library.Manage'],
	['machine get', { resource: 'machine', operation: 'get', machineId: 'a'.repeat(40) }, 'Machine.Read.All', 'Machine.Read'],
	[
		'machine addTag',
		{ resource: 'machine', operation: 'addTag', machineId: 'a'.repeat(40), tag: 'x' },
		'Machine.ReadWrite.All',
		'Machine.ReadWrite',
	],
	[
		'machineAction getPackage',
		{ resource: 'machineAction', operation: 'getPackage', maxWaitMinutes: 20 },
		'Machine.ReadWrite.All',
		'Machine.ReadWrite',
	],
	...RESPONSES.map(([operation, permission]): [string, IDataObject, string, string] => [
		`machine ${operation}`,
		{ resource: 'machine', operation, machineId: 'a'.repeat(40), sha1: 'a'.repeat(40), ...COMMENT },
		permission,
		permission,
	]),
	['machine getMany', { resource: 'machine', operation: 'getMany' }, 'Machine.Read.All', 'Machine.Read'],
];

/** The permissions that a text names, for an app and, where they are others, for a user. */
const NAMED = /^Add ([\w.]+(?: or [\w.]+)*)(?: \(delegated: ([\w.]+(?: or [\w.]+)*)\))? of the API/;

const MISSING = /^Defender refused to .*: a permission is missing$/;

describe.each(NEEDED)('%s', (_, parameters, role, scope) => {
	const refused = async () =>
		(await setting.runNode(parameters, { inputs: [{ ...FILE, json: { id } }] })).error as unknown as Error & { description: string };

	it(`names ${role} to an app that lacks it`, async () => {
		signInAsApp(['Alert.Read.All', 'Url.Read.All']);
		const { message, description } = await refused();
		expect(message).toMatch(MISSING);
		const needed = NAMED.exec(description) ?? [];
		expect(needed[1]?.split(' or ')).toContain(role);
		expect((needed[2] ?? needed[1])?.split(' or ')).toContain(scope);
		expect(description).toContain('The token has: Alert.Read.All, Url.Read.All.');
	});

	it(`names ${scope} to a user who lacks it`, async () => {
		await signInAsUser(['Alert.Read', 'Url.Read']);
		const { message, description } = await refused();
		expect(message).toMatch(MISSING);
		expect(description).toContain(scope);
		expect(description).toContain('The token has: Alert.Read, Url.Read.');
	});
});

it('names the permission for the link where only that is missing', async () => {
	await signInAsUser(['Machine.ReadWrite']);
	const { error } = await setting.runNode(GET_RESULT, { items: [{ id }] });
	expect(error).toMatchObject({
		message: 'Defender refused to provide the link to a live response result: a permission is missing',
		description: expect.stringContaining('Machine.ReadWrite.All (delegated: Machine.LiveResponse)'),
	});
});

it('says that an app has no permission at all', async () => {
	signInAsApp([]);
	const { error } = await setting.runNode(GET_RESULT, { items: [{ id }] });
	expect(error).toMatchObject({ description: expect.stringContaining('The token has: none.') });
});
