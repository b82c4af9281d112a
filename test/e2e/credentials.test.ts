import type { IDataObject } from 'n8n-workflow';
import { freePort } from '../../playground/n8n/freePort';
import { installN8n, NEWEST, VERSIONS } from '../../playground/n8n/install';
import { N8nHome } from '../../playground/n8n/n8nHome';
import type { N8nServer } from '../../playground/n8n/n8nServer';
import type { Emulator, EmulatorTenant } from '../../playground/emulator';
import { selfSignedCertificate, startEmulator } from '../../playground/emulator';
import { endedScript, GET_RESULT } from '../support/actions';
import { BY_ITEM, itemOf } from '../support/tenants';
import { addVariable } from './addVariable';
import { Editor } from './editor/editor';
import { runByWebhook } from './endedExecution';
import { chain, defenderNode, END, oneItemEach, triggerNode, webhook } from './realWorkflow';

/** Bringing n8n takes longer than everything else, but only once. */
const MAX_MS = 20 * 60_000;

const TOKEN_LIFE_MS = 60 * 60_000;

const TYPE = 'microsoftDefenderOAuth2Api';

describe.each(VERSIONS)('n8n %s', (version) => {
	let home: N8nHome;
	let server: N8nServer;
	let emulator: Emulator;
	let tenants: EmulatorTenant[];
	let items: IDataObject[];
	/** How much later it is for the emulator than for n8n, in ms. */
	let aheadMs = 0;

	const outputOf = ({ app }: EmulatorTenant) => `I am of ${app.tenantId}`;
	const ended = (tenant: EmulatorTenant) => endedScript(tenant as never, { output: outputOf(tenant) });
	const requestsOf = (operation: string) => emulator.requests.filter((request) => request.operation === operation);
	const grantOf = ({ body }: { body: string }) => new URLSearchParams(body).get('grant_type');
	const run = async (id: string) => await runByWebhook(server, home, id);

	beforeAll(async () => {
		emulator = await startEmulator({ limits: 'none', tokenLifeMs: TOKEN_LIFE_MS, clock: { now: () => Date.now() + aheadMs } });
		tenants = ['a', 'b', 'c'].map((name) => emulator.addTenant({ domain: `${name}.example` }));
		items = tenants.flatMap((tenant) => [1, 2].map(() => itemOf(tenant, { id: ended(tenant) })));
		const { certificate, privateKey } = await selfSignedCertificate();
		const { clientId } = emulator.apps.addApp({ certificates: [certificate] });
		const port = await freePort();
		// The address that Entra sends the browser back to: that of the editor, whose session it has.
		home = new N8nHome(await installN8n(version), {
			N8N_EDITOR_BASE_URL: `http://127.0.0.1:${port}`,
			WEBHOOK_URL: `http://127.0.0.1:${port}`,
		});
		const credentials = {
			edited: tenants[0].credentialData(),
			tenants: emulator.credentialData(BY_ITEM),
			certificate: emulator.credentialData({ clientId, clientCredentialType: 'certificate', clientSecret: '', certificate, privateKey }),
			expressions: emulator.credentialData({ tenantId: '={{ $vars.tenant }}', cloud: '={{ "cus" + "tom" }}' }),
			secrets: emulator.credentialData({ clientSecret: '={{ $secrets.vault.app }}' }),
			half: emulator.credentialData({ tenantId: '=contoso{{ $vars.nowhere }}.example' }),
			user: emulator.credentialData({ grantType: 'authorizationCode' }),
		};
		await home.importCredentials(Object.entries(credentials).map(([id, data]) => ({ id, name: id, type: TYPE, data })));
		const results = (id: string, credential: string, given: IDataObject[]) =>
			chain(id, webhook(id), ...oneItemEach('elements', given), defenderNode(GET_RESULT, credential), END);
		const own = [{ id: ended(emulator) }];
		const workflows = [
			results('before-edit', 'edited', [items[0]]),
			results('after-edit', 'edited', [items[2]]),
			results('tenants', 'tenants', items),
			results('certificate', 'certificate', own),
			results('expressions', 'expressions', own),
			results('secrets', 'secrets', own),
			results('half', 'half', own),
			results('user', 'user', own),
			results('user-renewed', 'user', own),
			results('user-edited', 'user', [items[0]]),
		];
		await home.importWorkflows([...workflows, chain('trigger', triggerNode({}, 'tenants'), END)]);
		addVariable(home, 'tenant', 'contoso.example');
		server = await home.start(port);
		await server.setUpOwner();
		for (const { id } of workflows) expect(await server.activate(id)).toMatchObject({ status: 200 });
	}, MAX_MS);

	afterAll(async () => {
		await home?.remove();
		await emulator?.close();
	});

	let onTestEnd = async (): Promise<void> => await Promise.resolve();

	afterEach(async () => {
		await onTestEnd();
		onTestEnd = async () => await Promise.resolve();
	});

	/** Changes a credential as the editor does, which keeps its token. */
	async function edit(id: string, data: Record<string, string>): Promise<void> {
		const { status } = await server.call('PATCH', `/credentials/${id}`, { id, name: id, type: TYPE, data });
		expect(status).toBe(200);
	}

	it('acts in the new tenant after its credential was edited', async () => {
		const before = await run('before-edit');
		expect(before.json('Defender')).toEqual([expect.objectContaining({ script_output: outputOf(tenants[0]) })]);
		await edit('edited', tenants[1].credentialData());
		const after = await run('after-edit');
		expect(after.json('Defender')).toEqual([expect.objectContaining({ script_output: outputOf(tenants[1]) })]);
		expect(requestsOf('token').map(({ tid }) => tid)).toEqual([tenants[0].app.tenantId, tenants[1].app.tenantId]);
	});

	it('serves each item in the tenant that it names, and signs in to each once', async () => {
		emulator.requests.length = 0;
		const { error, json } = await run('tenants');
		expect(error).toBeUndefined();
		expect(json('Defender').map(({ script_output: output }) => output)).toEqual(items.map(({ tenantId }) => `I am of ${String(tenantId)}`));
		expect(
			requestsOf('token')
				.map(({ tid }) => tid)
				.sort(),
		).toEqual(tenants.map(({ app }) => app.tenantId).sort());
		const links = requestsOf('link');
		for (const { id, tenantId } of items) expect(links.find(({ url }) => url.includes(String(id)))?.tid).toBe(tenantId);
	});

	it('signs in with a certificate, or says from which n8n on that works', async () => {
		const { error, json } = await run('certificate');
		if (version === NEWEST) expect(json('Defender')).toEqual([expect.objectContaining({ outcome: 'succeeded' })]);
		else
			expect(error).toMatchObject({
				message: expect.stringMatching(/neither a client secret nor a certificate|did not accept the client ID/),
			});
	});

	it('reads fields that are expressions of no item, in an execution and in its test', async () => {
		expect((await run('expressions')).json('Defender')).toEqual([expect.objectContaining({ outcome: 'succeeded' })]);
		const { data } = await server.call('GET', '/credentials/expressions?includeData=true');
		const tested = await server.call('POST', '/credentials/test', {
			credentials: { ...(data as object), id: 'expressions', name: 'expressions', type: TYPE },
		});
		expect(tested.data).toMatchObject({ status: 'OK' });
	});

	it.each([
		['external secrets that this n8n does not have', 'secrets', /external secret|Client Secret cannot be used/],
		['an expression of which a part gives nothing', 'half', /Tenant ID cannot be used/],
	])('refuses %s before any request', async (_what, id, message) => {
		emulator.requests.length = 0;
		const { error } = await run(id);
		expect(error).toMatchObject({ message: expect.stringMatching(message) });
		expect(emulator.requests).toEqual([]);
	});

	it('a user signs in by n8n’s own window, a token that is over is renewed, and another tenant is refused', async () => {
		const editor = await Editor.open(server.url);
		onTestEnd = async () => await editor.close();
		const form = await editor.openCredential('user');
		await form.connect();
		expect(requestsOf('token').map(grantOf)).toContain('authorization_code');

		expect((await run('user')).json('Defender')).toEqual([expect.objectContaining({ outcome: 'succeeded' })]);
		emulator.requests.length = 0;
		// The end of a token is in whole seconds.
		aheadMs += TOKEN_LIFE_MS + 1_000;
		expect((await run('user-renewed')).json('Defender')).toEqual([expect.objectContaining({ outcome: 'succeeded' })]);
		expect(requestsOf('token').map(grantOf)).toEqual(['refresh_token']);

		await edit('user', tenants[0].credentialData({ grantType: 'authorizationCode' }));
		const { error } = await run('user-edited');
		expect(error).toMatchObject({
			message: 'The user of the credential has signed in to another tenant',
			description: expect.stringContaining('connect it again'),
		});
	});

	it('refuses a trigger whose tenant depends on an item', async () => {
		emulator.requests.length = 0;
		const { status, text } = await server.activate('trigger');
		// n8n 2.x publishes a workflow whatever its first poll says.
		if (version !== NEWEST) {
			expect(status).not.toBe(200);
			expect(text).toContain('The credential depends on an item, but there is no item here');
		}
		expect(emulator.requests).toEqual([]);
	});
});
