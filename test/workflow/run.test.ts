import type { IDataObject } from 'n8n-workflow';
import type { WholeAnswer } from '../../playground/emulator';
import { startEmulator } from '../../playground/emulator';
import { runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

/** Names the execution, as the default comment does: so the action of a lost answer is known on the slowest machine too. */
const NAMED = '=case 4711, execution {{ $execution.id }}';

let setting: Setting;
let machineId: string;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	const { id } = setting.emulator.addDevice({
		computerDnsName: 'ws-01.contoso.example',
		scripts: { [SCRIPT]: { exitCode: 3, output: '3 findings\n' } },
	});
	machineId = id;
});

afterAll(async () => await setting.close());

it('runs a script, waits for it and gives its result', async () => {
	const { results, error } = await setting.runNode(runScript(machineId));
	expect(error).toBeUndefined();
	expect(results).toEqual([
		expect.objectContaining({
			commandIndex: 0,
			commandType: 'RunScript',
			outcome: 'scriptFailed',
			script_name: SCRIPT,
			exit_code: 3,
			script_output: '3 findings\n',
			machineId,
		}),
	]);
	expect(setting.emulator.runs).toHaveLength(1);
});

it('sends script, arguments and comment as the service wants them', async () => {
	const commands = { command: [{ type: 'RunScript', scriptName: { __rl: true, mode: 'id', value: SCRIPT }, args: '-Days 3' }] };
	await setting.runNode(runScript(machineId, { commands, waitForCompletion: false }));
	expect(JSON.parse(setting.requestsOf('run')[0].body)).toEqual({
		Commands: [
			{
				type: 'RunScript',
				params: [
					{ key: 'ScriptName', value: SCRIPT },
					{ key: 'Args', value: '-Days 3' },
				],
			},
		],
		Comment: 'case 4711',
	});
});

it('sends commands of every kind, and gives a result of each', async () => {
	const { emulator } = setting;
	emulator.addLibraryFile({ fileName: 'tool.exe' });
	const { id } = emulator.addDevice({
		computerDnsName: 'ws-02.contoso.example',
		scripts: { [SCRIPT]: {} },
		files: { 'C:\\out.txt': { content: 'found' } },
	});
	const command = [
		{ type: 'PutFile', fileName: { __rl: true, mode: 'list', value: 'tool.exe' } },
		{ type: 'RunScript', scriptName: { __rl: true, mode: 'list', value: SCRIPT } },
		{ type: 'GetFile', path: 'C:\\out.txt' },
	];
	const { results, error } = await setting.runNode(runScript(id, { commands: { command } }));
	expect(error).toBeUndefined();
	expect(JSON.parse(setting.requestsOf('run')[0].body).Commands).toEqual([
		{ type: 'PutFile', params: [{ key: 'FileName', value: 'tool.exe' }] },
		{ type: 'RunScript', params: [{ key: 'ScriptName', value: SCRIPT }] },
		{ type: 'GetFile', params: [{ key: 'Path', value: 'C:\\out.txt' }] },
	]);
	expect(results.map((item) => [item.commandIndex, item.commandType, item.outcome])).toEqual([
		[0, 'PutFile', 'succeeded'],
		[1, 'RunScript', 'succeeded'],
		[2, 'GetFile', 'succeeded'],
	]);
});

it('gives each command its own result, however the service numbers the commands', async () => {
	const { emulator } = setting;
	const { id } = emulator.addDevice({
		computerDnsName: 'ws-02.contoso.example',
		scripts: { [SCRIPT]: { exitCode: 3 } },
		files: { 'C:\\out.txt': { content: 'found' } },
	});
	const odd = (body: Buffer) => {
		const { value } = JSON.parse(body.toString());
		for (const { commands } of value) [commands[0].index, commands[1].index] = [7, 0];
		return Buffer.from(JSON.stringify({ value }));
	};
	const by = (answer: WholeAnswer) => ({ ...answer, body: odd(answer.body) });
	emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'rewritten', by } });
	const command = [
		{ type: 'RunScript', scriptName: SCRIPT },
		{ type: 'GetFile', path: 'C:\\out.txt' },
	];
	const { results } = await setting.runNode(runScript(id, { commands: { command } }));
	expect(results.map((item) => [item.commandIndex, item.commandType, item.outcome, item.exit_code])).toEqual([
		[0, 'RunScript', 'scriptFailed', 3],
		[1, 'GetFile', 'succeeded', null],
	]);
});

it('gives the machine action at once when it is not to wait', async () => {
	const { results } = await setting.runNode(runScript(machineId, { waitForCompletion: false }));
	expect(results[0]).toMatchObject({ id: setting.emulator.runs[0].machineActionId, status: 'Pending', type: 'LiveResponse' });
	expect(setting.requestsOf('action.list')).toHaveLength(0);
});

it('names the execution in the comment by default', async () => {
	const parameters: Record<string, unknown> = runScript(machineId, { waitForCompletion: false });
	delete parameters.comment;
	await setting.runNode(parameters as IDataObject);
	expect(setting.emulator.runs[0].comment).toMatch(/^n8n workflow Test \(workflow\), execution \d+$/);
});

it('routes by outcome when it waits, and has one output when it does not', async () => {
	const routed = await setting.runNode(runScript(machineId, { routeByOutcome: true }));
	expect(routed.jsonOutputs.map((items) => items.length)).toEqual([0, 1, 0]);
	const free = setting.emulator.addDevice({ computerDnsName: 'ws-02.contoso.example', scripts: { [SCRIPT]: {} } }).id;
	const sent = await setting.runNode(runScript(free, { routeByOutcome: true, waitForCompletion: false }));
	expect(sent.jsonOutputs.map((items) => items.length)).toEqual([1]);
});

it('gives pending, with the id to ask again, when the device does not answer in time', async () => {
	setting.emulator.setOffline(machineId, true);
	const { results, error } = await setting.runNode(runScript(machineId, { maxWaitMinutes: 1 }));
	expect(error).toBeUndefined();
	expect(results[0]).toMatchObject({ outcome: 'pending', machineActionId: setting.emulator.runs[0].machineActionId });
});

it('gives pending, with the id to ask again, when no one may check the action', async () => {
	const body = { error: { code: 'Forbidden', message: 'no' } };
	setting.emulator.fault({ on: ['action.list', 'action.get'], times: Infinity, effect: { kind: 'status', status: 403, body } });
	const { jsonOutputs, error } = await setting.runNode(runScript(machineId, { routeByOutcome: true }));
	expect(error).toBeUndefined();
	expect(jsonOutputs).toEqual([
		[],
		[],
		[
			expect.objectContaining({
				outcome: 'pending',
				machineActionId: setting.emulator.runs[0].machineActionId,
				errors: [expect.stringContaining('Defender refused to read machine actions')],
			}),
		],
	]);
	expect(jsonOutputs[2][0]).not.toHaveProperty('error');
});

it('finds a device by its name, the exact one first', async () => {
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example.other', scripts: { [SCRIPT]: {} } });
	setting.emulator.addDevice({ computerDnsName: 'ws-012.contoso.example', scripts: { [SCRIPT]: {} } });
	const byName = (value: string) => runScript('', { machineId: { __rl: true, mode: 'name', value }, waitForCompletion: false });
	await setting.runNode(byName('WS-01.contoso.example'));
	expect(setting.emulator.runs[0].machineId).toBe(machineId);
	const { error } = await setting.runNode(byName('ws-99'));
	expect(error).toMatchObject({ message: 'No device named "ws-99" was found' });
	expect(setting.emulator.runs).toHaveLength(1);
});

it('does not guess which device a name means', async () => {
	const { emulator } = setting;
	const byName = (value: string) => runScript('', { machineId: { __rl: true, mode: 'name', value }, waitForCompletion: false });
	emulator.addDevice({ computerDnsName: 'ws-01.fabrikam.example', scripts: { [SCRIPT]: {} } });
	const { error } = await setting.runNode(byName('ws-01'));
	expect(error).toMatchObject({
		message: 'Several devices are named "ws-01"',
		description: expect.stringMatching(/ws-01\.contoso\.example.*ws-01\.fabrikam\.example|ws-01\.fabrikam.*ws-01\.contoso/),
	});
	expect(emulator.runs).toHaveLength(0);
	// The same name twice is one device that was onboarded again: the record seen last.
	const again = emulator.addDevice({ computerDnsName: 'ws-05.fabrikam.example', lastSeen: emulator.now(), scripts: { [SCRIPT]: {} } });
	emulator.addDevice({ computerDnsName: 'ws-05.fabrikam.example', lastSeen: emulator.now() - 3 * 86_400_000 });
	await setting.runNode(byName('ws-05.fabrikam.example'));
	expect(emulator.runs[0].machineId).toBe(again.id);
	for (let place = 100; place < 220; place++) emulator.addDevice({ computerDnsName: `srv-${place}.contoso.example` });
	const one = emulator.addDevice({ computerDnsName: 'srv-1.contoso.example', scripts: { [SCRIPT]: {} } });
	await setting.runNode(byName('srv-1'));
	expect(emulator.runs[1].machineId).toBe(one.id);
});

it('gives the result although the service leaves the commands out', async () => {
	const { emulator } = setting;
	const file = emulator.addDevice({ computerDnsName: 'ws-05.contoso.example', files: { 'C:\\a.txt': { content: 'evidence' } } });
	const commands = { command: [{ type: 'GetFile', path: 'C:\\a.txt' }] };
	const sent = emulator.addAction({
		machineId: file.id,
		requestorComment: 'case 4711',
		commands: [{ type: 'GetFile', name: 'C:\\a.txt', file: { content: 'evidence' } }],
	});
	const {
		results: [found],
	} = await setting.runNode({ resource: 'machineAction', operation: 'get', machineActionId: sent.id });
	const entity: IDataObject = { ...found, commands: undefined };
	emulator.fault({ on: 'run', effect: { kind: 'badBody', body: entity } });
	emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'badBody', body: { value: [entity] } } });
	const { results } = await setting.runNode(runScript(file.id, { commands }));
	expect(results[0]).toMatchObject({ outcome: 'succeeded', commandType: 'GetFile', fileName: 'a.txt', fileSize: 8 });
});

it.each([true, 'true', '={{ "true" }}'])('shows the request and sends nothing on a dry run (%j)', async (dryRun) => {
	const { results } = await setting.runNode(runScript(machineId, { options: { dryRun } }));
	expect(results).toEqual([
		{
			dryRun: true,
			method: 'POST',
			url: `${setting.emulator.apiUrl}/api/machines/${machineId}/runliveresponse`,
			body: {
				Commands: [{ type: 'RunScript', params: [{ key: 'ScriptName', value: SCRIPT }] }],
				Comment: 'case 4711',
			},
		},
	]);
	expect(setting.emulator.requests).toHaveLength(0);
});

it('does not take an action that another user started for its own', async () => {
	const other = setting.emulator.addAction({
		machineId,
		status: 'InProgress',
		requestorComment: 'another user',
		commands: [{ type: 'RunScript', name: 'other.ps1' }],
	});
	const entity = (await setting.runNode({ resource: 'machineAction', operation: 'get', machineActionId: other.id })).results[0];
	setting.emulator.fault({ on: 'run', effect: { kind: 'badBody', body: entity } });
	const { error } = await setting.runNode(runScript(machineId));
	expect(error).toMatchObject({
		message: 'The device is busy with another live response',
		description: expect.stringContaining(other.id),
	});
	expect(setting.emulator.runs).toHaveLength(0);
});

describe('is sent once', () => {
	it.each([['the answer is lost', { kind: 'reset', phase: 'afterProcessing' } as const]])(
		'when %s: the action is found instead',
		async (_, effect) => {
			setting.emulator.fault({ on: 'run', effect });
			const { results } = await setting.runNode(runScript(machineId, { comment: NAMED }));
			expect(setting.emulator.runs).toHaveLength(1);
			expect(setting.requestsOf('run')).toHaveLength(1);
			expect(results[0]).toMatchObject({ outcome: 'scriptFailed', exit_code: 3 });
		},
	);

	it.each([
		['500', { kind: 'status', status: 500 } as const],
		['502 with HTML', { kind: 'status', status: 502, body: '<html></html>', contentType: 'text/html' } as const],
		['503', { kind: 'status', status: 503 } as const],
		['a connection that breaks before the answer', { kind: 'reset', phase: 'beforeHeaders' } as const],
	])('when the answer is %s: it is unknown whether it arrived, so the user gets a message', async (_, effect) => {
		setting.emulator.fault({ on: 'run', times: Infinity, effect });
		const { error } = await setting.runNode(runScript(machineId));
		expect(setting.requestsOf('run')).toHaveLength(1);
		expect(error?.message).toBe('The answer to the run request was lost, so it is not known whether the device runs the commands');
	});

	it('again only after a refusal for the limit, which certainly did nothing', async () => {
		setting.emulator.fault({ on: 'run', times: 2, effect: { kind: 'rateLimit', retryAfter: 7 } });
		const { results } = await setting.runNode(runScript(machineId));
		expect(setting.emulator.runs).toHaveLength(1);
		expect(setting.requestsOf('run').map(({ status }) => status)).toEqual([429, 429, 201]);
		expect(results[0].exit_code).toBe(3);
	});

	it('not at all where no connection is made, which is tried again', async () => {
		const { emulator, engine } = setting;
		const free = await startEmulator();
		await free.close();
		engine.credentials.stored.set('defender', emulator.credentialData({ apiBaseUrl: free.apiUrl }));
		const before = emulator.now();
		const { error } = await setting.runNode(runScript(machineId));
		engine.credentials.stored.set('defender', emulator.credentialData());
		expect(error).toMatchObject({
			message: 'Defender could not be reached to run live response',
			description: expect.stringContaining('ECONNREFUSED'),
		});
		// Five repeats, each after a longer wait.
		expect(emulator.now() - before).toBeGreaterThan(15_000);
	});

	it.each([
		['is lost', { kind: 'reset', phase: 'afterProcessing' }, 1],
		['says nothing', { kind: 'status', status: 502 }, 0],
	] as const)('although the answer %s, the action does not show, and n8n retries the node', async (_, effect, runs) => {
		setting.emulator.fault({ on: 'run', effect });
		setting.emulator.fault({ on: 'action.list', times: 5, effect: { kind: 'badBody', body: { value: [] } } });
		const { results, error } = await setting.runNode(runScript(machineId, { comment: NAMED }), {
			node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 },
		});
		expect(setting.requestsOf('run')).toHaveLength(1);
		expect(setting.emulator.runs).toHaveLength(runs);
		// The retry looks for the action, and finds it if there is one.
		if (runs === 1) expect(results[0]).toMatchObject({ outcome: 'scriptFailed', exit_code: 3 });
		else expect(error?.message).toMatch(/^The answer to the run request was lost/);
	});

	it('although no one may look for the action of a lost answer', async () => {
		const { emulator } = setting;
		setting.engine.credentials.stored.set('defender', emulator.credentialData());
		emulator.apps.setRoles(emulator.app.clientId, ['Machine.LiveResponse']);
		emulator.fault({ on: 'run', effect: { kind: 'reset', phase: 'afterProcessing' } });
		const { error } = await setting.runNode(runScript(machineId), {
			node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
		});
		setting.engine.credentials.stored.set('defender', emulator.credentialData());
		expect(emulator.runs).toHaveLength(1);
		expect(error).toMatchObject({
			message: expect.stringMatching(/^The answer to the run request was lost/),
			description: expect.stringContaining('Add Machine.ReadWrite.All'),
		});
	});

	it('for each of two items that ask for the same', async () => {
		// The first POST does not arrive; what the second one starts is not the first one's.
		setting.emulator.fault({ on: 'run', effect: { kind: 'reset', phase: 'beforeHeaders' } });
		const { results } = await setting.runNode(runScript(machineId), {
			items: [{}, {}],
			node: { onError: 'continueRegularOutput' },
		});
		expect(setting.emulator.runs).toHaveLength(1);
		expect(results.map((item) => [item.error !== undefined, item.outcome])).toEqual([
			[true, 'refused'],
			[false, 'scriptFailed'],
		]);
	});

	it('although another item fails and n8n retries the node', async () => {
		const busy = setting.emulator.addDevice({
			computerDnsName: 'ws-02.contoso.example',
			refuse: { status: 400, code: 'ActiveRequestAlreadyExists', message: 'Action is already in progress' },
		});
		const { error } = await setting.runNode(runScript('={{ $json.device }}'), {
			items: [{ device: machineId }, { device: busy.id }],
			node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 },
		});
		expect(error?.message).toBe('The device is busy with another live response');
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it.each([
		['comment', { comment: '=sweep {{ Date.now() }}' }],
		['arguments', { commands: { command: [{ type: 'RunScript', scriptName: SCRIPT, args: '=-Since {{ Date.now() }}' }] } }],
	])('although a retry evaluates its %s again', async (_, volatile) => {
		const { error } = await setting.runNode(runScript('={{ $json.device }}', volatile), {
			items: [{ device: machineId }, { device: '0'.repeat(40) }],
			node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 50 },
		});
		expect(error?.message).toBe('Defender does not know this device');
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it('to a device whose id was typed in upper case, although the answer is lost', async () => {
		setting.emulator.fault({ on: 'run', effect: { kind: 'reset', phase: 'afterProcessing' } });
		const { results } = await setting.runNode(runScript(machineId.toUpperCase(), { comment: NAMED }));
		expect(results[0]).toMatchObject({ outcome: 'scriptFailed', exit_code: 3 });
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it('and never throws for what goes wrong afterwards', async () => {
		setting.emulator.fault({ on: 'link', times: Infinity, effect: { kind: 'status', status: 500 } });
		const { results, error } = await setting.runNode(runScript(machineId), {
			node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
		});
		expect(error).toBeUndefined();
		expect(results[0]).toMatchObject({
			outcome: 'unreadable',
			machineActionId: setting.emulator.runs[0].machineActionId,
			errors: [expect.stringContaining('Defender could not provide the link')],
		});
		expect(results[0]).not.toHaveProperty('error');
		expect(setting.emulator.runs).toHaveLength(1);
	});
});

describe('refuses before any request', () => {
	it.each([
		['no device', { machineId: '={{ "" }}' }, "'Device' is empty [item 0]"],
		['a device id that is none', { machineId: 'x/../y' }, "'Device' is not the ID of a device [item 0]"],
		['no command', { commands: {} }, "'Commands' is empty [item 0]"],
		[
			'no script',
			{ commands: { command: [{ type: 'RunScript', scriptName: '={{ "" }}' }] } },
			"'Commands' has no usable Script in command 1 [item 0]",
		],
		[
			'forbidden characters',
			{ commands: { command: [{ type: 'RunScript', scriptName: SCRIPT, args: '-a $(x); y' }] } },
			"'Commands' has Arguments in command 1 that Defender refuses: $ ( ) ; [item 0]",
		],
		[
			'an order that is refused',
			{
				commands: {
					command: [
						{ type: 'GetFile', path: 'C:\\a' },
						{ type: 'RunScript', scriptName: SCRIPT },
					],
				},
			},
			"'Commands' are in an order that Defender refuses [item 0]",
		],
		['no comment', { comment: ' ' }, "'Comment' is empty [item 0]"],
		['a comment that is not a text', { comment: '={{ ({ a: 1 }) }}' }, "'Comment' is empty [item 0]"],
		[
			'arguments that are not texts',
			{ commands: { command: [{ type: 'RunScript', scriptName: SCRIPT, args: '={{ ["-Days", "3"] }}' }] } },
			"'Commands' has Arguments in command 1 that are not a text [item 0]",
		],
		['a dry run that is neither on nor off', { options: { dryRun: '={{ 1 }}' } }, "'Dry Run' is neither true nor false [item 0]"],
	])('%s', async (_, wrong, message) => {
		const { error } = await setting.runNode(runScript(machineId, wrong));
		expect(error).toMatchObject({ name: 'NodeOperationError', message, description: expect.any(String) });
		expect(setting.emulator.requests).toHaveLength(0);
	});

	it('one wrong item among good ones', async () => {
		const items = [{ device: machineId }, { device: 'nonsense' }];
		const { error } = await setting.runNode(runScript('={{ $json.device }}'), { items });
		expect(error?.message).toBe("'Device' is not the ID of a device [item 1]");
		expect(setting.emulator.requests).toHaveLength(0);
	});
});

it('sends in the order of the input, also where the first device takes longest to find', async () => {
	const ids = ['ws-11', 'ws-12', 'ws-13'].map(
		(name) => setting.emulator.addDevice({ computerDnsName: `${name}.contoso.example`, scripts: { [SCRIPT]: {} } }).id,
	);
	setting.emulator.fault({ on: 'machine.list', effect: { kind: 'delay', ms: 150 } });
	const machineId = { __rl: true, mode: 'name', value: '={{ $json.name }}' };
	const items = ['ws-11', 'ws-12', 'ws-13'].map((name) => ({ name }));
	await setting.runNode({ ...runScript('', { waitForCompletion: false }), machineId }, { items });
	expect(setting.emulator.runs.map(({ machineId: id }) => id)).toEqual(ids);
});
