import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import type { Effect } from '../../playground/emulator/effects';
import type { Operation } from '../../playground/emulator/routes';
import { runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting, workflowWith } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => await setting.close());

const retry = (maxTries: number, more: Partial<INode> = {}) => ({ retryOnFail: true, maxTries, waitBetweenTries: 1, ...more });
const NAMES = ['a', 'b', 'c'];

/** A write of three items, each with what the tenant shows of it afterwards. */
interface Writing {
	operation: Operation;
	parameters: IDataObject;
	inputs(): INodeExecutionData[];
	/** How often each item's write took effect. */
	effects(): number[];
	/** What the service says to one of them, as it would. */
	refusal: Effect;
}

const status = (code: number, error: object = { code: 'Conflict', message: 'no' }): Effect => ({
	kind: 'status',
	status: code,
	body: { error },
});
const BUSY = status(400, { code: 'ActiveRequestAlreadyExists', message: 'Action is already in progress' });
const deleted = () => setting.requestsOf('library.delete').filter(({ status: code }) => code === 204);
const cancelled = () => setting.requestsOf('action.cancel').filter(({ status: code }) => code === 200);

const WRITES: Record<string, () => Writing> = {
	'run, waiting': () => ({
		...writesRun(),
		parameters: runScript('={{ $json.device }}', { comment: '=at {{ $now.toMillis() }}, execution {{ $execution.id }}' }),
	}),
	'run, not waiting': () => ({
		...writesRun(),
		parameters: runScript('={{ $json.device }}', {
			waitForCompletion: false,
			comment: '=at {{ $now.toMillis() }}, execution {{ $execution.id }}',
		}),
	}),
	cancel: () => {
		const ids = NAMES.map((name) => {
			const device = setting.emulator.addDevice({ computerDnsName: name });
			return setting.emulator.addAction({ machineId: device.id, status: 'Pending', commands: [{ type: 'RunScript', name: SCRIPT }] }).id;
		});
		return {
			operation: 'action.cancel',
			parameters: { resource: 'machineAction', operation: 'cancel', comment: '=at {{ $now.toMillis() }}' },
			inputs: () => ids.map((id) => ({ json: { id } })),
			effects: () => ids.map((id) => cancelled().filter(({ url }) => url.includes(id)).length),
			refusal: status(409),
		};
	},
	delete: () => {
		for (const fileName of NAMES) setting.emulator.addLibraryFile({ fileName });
		return {
			operation: 'library.delete',
			parameters: { resource: 'libraryFile', operation: 'delete', fileName: '={{ $json.name }}' },
			inputs: () => NAMES.map((name) => ({ json: { name } })),
			effects: () => NAMES.map((name) => deleted().filter(({ url }) => url.endsWith(`/${name}`)).length),
			refusal: status(409),
		};
	},
	upload: () => ({
		operation: 'library.upload',
		parameters: { resource: 'libraryFile', operation: 'upload' },
		inputs: () =>
			NAMES.map((fileName) => ({
				json: {},
				binary: { data: { data: Buffer.from(fileName).toString('base64'), mimeType: 'text/plain', fileName } },
			})),
		effects: () =>
			NAMES.map(
				(name) =>
					setting.requestsOf('library.upload').filter(({ status: code, body }) => code === 200 && body.includes(`filename="${name}"`))
						.length,
			),
		refusal: status(409),
	}),
};

function writesRun(): Omit<Writing, 'parameters'> {
	const devices = NAMES.map((name) => setting.emulator.addDevice({ computerDnsName: name, scripts: { [SCRIPT]: {} } }).id);
	return {
		operation: 'run',
		inputs: () => devices.map((device) => ({ json: { device } })),
		effects: () => devices.map((id) => setting.emulator.runs.filter(({ machineId }) => machineId === id).length),
		refusal: BUSY,
	};
}

describe.each(Object.keys(WRITES))('%s', (name) => {
	it.each([
		[0, 2],
		[1, 2],
		[2, 2],
		[0, 3],
		[1, 4],
		[0, 5],
		[2, 5],
	])('happens once for each item when request %i is refused until the last of %i tries', async (place, tries) => {
		const { operation, parameters, inputs, effects, refusal } = WRITES[name]();
		setting.emulator.fault({ on: operation, skip: place, times: tries - 1, effect: refusal });
		const { results, error } = await setting.runNode(parameters, { inputs: inputs(), node: retry(tries) });
		expect(error).toBeUndefined();
		expect(effects()).toEqual([1, 1, 1]);
		expect(results).toHaveLength(3);
		for (const item of results) expect(item.error).toBeUndefined();
	});

	it.each(['beforeHeaders', 'afterProcessing'] as const)('is not done twice when its answer is lost (%s)', async (phase) => {
		const { operation, parameters, inputs, effects } = WRITES[name]();
		setting.emulator.fault({ on: operation, effect: { kind: 'reset', phase } });
		const { results, error } = await setting.runNode(parameters, { inputs: inputs(), node: retry(2) });
		if (phase === 'beforeHeaders' && operation === 'run') {
			expect(error?.message).toMatch(/^The answer to the run request was lost/);
			expect(effects().reduce((a, b) => a + b)).toBeLessThan(3);
			return;
		}
		expect(error).toBeUndefined();
		expect(effects().every((count) => count <= 1)).toBe(true);
		expect(results).toHaveLength(3);
	});

	it('with Continue, is done once for those that succeeded while n8n tries again for the first', async () => {
		const { operation, parameters, inputs, effects, refusal } = WRITES[name]();
		setting.emulator.fault({ on: operation, times: 2, effect: refusal });
		const { results } = await setting.runNode(parameters, { inputs: inputs(), node: retry(3, { onError: 'continueRegularOutput' }) });
		expect(effects().every((count) => count <= 1)).toBe(true);
		expect(results).toHaveLength(3);
		expect(effects().filter((count) => count === 1)).toHaveLength(results.filter((item) => item.error === undefined).length);
	});
});

it.each(['the device', 'the credential'])(
	'says of what the try before may have sent that it was, where this one fails at %s before it comes to that',
	async (what) => {
		const { emulator, engine } = setting;
		emulator.addDevice({ computerDnsName: 'a', scripts: { [SCRIPT]: {} } });
		emulator.settings.visibleAfterMs = Infinity;
		emulator.fault({ on: 'run', effect: { kind: 'reset', phase: 'afterProcessing' } });
		const parameters = runScript('', { machineId: { __rl: true, mode: 'name', value: 'a' } });
		const stored = new Map(engine.credentials.stored);
		const running = setting.runNode(parameters, { node: retry(2, { onError: 'continueRegularOutput' }) });
		while (setting.requestsOf('run').length === 0) await sleep(1);
		if (what === 'the device') emulator.fault({ on: 'machine.list', times: Infinity, effect: status(400) });
		else engine.credentials.stored.clear();
		const { results } = await running;
		for (const [id, data] of stored) engine.credentials.stored.set(id, data);
		expect(results).toMatchObject([{ outcome: 'refused', started: null, details: { sent: 'maybe' } }]);
		expect(emulator.runs).toHaveLength(1);
	},
);

it('names what the tries before have sent for the item that ends the node', async () => {
	const { emulator } = setting;
	for (const computerDnsName of ['a', 'b']) emulator.addDevice({ computerDnsName, scripts: { [SCRIPT]: {} } });
	// Each item's device is looked up once in a try.
	emulator.fault({ on: 'run', skip: 1, effect: BUSY });
	emulator.fault({ on: 'machine.list', skip: 2, times: Infinity, effect: status(400) });
	const parameters = runScript('', { machineId: { __rl: true, mode: 'name', value: '={{ $json.name }}' } });
	const { error } = await setting.runNode(parameters, { items: [{ name: 'a' }, { name: 'b' }], node: retry(2) });
	expect(error?.message).toContain('Defender refused to read devices');
	expect(error).toMatchObject({ description: expect.stringContaining('This node has already sent: live response') });
	expect(emulator.runs).toHaveLength(1);
});

it('never answers a node with what another node of the same id has done', async () => {
	const { emulator } = setting;
	const [one, two] = NAMES.map(
		(name) =>
			emulator.addDevice({ computerDnsName: name, scripts: { 'one.ps1': { output: 'first' }, 'two.ps1': { output: 'second' } } }).id,
	);
	const command = (scriptName: string) => ({ commands: { command: [{ type: 'RunScript', scriptName }] } });
	const workflow = workflowWith(runScript(one, command('one.ps1')));
	workflow.nodes.push({ ...workflow.nodes[1], name: 'Copy', parameters: runScript(two, command('two.ps1')) });
	workflow.connections = {
		Start: { main: [[{ node: 'Defender', type: 'main', index: 0 }]] },
		Defender: { main: [[{ node: 'Copy', type: 'main', index: 0 }]] },
	};
	const ran = await setting.engine.run(workflow, { pinData: { Start: [{ json: {} }] } });
	expect(ran.error).toBeUndefined();
	expect(emulator.runs.map(({ machineId }) => machineId)).toEqual([one, two]);
	expect(ran.items('Copy')).toEqual([expect.objectContaining({ outcome: 'succeeded', script_output: 'second' })]);
});

it('keeps little of an outcome that is long', async () => {
	const device = setting.emulator.addDevice({ computerDnsName: 'a', scripts: { [SCRIPT]: {} } });
	const other = setting.emulator.addDevice({ computerDnsName: 'b', scripts: { [SCRIPT]: {} } });
	const entity = setting.emulator.addAction({ machineId: device.id, status: 'Pending', commands: [] });
	const second = setting.emulator.addAction({ machineId: other.id, status: 'Pending', commands: [] });
	const body = { id: entity.id, status: 'Cancelled', type: 'LiveResponse', long: 'x'.repeat(100_000) };
	setting.emulator.fault({ on: 'action.cancel', when: { machineActionId: entity.id }, effect: { kind: 'badBody', body } });
	setting.emulator.fault({ on: 'action.cancel', when: { machineActionId: second.id }, effect: status(409) });
	const parameters = { resource: 'machineAction', operation: 'cancel', comment: 'x', simplify: false };
	const { results } = await setting.runNode(parameters, { items: [{ id: entity.id }, { id: second.id }], node: retry(2) });
	expect(results).toEqual([
		{ id: entity.id, status: 'Cancelled', type: 'LiveResponse', long: null },
		expect.objectContaining({ id: second.id, status: 'Cancelled' }),
	]);
});
