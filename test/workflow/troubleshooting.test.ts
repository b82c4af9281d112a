/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SsrfProtectionConfig } from '@n8n/config';
import { Container } from '@n8n/di';
import type { IDataObject } from 'n8n-workflow';
import type { Effect } from '../../playground/emulator';
import { certificateAuthority, serverCertificate, startEmulator } from '../../playground/emulator';
import { endedScript, GET_RESULT, runScript, SCRIPT } from '../support/actions';
import { report } from '../support/report';
import type { NodeRun, Setting } from '../support/setting';
import { NODE_TYPE, startSetting, workflowWith } from '../support/setting';
import { triggerWorkflow } from '../support/trigger';

let setting: Setting;
const [, node] = workflowWith({}).nodes;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
});

afterAll(async () => {
	await setting.close();
	report('errors', {
		columns: ['what a user meets', 'what happened', 'what to do (beginning)'],
		rows: met,
	});
});

const met: string[][] = [];

/** What a user meets, and how the node reports it. */
interface Situation {
	what: string;
	meet(): Promise<{ error?: Error; results?: IDataObject[] }>;
	/** What the table of docs/troubleshooting.md calls it. */
	readme: string;
	/** What happened, … */
	message?: string;
	/** … and a part of what to do. */
	advice?: string;
	/** What the item says where it is not a refusal. */
	item?: IDataObject;
}

const resultOf = async (id?: string) => await setting.runNode(GET_RESULT, { items: [{ id: id ?? endedScript(setting.emulator) }] });

const withRoles = async (roles: string[]) => {
	setting.emulator.apps.setRoles(setting.emulator.app.clientId, roles);
	return await resultOf();
};

const withCredential = async (fields: Record<string, string>) => {
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData(fields));
	return await resultOf();
};

const withSignIn = async (error_description: string) => {
	setting.emulator.fault({
		on: 'token',
		times: Infinity,
		effect: { kind: 'status', status: 400, body: { error: 'invalid_grant', error_description } },
	});
	return await resultOf();
};

const device = (more: object = {}) =>
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: {} }, ...more }).id;

const runRefused = async (status: number, code: string, words: string) => {
	setting.emulator.fault({
		on: 'run',
		times: Infinity,
		effect: { kind: 'status', status, body: { error: { code, message: words, target: 'request-4711' } } },
	});
	return await setting.runNode(runScript(device()));
};

const whileThe = async (on: 'run' | 'link' | 'action.list', effect: Effect, meet: () => Promise<NodeRun>) => {
	setting.emulator.fault({ on, times: Infinity, effect });
	return await meet();
};

const upload = async (content: Buffer) => {
	const data = { data: content.toString('base64'), mimeType: 'text/plain', fileName: 'check.ps1' };
	return await setting.runNode({ resource: 'libraryFile', operation: 'upload' }, { inputs: [{ json: {}, binary: { data } }] });
};

const SITUATIONS: Situation[] = [
	{
		what: 'missing role',
		meet: async () => await withRoles(['Machine.LiveResponse']),
		readme: 'a permission is missing',
		message: 'Defender refused to read machine actions: a permission is missing',
		advice:
			'Add Machine.ReadWrite.All (delegated: Machine.ReadWrite) of the API WindowsDefenderATP to the app registration and grant admin consent. The token has: Machine.LiveResponse.',
	},
	{
		what: 'no consent (an application: its token has no roles)',
		meet: async () => await withRoles([]),
		readme: 'a permission is missing',
		message: 'Defender refused to read machine actions: a permission is missing',
		advice: 'grant admin consent. The token has: none.',
	},
	{
		what: 'no consent (Entra says so)',
		meet: async () => await withSignIn('AADSTS65001: The user or administrator has not consented to use the application.'),
		readme: 'The permissions of the app have not been granted',
		message: 'The permissions of the app have not been granted',
		advice: 'Grant admin consent to the app registration',
	},
	{
		what: 'refused although the role is there',
		meet: async () => await whileThe('action.list', { kind: 'status', status: 403 }, resultOf),
		readme: 'although the token has the permission',
		message: 'Defender refused to read machine actions, although the token has the permission',
		advice: "Check the credential's cloud and audience, the tenant's licence",
	},
	{
		what: 'wrong audience',
		meet: async () => await withCredential({ audience: 'https://api.example.com' }),
		readme: 'The tenant does not know the Defender API',
		message: 'The tenant does not know the Defender API',
		advice: 'Check Cloud (and Audience) in the credential',
	},
	{
		what: "another API's audience",
		meet: async () => await whileThe('action.list', { kind: 'status', status: 401 }, resultOf),
		readme: 'Defender did not accept the sign-in',
		message: 'Defender did not accept the sign-in to read machine actions',
		advice: 'Check the credential: tenant, cloud, client ID and secret or certificate.',
	},
	{
		what: 'a user of another tenant',
		async meet() {
			const { app, credentialData } = setting.emulator;
			const claims = { tid: '22222222-2222-4222-8222-222222222222', appid: app.clientId };
			const oauthTokenData = { access_token: `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln` };
			setting.engine.credentials.stored.set('defender', { ...credentialData({ grantType: 'authorizationCode' }), oauthTokenData });
			return await resultOf();
		},
		readme: 'The user of the credential has signed in to another tenant',
		message: 'The user of the credential has signed in to another tenant',
		advice: 'Open the credential and connect it again',
	},
	{
		what: 'a tenant by expression, in a list',
		async meet() {
			setting.engine.credentials.stored.set('defender', setting.emulator.credentialData({ tenantId: '={{ $json.tenantId }}' }));
			const credentials = { microsoftDefenderOAuth2Api: { id: 'defender', name: '' } };
			return await setting.engine.listSearch(NODE_TYPE, 'searchMachines', { credentials }).then(
				() => ({}),
				(error: Error) => ({ error }),
			);
		},
		readme: 'The credential depends on an item, but there is no item here',
		message: 'The credential depends on an item, but there is no item here',
		advice: 'enter the ID or name',
	},
	{
		what: 'credential deleted meanwhile',
		async meet() {
			const { credentials } = setting.engine;
			const { id } = setting.emulator.addAction({
				machineId: device(),
				status: 'Pending',
				commands: [{ type: 'RunScript', name: SCRIPT }],
			} as never);
			const watch = setInterval(() => setting.requestsOf('action.list').length > 0 && credentials.stored.delete('defender'), 1);
			return await resultOf(id).finally(() => clearInterval(watch));
		},
		readme: 'The credential was deleted, or this workflow may no longer use it',
		message: 'The credential was deleted, or this workflow may no longer use it',
		advice: 'Choose another credential in the node',
	},
	{
		what: 'wrong secret',
		meet: async () => await withCredential({ clientSecret: 'wrong' }),
		readme: 'The client secret is wrong',
		message: 'The client secret is wrong',
		advice: "Enter the secret's value in the credential, not its ID.",
	},
	{
		what: 'expired secret',
		async meet() {
			const { clientId } = setting.emulator.apps.addApp({ secrets: [{ value: 'old', expired: true }] });
			return await withCredential({ clientId, clientSecret: 'old' });
		},
		readme: 'has expired',
		message: 'The client secret has expired',
		advice: 'Make a new secret for the app registration and enter it in the credential.',
	},
	{
		what: 'wrong client ID',
		meet: async () => await withCredential({ clientId: '11111111-1111-4111-8111-111111111111' }),
		readme: 'The app was not found in this tenant',
		message: 'The app was not found in this tenant',
		advice: 'Check Client ID and Tenant ID in the credential',
	},
	{
		what: 'wrong tenant',
		meet: async () => await withCredential({ tenantId: '11111111-1111-4111-8111-111111111111' }),
		readme: 'The tenant was not found',
		message: 'The tenant was not found',
		advice: 'Check Tenant ID and Cloud in the credential.',
	},
	{
		what: 'certificate that Entra does not know',
		meet: async () =>
			await withSignIn('AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on application.'),
		readme: 'The certificate does not match the app registration',
		message: 'The certificate does not match the app registration',
		advice: "Upload the certificate's public part",
	},
	{
		what: 'disabled app',
		meet: async () => await withSignIn('AADSTS7000112: Application is disabled.'),
		readme: 'The app is disabled in this tenant',
		message: 'The app is disabled in this tenant',
		advice: 'Enterprise applications',
	},
	{
		what: 'Conditional Access',
		meet: async () => await withSignIn('AADSTS53003: Access has been blocked by Conditional Access policies.'),
		readme: 'Conditional Access does not let the app sign in from here',
		message: 'Conditional Access does not let the app sign in from here',
		advice: 'sign-in logs',
	},
	{
		what: 'credential that names no tenant',
		meet: async () => await withCredential({ tenantId: 'common' }),
		readme: "The credential's … cannot be used",
		message: "The credential's Tenant ID cannot be used",
		advice: "the tenant's",
	},
	{
		what: 'feature off',
		meet: async () => await runRefused(403, 'DisabledFeature', 'Disabled feature'),
		readme: 'Live response is switched off in this tenant',
		message: 'Live response is switched off in this tenant',
		advice: 'In the Defender portal open Settings > Endpoints > Advanced features and switch on Live Response',
	},
	{
		what: 'no automation level',
		meet: async () => await runRefused(403, 'DisallowedOperation', 'Disallowed operation'),
		readme: 'Defender does not allow live response on this device',
		message: 'Defender does not allow live response on this device',
		advice: "Give the device's group an automation level",
	},
	{
		what: 'unsupported system',
		meet: async () => await runRefused(400, 'OsPlatformNotSupported', 'OS platform is not supported'),
		readme: "The device's operating system does not support this",
		message: "The device's operating system does not support this",
		advice: 'See the system requirements of live response',
	},
	{
		what: 'unsupported version of Defender',
		meet: async () => await runRefused(400, 'ClientVersionNotSupported', 'Client version is not supported'),
		readme: "The device's Defender version does not support this",
		message: "The device's Defender version does not support this",
		advice: 'Update Defender for Endpoint on the device.',
	},
	{
		what: 'device busy',
		async meet() {
			const machineId = device({ offline: true });
			await setting.runNode(runScript(machineId, { waitForCompletion: false }));
			return await setting.runNode(runScript(machineId));
		},
		readme: 'The device is busy with another live response',
		message: 'The device is busy with another live response',
		advice: 'started less than a minute ago by',
	},
	{
		what: 'portal session',
		async meet() {
			const machineId = device();
			setting.emulator.setPortalSession(machineId, true);
			return await setting.runNode(runScript(machineId));
		},
		readme: 'The device is busy with another live response',
		message: 'The device is busy with another live response',
		advice: 'portal',
	},
	{
		what: 'device offline',
		meet: async () => await setting.runNode(runScript(device({ offline: true }), { maxWaitMinutes: 1 })),
		readme: 'outcome `pending` for long',
		item: { outcome: 'pending', exit_code: null },
	},
	{
		what: 'unsigned script',
		meet: async () =>
			await setting.runNode(
				runScript(
					device({ scripts: { [SCRIPT]: { commandErrors: [`Running script on endpoint failed: ${SCRIPT} is not digitally signed.`] } } }),
				),
			),
		readme: '… is not digitally signed',
		item: { outcome: 'commandFailed', errors: [expect.stringContaining('is not digitally signed')] },
	},
	{
		what: 'library file missing',
		meet: async () => await setting.runNode(runScript(device({ scripts: {} }))),
		readme: '… not found in the library',
		item: { outcome: 'commandFailed', errors: [expect.stringContaining('not found in the library')] },
	},
	{
		what: 'no result',
		async meet() {
			return await resultOf(endedScript(setting.emulator, { noResult: true }));
		},
		readme: 'outcome `noResult`',
		item: { outcome: 'noResult' },
	},
	{
		what: 'link to somewhere else',
		meet: async () => await whileThe('link', { kind: 'badBody', body: { value: 'https://evil.example/x?sig=x' } }, resultOf),
		readme: 'The result link was not followed',
		item: { outcome: 'unreadable', errors: [expect.stringMatching(/^The result link was not followed: /)] },
	},
	{
		what: 'rate limit',
		async meet() {
			const skip = setInterval(() => setting.advance(60_000), 5);
			const ran = await whileThe('link', { kind: 'rateLimit', retryAfter: 1_800 }, resultOf);
			clearInterval(skip);
			return ran;
		},
		readme: 'Defender kept refusing because of its rate limit',
		message: 'Defender kept refusing because of its rate limit',
		advice: 'Its limits apply to everything that uses this app in this tenant. Run fewer workflows with it at a time',
	},
	{
		what: 'machine action not found',
		meet: async () => await resultOf('00000000-0000-4000-8000-00000000dead'),
		readme: 'Defender does not know this machine action',
		message: 'Defender does not know this machine action',
		advice: 'Check the ID or name, and that it belongs to the tenant and region of the credential.',
	},
	{
		what: 'device not found',
		meet: async () => await setting.runNode(runScript('a'.repeat(40))),
		readme: '/ device',
		message: 'Defender does not know this device',
		advice: 'Check the ID or name',
	},
	{
		what: 'device name not found',
		meet: async () => await setting.runNode({ ...runScript(''), machineId: { __rl: true, mode: 'name', value: 'nobody' } }),
		readme: 'No device named … was found',
		message: 'No device named "nobody" was found',
		advice: 'Check the name in the Defender device inventory, or choose the device by its ID.',
	},
	{
		what: 'device only discovered',
		async meet() {
			device({ onboardingStatus: 'CanBeOnboarded' });
			return await setting.runNode({ ...runScript(''), machineId: { __rl: true, mode: 'name', value: 'ws-01' } });
		},
		readme: 'No device named … is onboarded',
		message: 'No device named "ws-01" is onboarded',
		advice: 'discovered',
	},
	{
		what: 'no machine action',
		meet: async () => await resultOf('nonsense'),
		readme: "'Machine Action' is not the ID of a machine action",
		message: "'Machine Action' is not the ID of a machine action [item 0]",
		advice: 'Connect this node after one that ran a live response, or enter the ID',
	},
	{
		what: 'arguments that Defender refuses',
		meet: async () =>
			await setting.runNode({ ...runScript(device()), commands: { command: [{ type: 'RunScript', scriptName: SCRIPT, args: 'a; b' }] } }),
		readme: "'Commands' has Arguments … that Defender refuses",
		message: "'Commands' has Arguments in command 1 that Defender refuses: ; [item 0]",
		advice: 'Leave these characters out, or pass the text encoded',
	},
	{
		what: 'answer to a run lost',
		meet: async () => await whileThe('run', { kind: 'status', status: 500 }, async () => await setting.runNode(runScript(device()))),
		readme: 'The answer to the run request was lost, so it is not known whether the device runs the commands',
		message: 'The answer to the run request was lost, so it is not known whether the device runs the commands',
		advice: 'Check the device in the Action Center',
	},
	{
		what: 'Defender out of reach',
		meet: async () => await withCredential({ apiBaseUrl: 'http://127.0.0.1:9' }),
		readme: 'Defender could not be reached',
		message: 'Defender could not be reached to read machine actions',
		advice: 'Check the network, the proxy and the cloud and region of the credential.',
	},
	{
		what: 'Entra out of reach',
		meet: async () => await withCredential({ loginBaseUrl: 'http://127.0.0.1:9' }),
		readme: 'Microsoft Entra could not be reached',
		message: 'Microsoft Entra could not be reached to sign in',
		advice: 'Check the network, the proxy and the cloud of the credential.',
	},
	{
		what: "a company's certificate that n8n does not know",
		async meet() {
			const elsewhere = await startEmulator({ tls: await serverCertificate(await certificateAuthority()) });
			return await withCredential({ loginBaseUrl: elsewhere.loginUrl }).finally(async () => await elsewhere.close());
		},
		readme: 'The certificate that … was reached with is not trusted',
		message: 'The certificate that Microsoft Entra was reached with is not trusted',
		advice: 'NODE_EXTRA_CA_CERTS',
	},
	{
		what: "n8n's own protection",
		async meet() {
			const protection = Container.get(SsrfProtectionConfig);
			protection.enabled = true;
			return await resultOf().finally(() => (protection.enabled = false));
		},
		readme: 'The connection to … was blocked by n8n',
		message: 'The connection to Defender was blocked by n8n',
		advice: 'N8N_SSRF_ALLOWED_HOSTNAMES',
	},
	{
		what: 'Defender down',
		meet: async () => await whileThe('link', { kind: 'status', status: 503 }, resultOf),
		readme: 'Defender could not … at the moment',
		message: 'Defender could not provide the link to a live response result at the moment',
		advice: 'The call was repeated several times. Run the workflow again later.',
	},
	{
		what: 'several devices of one name',
		async meet() {
			device();
			device({ computerDnsName: 'ws-01.fabrikam.example' });
			return await setting.runNode({ ...runScript(''), machineId: { __rl: true, mode: 'name', value: 'ws-01' } });
		},
		readme: 'Several devices are named …',
		message: 'Several devices are named "ws-01"',
		advice: 'full',
	},
	{
		what: 'name taken in the library',
		async meet() {
			setting.emulator.addLibraryFile({ fileName: 'check.ps1', content: 'old' });
			return await upload(Buffer.from('new'));
		},
		readme: 'The library already has a file named …',
		message: 'The library already has a file named "check.ps1"',
		advice: 'Overwrite',
	},
	{
		what: 'file too large for the library',
		meet: async () => await upload(Buffer.alloc(20 * 1024 * 1024 + 1)),
		readme: "'Input Binary Field' holds a file of … MB",
		message: "'Input Binary Field' holds a file of 21 MB [item 0]",
		advice: '20 MB',
	},
	{
		what: 'test run of the trigger with nothing to give',
		meet: async () => await setting.engine.run(triggerWorkflow()),
		readme: 'No finished live response matches the filters',
		message: 'No finished live response matches the filters',
		advice: 'Run one over the API',
	},
	{
		what: "missing role for the editor's list of devices",
		async meet() {
			setting.emulator.apps.setRoles(setting.emulator.app.clientId, ['Machine.LiveResponse']);
			const { credentials } = node;
			return await setting.engine.listSearch(NODE_TYPE, 'searchMachines', { credentials }).then(
				() => ({}),
				(error: Error) => ({ error }),
			);
		},
		readme: 'a list in the editor says a permission is missing',
		message: 'Defender refused to read devices: a permission is missing',
		advice: 'Add Machine.Read.All or Machine.ReadWrite.All',
	},
	{
		what: 'a script that the library does not have',
		meet: async () => {
			const commands = { command: [{ type: 'RunScript', scriptName: 'chek.ps1' }] };
			return await setting.runNode(runScript(device(), { commands }));
		},
		readme: 'The live response library has no file named …',
		message: 'The live response library has no file named "chek.ps1"',
		advice: 'enter that name, or upload the file',
	},
];

it.each(SITUATIONS)('$what: says what happened and what to do', async ({ what, meet, message, advice, item }) => {
	const { error, results } = await meet();
	if (item) {
		expect(error).toBeUndefined();
		expect(results?.[0]).toMatchObject(item);
		met.push([what, `outcome \`${String(item.outcome)}\``, (results?.[0].errors as string[]).join('. ')]);
		return;
	}
	// As n8n's own class made it and n8n stores it: it puts texts of its own in the place of many messages.
	const stored = JSON.parse(JSON.stringify(error)) as IDataObject;
	expect(stored).toMatchObject({ name: expect.stringMatching(/^Node(Api|Operation)Error$/), message });
	expect(stored.description).toContain(advice);
	met.push([what, message ?? '', String(stored.description).split('. ')[0]]);
});

describe('the table of docs/troubleshooting.md', () => {
	const readme = readFileSync(join(__dirname, '..', '..', 'docs', 'troubleshooting.md'), 'utf8');
	const section = readme.slice(0, readme.indexOf('## On Error'));
	const texts = section
		.split('\n')
		.filter((line) => line.startsWith('| ') && !line.startsWith('| text'))
		.map((line) => line.split(' | ')[0].replace(/^\| /, '').replaceAll('*', ''));

	it.each(SITUATIONS)('explains: $what', ({ readme: text }) => {
		expect(texts.some((each) => each.includes(text))).toBe(true);
	});

	it.each(texts)('explains only what can happen: %s', (text) => {
		expect(SITUATIONS.some(({ readme: each }) => text.includes(each))).toBe(true);
	});

	it.each(SITUATIONS.filter(({ message }) => message))("quotes the node's words: $what", ({ readme: text, message = '' }) => {
		const quoted = text
			.replace('a list in the editor says ', '')
			.replace('/ device', 'this device')
			.split('…')
			.map((part) => part.trim());
		expect(quoted.every((part) => message.includes(part))).toBe(true);
	});
});
