import { endedScript, GET_RESULT, runScript, SCRIPT } from '../support/actions';
import { withoutResult } from '../../nodes/DefenderLiveResponse/result/item';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
});

afterAll(async () => await setting.close());

it('does not ask again before the time that Retry-After names', async () => {
	const id = endedScript(setting.emulator);
	setting.emulator.fault({ on: 'link', effect: { kind: 'rateLimit', retryAfter: 30 } });
	await setting.runNode(GET_RESULT, { items: [{ id }] });
	const [refused, answered] = setting.requestsOf('link');
	expect(answered.at - refused.at).toBeGreaterThanOrEqual(30_000);
});

describe('403 for a missing permission', () => {
	it('has ended when a fresh token has it', async () => {
		const { emulator } = setting;
		const id = endedScript(emulator);
		emulator.apps.setRoles(emulator.app.clientId, ['Machine.LiveResponse']);
		const first = await setting.runNode(GET_RESULT, { items: [{ id }] });
		expect(first.error).toBeDefined();
		emulator.apps.setRoles(emulator.app.clientId, ['Machine.LiveResponse', 'Machine.ReadWrite.All']);
		const { results, error } = await setting.runNode(GET_RESULT, { items: [{ id }] });
		expect(error).toBeUndefined();
		expect(results[0].outcome).toBe('succeeded');
	});

	it.each([
		['a result', (id: string) => ({ ...GET_RESULT, machineActionId: id }), ['Machine.LiveResponse'], 'Machine.ReadWrite.All'],
		['a run', () => runScript('a'.repeat(40)), ['Machine.ReadWrite.All'], 'Machine.LiveResponse'],
	])('names the one for %s and those that the token has', async (_, parameters, roles, needed) => {
		const { emulator } = setting;
		const id = endedScript(emulator);
		emulator.apps.setRoles(emulator.app.clientId, roles);
		const { error } = await setting.runNode(parameters(id));
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '403',
			message: expect.stringMatching(/^Defender refused to .*: a permission is missing$/),
			description: expect.stringContaining(`Add ${needed} `),
		});
		expect(error).toMatchObject({ description: expect.stringContaining(`The token has: ${roles.join(', ')}.`) });
		expect(error).toMatchObject({ description: expect.stringMatching(/Code: Forbidden\. Request ID: [0-9a-f-]{36}/) });
	});
});

it('an API redirect is not followed, so that the token stays with its host', async () => {
	const id = endedScript(setting.emulator);
	setting.emulator.fault({ on: 'link', effect: { kind: 'redirect', location: `${setting.emulator.storageUrl}/elsewhere` } });
	const { error } = await setting.runNode(GET_RESULT, { items: [{ id }] });
	expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '302' });
	expect(setting.requestsOf('blob')).toHaveLength(0);
});

describe('with Continue On Fail', () => {
	const node = { onError: 'continueRegularOutput' as const };

	it('an item that failed says so, paired with its input, and the others go on', async () => {
		const good = endedScript(setting.emulator);
		const items = [{ id: 'nonsense' }, { id: good }, { id: '00000000-0000-4000-8000-00000000dead' }];
		const ran = await setting.runNode({ ...GET_RESULT, maxWaitMinutes: 3 }, { items, node });
		expect(ran.error).toBeUndefined();
		const keys = withoutResult({ followLink: true });
		expect(ran.results).toEqual([
			{
				...keys,
				errors: [expect.any(String)],
				error: "'Machine Action' is not the ID of a machine action [item 0]",
				computerDnsName: null,
				outcome: 'refused',
				details: { description: expect.any(String), code: 'parameter', sent: 'no' },
				machineActionId: 'nonsense',
			},
			expect.objectContaining({ outcome: 'succeeded' }),
			{
				...keys,
				errors: [expect.any(String)],
				error: 'Defender does not know this machine action',
				computerDnsName: null,
				outcome: 'refused',
				details: { description: expect.any(String), code: 'notFound', httpCode: '404', sent: 'no', serviceCode: 'ResourceNotFound' },
				machineActionId: '00000000-0000-4000-8000-00000000dead',
			},
		]);
		expect(ran.outputs('Defender')[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	});

	it('leaves by Failed when routed', async () => {
		const items = [{ id: 'nonsense' }];
		const { jsonOutputs } = await setting.runNode({ ...GET_RESULT, routeByOutcome: true }, { items, node });
		expect(jsonOutputs.map((list) => list.length)).toEqual([0, 1, 0]);
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'no item passes as succeeded when nothing could begin (%s)',
		async (onError) => {
			setting.engine.credentials.stored.set('defender', setting.emulator.credentialData({ tenantId: 'common' }));
			const items = [{ id: endedScript(setting.emulator) }, { id: endedScript(setting.emulator) }];
			const parameters = { ...GET_RESULT, routeByOutcome: true };
			const { jsonOutputs } = await setting.runNode(parameters, { items, node: { onError } });
			expect(jsonOutputs[0]).toEqual([]);
			const errors = jsonOutputs.flat();
			expect(errors).toHaveLength(2);
			for (const item of errors) expect(item.error).toBe("The credential's Tenant ID cannot be used");
		},
	);

	it('an item that failed leaves by the error output, with the fields of its input', async () => {
		const items = [{ id: 'nonsense' }, { id: endedScript(setting.emulator) }];
		const { jsonOutputs } = await setting.runNode(GET_RESULT, { items, node: { onError: 'continueErrorOutput' } });
		expect(jsonOutputs.map((list) => list.length)).toEqual([1, 1]);
		expect(jsonOutputs[1]).toEqual([{ id: 'nonsense', error: "'Machine Action' is not the ID of a machine action [item 0]" }]);
	});
});

it('a command that failed stays so although its transcript cannot be had', async () => {
	const { emulator } = setting;
	emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const { id } = emulator.addAction({
		status: 'Failed',
		commands: [{ type: 'RunScript', name: SCRIPT, status: 'Failed', errors: ['boom'] }],
	});
	emulator.fault({ on: 'link', times: Infinity, effect: { kind: 'status', status: 500 } });
	const { results, error } = await setting.runNode(GET_RESULT, { items: [{ id }] });
	expect(error).toBeUndefined();
	expect(results[0]).toMatchObject({ outcome: 'commandFailed', errors: ['boom', expect.stringContaining('at the moment')] });
});

it('a code or words that Defender should not send do no harm', async () => {
	const body = { error: { code: 'constructor', message: 'see https://x.example/?a=1&sig=SECRETSIG and eyJhbGciOi.eyJhdWQi.c2ln' } };
	setting.emulator.fault({ on: ['action.list', 'action.get'], times: Infinity, effect: { kind: 'status', status: 400, body } });
	const { error } = await setting.runNode(GET_RESULT, { items: [{ id: endedScript(setting.emulator) }] });
	expect(error).toMatchObject({
		message: 'Defender refused to read machine actions',
		description: expect.stringContaining('Code: constructor'),
	});
	expect((error as { description?: string }).description).not.toMatch(/SECRETSIG|c2ln/);
});
