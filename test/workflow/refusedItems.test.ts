import type { IDataObject, INode } from 'n8n-workflow';
import { withoutResult } from '../../nodes/DefenderLiveResponse/result/item';
import { endedScript, GET_RESULT, runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;
let devices: string[];

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	devices = ['ws-01', 'ws-02', 'ws-03'].map(
		(name) => setting.emulator.addDevice({ computerDnsName: `${name}.contoso.example`, scripts: { [SCRIPT]: {} } }).id,
	);
});

afterAll(async () => await setting.close());

const CONTINUE: Partial<INode> = { onError: 'continueRegularOutput' };
const byName = (value: string, more: IDataObject = {}) => runScript('', { machineId: { __rl: true, mode: 'name', value }, ...more });
const items = () => devices.map((device) => ({ device }));
const busyAt = (id: string, times = Infinity) =>
	setting.emulator.fault({
		on: 'run',
		times,
		when: { machineId: id },
		effect: {
			kind: 'status',
			status: 400,
			body: { error: { code: 'ActiveRequestAlreadyExists', message: 'Action is already in progress' } },
		},
	});

describe('with Continue, an item says', () => {
	const cases: Array<[string, () => IDataObject, IDataObject, IDataObject]> = [
		['that a device is not there', () => byName('WS-99'), { computerDnsName: 'WS-99' }, { code: 'notFound', sent: 'no' }],
		['that a name is empty', () => byName(' '), { computerDnsName: null }, { code: 'parameter', sent: 'no' }],
		[
			'that an id is not valid',
			() => runScript('nonsense'),
			{ computerDnsName: null, machineId: 'nonsense' },
			{ code: 'parameter', sent: 'no' },
		],
		[
			'that a device is unknown',
			() => runScript('0'.repeat(40)),
			{ computerDnsName: null, machineId: '0'.repeat(40) },
			{ code: 'notFound', httpCode: '404', sent: 'no' },
		],
	];
	it.each(cases)('%s', async (_, parameters, known, details) => {
		const { results, error } = await setting.runNode(parameters(), { node: CONTINUE });
		expect(error).toBeUndefined();
		expect(results).toEqual([
			{
				...withoutResult({ followLink: true }),
				started: false,
				errors: [expect.any(String)],
				...known,
				outcome: 'refused',
				error: expect.any(String),
				details: expect.objectContaining({ ...details, description: expect.any(String) }),
			},
		]);
		expect(Object.keys(results[0]).slice(0, 4)).toEqual(['computerDnsName', 'outcome', 'exit_code', 'script_output']);
		expect(JSON.stringify(results)).not.toContain('undefined');
	});

	it('that a device is busy, with the device as entered and as found', async () => {
		busyAt(devices[0]);
		const { results } = await setting.runNode(byName('WS-01'), { node: CONTINUE });
		expect(results[0]).toMatchObject({
			computerDnsName: 'WS-01',
			machineId: devices[0],
			details: { code: 'deviceBusy', sent: 'no', serviceCode: 'ActiveRequestAlreadyExists' },
		});
		expect(results[0].machineActionId).toBeNull();
	});

	it.each([
		['lost', { kind: 'reset', phase: 'beforeHeaders' } as const, { code: 'answerLost', sent: 'maybe' }],
		[
			'a missing permission',
			{ kind: 'status', status: 403, body: { error: { code: 'Forbidden', message: 'no' } } } as const,
			{ code: 'permission', sent: 'no' },
		],
		[
			'no licence',
			{ kind: 'status', status: 403, body: { error: { code: 'Unauthorized', message: 'Account is not provisioned.' } } } as const,
			{ code: 'notAllowed' },
		],
		[
			'a feature that is off',
			{ kind: 'status', status: 403, body: { error: { code: 'DisabledFeature', message: 'no' } } } as const,
			{ code: 'notAllowed' },
		],
		['something else', { kind: 'status', status: 409, body: { error: { code: 'Conflict', message: 'no' } } } as const, { code: 'service' }],
	])('that the answer is %s', async (_, effect, details) => {
		setting.emulator.fault({ on: 'run', times: Infinity, effect });
		const { results } = await setting.runNode(runScript(devices[0]), { node: CONTINUE });
		expect(results[0]).toMatchObject({ outcome: 'refused', machineId: devices[0], details });
	});

	it('that a name is taken, or a file is gone', async () => {
		setting.emulator.addLibraryFile({ fileName: 'a.ps1' });
		const inputs = [{ json: {}, binary: { data: { data: 'eA==', mimeType: 'text/plain', fileName: 'a.ps1' } } }];
		const taken = await setting.runNode({ resource: 'libraryFile', operation: 'upload' }, { inputs, node: CONTINUE });
		expect(taken.results[0]).toMatchObject({ outcome: 'refused', details: { code: 'taken', sent: 'no' } });
		const gone = await setting.runNode({ resource: 'libraryFile', operation: 'delete', fileName: 'b.ps1' }, { node: CONTINUE });
		expect(gone.results[0]).toMatchObject({ outcome: 'refused', details: { code: 'notFound', sent: 'no' } });
	});

	it('what the input says of the device, where only its action is entered', async () => {
		const id = '00000000-0000-4000-8000-00000000dead';
		const input = { machineActionId: id, computerDnsName: 'ws-01.contoso.example', machineId: devices[0] };
		const parameters = { resource: 'liveResponse', operation: 'getResult', maxWaitMinutes: 0 };
		const { results } = await setting.runNode(parameters, { items: [input], node: CONTINUE });
		expect(results[0]).toMatchObject({ ...input, outcome: 'refused', details: { code: 'notFound' } });
	});
});

it.each([{}, { followLink: false }])('has the columns of the items beside it: %j', async (more) => {
	const id = endedScript(setting.emulator);
	const { results } = await setting.runNode({ ...GET_RESULT, ...more }, { items: [{ id }, { id: 'nonsense' }], node: CONTINUE });
	const [columns, ofRefused] = results.map((item) => Object.keys(item));
	expect(ofRefused).toEqual([...columns.filter((key) => key !== 'transcriptPath'), 'error', 'details']);
	expect(results[1].started).toBeNull();
});

it('is the same with the older setting Continue On Fail', async () => {
	const { results } = await setting.runNode(byName('ws-99'), { node: { continueOnFail: true } });
	expect(results).toEqual([expect.objectContaining({ computerDnsName: 'ws-99', outcome: 'refused' })]);
});

it('names what may have been sent, of every operation that writes', async () => {
	for (const fileName of ['a', 'b']) setting.emulator.addLibraryFile({ fileName });
	setting.emulator.fault({
		on: 'library.delete',
		effect: { kind: 'status', status: 409, body: { error: { code: 'Conflict', message: 'no' } } },
	});
	setting.emulator.fault({ on: 'library.delete', effect: { kind: 'reset', phase: 'beforeHeaders' } });
	const { error } = await setting.runNode(
		{ resource: 'libraryFile', operation: 'delete', fileName: '={{ $json.name }}' },
		{ items: [{ name: 'a' }, { name: 'b' }] },
	);
	// Whichever ends the node first.
	expect(`${String((error as { description?: string }).description)}`).toMatch(
		/It may have sent: deletion of library file "[ab]"|may have been carried out/,
	);
});

it('leaves by Failed when routed', async () => {
	const { jsonOutputs } = await setting.runNode(byName('ws-99', { routeByOutcome: true }), { node: CONTINUE });
	expect(jsonOutputs.map((list) => list.map(({ outcome }) => outcome))).toEqual([[], ['refused'], []]);
});

it.each([
	['nothing was sent', () => busyAt(devices[1]), 'ws-02: The device is busy with another live response. Nothing was sent.'],
	[
		'it may have been sent',
		() => setting.emulator.fault({ on: 'run', when: { machineId: devices[1] }, effect: { kind: 'reset', phase: 'beforeHeaders' } }),
		'ws-02: The answer to the run request was lost, so it is not known whether the device runs the commands. It may have been sent.',
	],
])('with the error output, the text names the device and says that %s', async (_, fault, text) => {
	fault();
	const { jsonOutputs } = await setting.runNode(byName('={{ $json.name }}'), {
		items: [{ name: 'ws-01' }, { name: 'ws-02' }],
		node: { onError: 'continueErrorOutput' },
	});
	expect(jsonOutputs[0]).toEqual([expect.objectContaining({ outcome: 'succeeded' })]);
	expect(jsonOutputs[1]).toEqual([{ name: 'ws-02', error: text }]);
});

describe('when one item ends the node', () => {
	it('the error names what the others have sent, and the setting that keeps their results', async () => {
		busyAt(devices[1]);
		const { error } = await setting.runNode(runScript('={{ $json.device }}'), { items: items() });
		const [run] = setting.emulator.runs;
		expect(error).toMatchObject({
			message: 'The device is busy with another live response',
			description: expect.stringContaining(
				`This node has already sent: live response ${run.machineActionId} on ws-01.contoso.example. To get the results of all items, set On Error of this node to Continue.`,
			),
		});
	});

	it('names its device: by its name first, by its ID last', async () => {
		busyAt(devices[1]);
		const byId = await setting.runNode(runScript('={{ $json.device }}'), { items: items() });
		expect((byId.error as { description?: string }).description).toMatch(new RegExp(`Device ID: ${devices[1]}$`));
		const named = await setting.runNode(byName('={{ $json.name }}'), { items: [{ name: 'ws-02' }] });
		expect(named.error?.message).toBe('ws-02: The device is busy with another live response');
	});

	it('says so at the last of several tries too', async () => {
		busyAt(devices[1]);
		const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		const { error } = await setting.runNode(runScript('={{ $json.device }}'), { items: items(), node });
		expect(setting.emulator.runs.length).toBeLessThanOrEqual(2);
		for (const run of setting.emulator.runs) expect(error).toMatchObject({ description: expect.stringContaining(run.machineActionId) });
	});

	it('the list is bounded', async () => {
		const many = Array.from(
			{ length: 15 },
			(_, place) => setting.emulator.addDevice({ computerDnsName: `srv-${place}.contoso.example`, scripts: { [SCRIPT]: {} } }).id,
		);
		busyAt(devices[0]);
		const list = [...many, devices[0]].map((device) => ({ device }));
		const { error } = await setting.runNode(runScript('={{ $json.device }}'), { items: list });
		expect((error as { description?: string }).description).toMatch(
			/(live response [0-9a-f-]{36} on srv-\d+\.contoso\.example, ){9}live response \S+ on \S+ and 5 more\./,
		);
	});

	it('says nothing where nothing was sent', async () => {
		busyAt(devices[0]);
		const { error } = await setting.runNode(runScript('={{ $json.device }}'), { items: items().slice(0, 1) });
		expect((error as { description?: string }).description).not.toContain('This node');
	});
});

it('an execution that is stopped names what was sent in the log, without secrets', async () => {
	const { clientSecret } = setting.emulator.app;
	const { id } = setting.emulator.addDevice({ computerDnsName: `srv-${clientSecret}`, offline: true });
	let cancel = () => {};
	const running = setting.runNode(runScript(id), { onStart: (stop) => (cancel = stop) });
	while (setting.requestsOf('action.list').length === 0) await setting.clock.sleep(1_000);
	cancel();
	await running.catch(() => undefined);
	const [run] = setting.emulator.runs;
	const logged = JSON.stringify(setting.engine.logged);
	expect(logged).toContain(`This node has already sent: live response ${run.machineActionId}`);
	expect(logged).not.toContain(clientSecret);
});

it.each<[string, () => IDataObject, RegExp]>([
	['Wait for Completion is an expression', () => runScript(devices[0], { waitForCompletion: '={{ true }}' }), /accepts no expression/],
	['Route by Outcome is an expression', () => ({ ...GET_RESULT, routeByOutcome: '={{ true }}' }), /accepts no expression/],
	['the operation is unknown', () => ({ resource: 'liveResponse', operation: 'x' }), /is not one of this node's operations/],
])('with Continue, no input item passes through as if nothing had happened where %s', async (_, parameters, message) => {
	const { results } = await setting.runNode(parameters(), { items: items(), node: CONTINUE });
	expect(results).toMatchObject(
		items().map(() => ({ outcome: 'refused', error: expect.stringMatching(message), details: { sent: 'no' } })),
	);
	expect(setting.emulator.runs).toHaveLength(0);
});
