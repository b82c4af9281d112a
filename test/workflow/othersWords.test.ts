import type { IDataObject } from 'n8n-workflow';
import { endedScript, GET_RESULT, runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { NODE_TYPE, startSetting, workflowWith } from '../support/setting';
import { triggerWorkflow } from '../support/trigger';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => await setting.close());

const GUID = '20d1de3f-0000-4715-8bed-a92223c50000';
const DEVICE = 'a'.repeat(40);
const action = (fields: IDataObject = {}): IDataObject => ({
	id: GUID,
	type: 'LiveResponse',
	status: 'Succeeded',
	requestor: 'analyst@contoso.example',
	requestorComment: 'case 4711',
	machineId: DEVICE,
	computerDnsName: 'ws-01.contoso.example',
	creationDateTimeUtc: '2026-01-15T08:00:00Z',
	lastUpdateDateTimeUtc: '2026-01-15T08:01:00Z',
	commands: [
		{ index: 0, commandStatus: 'Completed', errors: [], command: { type: 'RunScript', params: [{ key: 'ScriptName', value: SCRIPT }] } },
	],
	...fields,
});
const machine = (fields: IDataObject = {}): IDataObject => ({
	id: DEVICE,
	computerDnsName: 'ws-01.contoso.example',
	onboardingStatus: 'Onboarded',
	...fields,
});
const file = (fields: IDataObject = {}): IDataObject => ({ fileName: SCRIPT, ...fields });

/** Lets the service answer with this, whatever it is asked for. `DEEP` means a list 100,000 levels deep. */
function answer(entities: { action?: IDataObject; machine?: IDataObject; file?: IDataObject }): void {
	const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
	const text = (value: unknown) => JSON.stringify(value).replace('"DEEP"', deep);
	const answers = { action: entities.action ?? action(), machine: entities.machine ?? machine(), file: entities.file ?? file() };
	for (const [on, body] of [
		[['action.list'], { value: [answers.action] }],
		[['action.get', 'action.cancel'], answers.action],
		[['machine.list'], { value: [answers.machine] }],
		[['machine.get'], answers.machine],
		[['library.list'], { value: [answers.file] }],
	] as const) {
		setting.emulator.fault({ on: [...on] as never, times: Infinity, effect: { kind: 'badBody', body: text(body) } });
	}
}

const OPERATIONS: Array<[string, IDataObject]> = [
	['machineAction get', { resource: 'machineAction', operation: 'get', machineActionId: GUID }],
	['machineAction getMany', { resource: 'machineAction', operation: 'getMany' }],
	['machineAction wait', { resource: 'machineAction', operation: 'wait', machineActionId: GUID }],
	['machineAction cancel', { resource: 'machineAction', operation: 'cancel', machineActionId: GUID, comment: 'x' }],
	['libraryFile getMany', { resource: 'libraryFile', operation: 'getMany' }],
	['machine get', { resource: 'machine', operation: 'get', machineId: DEVICE }],
	['machine getMany', { resource: 'machine', operation: 'getMany' }],
];

describe('an entity that is nested 100,000 levels deep', () => {
	const deep = { troubleshootInfo: { more: 'DEEP' } };

	it.each(OPERATIONS)('%s comes out cut, with a message', async (_, parameters) => {
		answer({ action: action(deep), machine: machine(deep), file: file(deep) });
		const { results, error } = await setting.runNode({ ...parameters, simplify: false });
		expect(error).toBeUndefined();
		expect(JSON.stringify(results)).toContain('(nested too deep to be shown)');
	});

	it('comes out of a result as sent, and of the trigger, cut as well', async () => {
		answer({ action: action({ ...deep, status: 'Failed' }) });
		const { results } = await setting.runNode({ ...GET_RESULT, machineActionId: GUID, simplify: false });
		expect(JSON.stringify(results)).toContain('(nested too deep to be shown)');
		const polled = await setting.engine.run(triggerWorkflow({ simplify: false }));
		expect(polled.error).toBeUndefined();
		expect(JSON.stringify(polled.items('Ended'))).toContain('(nested too deep to be shown)');
	});
});

describe('secrets in what the service says', () => {
	const secret = () => setting.emulator.app.clientSecret;
	const echo = () =>
		`https://x/?se=1&sig=SIGNATURE Bearer opaque-TOKEN ${secret()} ${encodeURIComponent(secret())} ${Buffer.from(`xy${secret()}`).toString('base64')}`;
	const gone = (value: unknown) => {
		const text = JSON.stringify(value);
		for (const each of ['SIGNATURE', 'TOKEN', secret(), encodeURIComponent(secret())]) expect(text).not.toContain(each);
		expect(text).toContain('sig=(removed)');
	};

	it.each(OPERATIONS)('%s shows none', async (_, parameters) => {
		const fields = { requestorComment: echo(), relatedFileInfo: { [echo()]: [echo()] }, osVersion: echo(), description: echo() };
		answer({ action: action(fields), machine: machine(fields), file: file(fields) });
		const { results, run } = await setting.runNode({ ...parameters, simplify: false });
		gone(results);
		expect(JSON.stringify(run)).not.toContain('SIGNATURE');
	});

	it('a result shows none in its errors and names, and leaves what the script says as it is', async () => {
		const command = { type: 'RunScript', params: [{ key: 'ScriptName', value: SCRIPT }] };
		answer({
			action: action({
				status: 'Failed',
				computerDnsName: echo(),
				commands: [{ index: 0, commandStatus: 'Failed', errors: [echo(), { a: echo() }], command }],
			}),
		});
		const { results } = await setting.runNode({ ...GET_RESULT, machineActionId: GUID, simplify: false });
		gone(results);
		setting.emulator.reset();
		const output = 'azcopy https://mine.example/?sig=MINE and Bearer MINE';
		const id = endedScript(setting.emulator, { output, errors: output });
		const shown = await setting.runNode(GET_RESULT, { items: [{ id }] });
		expect(shown.results[0]).toMatchObject({ script_output: output, script_error: output });
	});

	it('the trigger and the lists of the editor show none', async () => {
		answer({
			action: action({ requestorComment: echo(), computerDnsName: echo() }),
			machine: machine({ computerDnsName: echo(), osPlatform: echo() }),
			file: file({ description: echo() }),
		});
		gone((await setting.engine.run(triggerWorkflow())).items('Ended'));
		const [, { credentials }] = workflowWith({}).nodes;
		for (const method of ['searchMachines', 'searchMachineActions', 'searchLibraryFiles']) {
			gone(await setting.engine.listSearch(NODE_TYPE, method, { credentials }));
		}
	});

	it('a dry run shows the request as it would be sent', async () => {
		const { results } = await setting.runNode(
			runScript(DEVICE, { comment: 'to https://mine.example/?sig=MINE', options: { dryRun: true } }),
		);
		expect(results[0].body).toMatchObject({ Comment: 'to https://mine.example/?sig=MINE' });
	});
});

describe('of endless words', () => {
	const long = (length: number) => 'ab '.repeat(length / 3);

	it('a result keeps 2,000 characters of each, and a hundred errors', async () => {
		const command = { type: long(1e6), params: [{ key: 'ScriptName', value: long(1e6) }] };
		const errors = [long(20e6), ...Array.from({ length: 10_000 }, (_, place) => `reason ${place}`)];
		answer({
			action: action({ status: 'Failed', computerDnsName: long(1e6), commands: [{ index: 0, commandStatus: 'Failed', errors, command }] }),
		});
		const { results } = await setting.runNode({ ...GET_RESULT, machineActionId: GUID });
		expect(results).toHaveLength(1);
		const [item] = results;
		expect((item.errors as string[]).length).toBeLessThanOrEqual(101);
		expect((item.errors as string[])[0]).toHaveLength(2_000);
		expect(item.commandType).toHaveLength(2_000);
		expect(JSON.stringify(item).length).toBeLessThan(20_000);
	});

	it('a message keeps 2,000 characters', async () => {
		answer({ action: action({ type: long(1e6), commands: [] }) });
		const wrongType = await setting.runNode({ ...GET_RESULT, machineActionId: GUID });
		expect(wrongType.error?.message).toMatch(/^'Machine Action' is of type ab/);
		expect(JSON.stringify(wrongType.run.data.resultData.error).length).toBeLessThan(20_000);
		const { error } = await setting.runNode({
			resource: 'machine',
			operation: 'get',
			machineId: { __rl: true, mode: 'name', value: long(1e5) },
		});
		expect(error?.message.length).toBeLessThanOrEqual(2_000);
	});

	it('a busy device is reported with 2,000 characters of the comment that keeps it busy', async () => {
		answer({ action: action({ status: 'InProgress', requestorComment: long(2e6) }) });
		setting.emulator.fault({
			on: 'run',
			times: Infinity,
			effect: { kind: 'status', status: 400, body: { error: { code: 'ActiveRequestAlreadyExists', message: 'busy' } } },
		});
		const { error } = await setting.runNode(runScript(DEVICE));
		const { message, description } = error as Error & { description: string };
		expect(message).toBe('The device is busy with another live response');
		expect(description.length).toBeLessThanOrEqual(6_000);
	});
});

describe('what cannot be read as a text', () => {
	const odd = { toString: 1 };
	const fields = {
		requestor: odd,
		requestorComment: odd,
		computerDnsName: odd,
		lastSeen: odd,
		osPlatform: odd,
		healthStatus: [1],
		description: odd,
		onboardingStatus: odd,
	};

	it.each(OPERATIONS)('%s passes it on', async (_, parameters) => {
		answer({
			action: action({ requestor: odd }),
			machine: machine({ lastSeen: odd, osPlatform: odd, computerDnsName: odd }),
			file: file({ description: odd }),
		});
		const { results, error } = await setting.runNode(parameters);
		expect([error, results.length]).toEqual([undefined, 1]);
		expect(JSON.stringify(results)).toContain('{"toString":1}');
	});

	it.each([
		['searchMachines', DEVICE],
		['searchLibraryFiles', SCRIPT],
	])('%s leaves it out', async (method, expected) => {
		answer({ action: action({ requestor: odd }), machine: machine(fields), file: file(fields) });
		const [, { credentials }] = workflowWith({}).nodes;
		const { results } = await setting.engine.listSearch(NODE_TYPE, method, { credentials });
		expect(results.map(({ name, value }) => [String(name).split(' (')[0], value])).toEqual([[expected, expected]]);
		expect(JSON.stringify(results)).not.toMatch(/object|undefined|null/);
	});

	it('does not stop a trigger with filters', async () => {
		answer({ action: action({ requestor: odd }) });
		const filters = { requestor: 'analyst@contoso.example' };
		const { error } = await setting.engine.run(triggerWorkflow({ filters }));
		expect(error?.message).toMatch(/^No finished live response matches the filters/);
	});

	it('is not the name of a device', async () => {
		answer({ machine: machine({ computerDnsName: odd, lastSeen: odd }) });
		const { error } = await setting.runNode({
			resource: 'machine',
			operation: 'get',
			machineId: { __rl: true, mode: 'name', value: 'ws-01' },
		});
		expect(error?.message).toMatch(/^No device named "ws-01" was found/);
	});
});
