import { DataDeduplicationService } from 'n8n-core';
import type { IDataObject, INode } from 'n8n-workflow';
import { systemClock } from '../../nodes/DefenderLiveResponse/service/clock';
import { runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

/** The node as a worker has it that was started again: without a memory of what the others did. */
function anotherWorker() {
	let loaded: { node: typeof import('../../nodes/DefenderLiveResponse/DefenderLiveResponse.node'); clock: typeof systemClock } | undefined;
	jest.isolateModules(() => {
		/* eslint-disable @typescript-eslint/no-require-imports -- what is loaded so is loaded again */
		loaded = {
			node: require('../../nodes/DefenderLiveResponse/DefenderLiveResponse.node'),
			clock: require('../../nodes/DefenderLiveResponse/service/clock').systemClock,
		};
		/* eslint-enable @typescript-eslint/no-require-imports */
	});
	return loaded!;
}

const OTHER_TYPE = 'other-worker.defenderLiveResponse';

let setting: Setting;
let device: string;
let execution = 100;

beforeAll(async () => {
	const { node, clock } = anotherWorker();
	setting = await startSetting({}, {}, 200, { [OTHER_TYPE]: new node.DefenderLiveResponse() });
	Object.assign(clock, systemClock);
});

beforeEach(() => {
	setting.emulator.reset();
	execution++;
	device = setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: { output: 'ran' } } }).id;
});

afterAll(async () => await setting.close());

/** An execution as a worker runs it; the second one runs it again. */
async function runBy(worker: 'first' | 'second', more: IDataObject = {}, devices = [device], settings: Partial<INode> = {}) {
	const parameters = runScript('={{ $json.device }}', { comment: undefined, ...more });
	const node = { ...settings, ...(worker === 'second' && { type: OTHER_TYPE }) };
	return await setting.runNode(parameters, { items: devices.map((id) => ({ device: id })), node, executionId: String(execution) });
}

/** Lets n8n's database fail or forget at its next uses. */
function onUseOfDatabase(...effects: Array<(use: () => Promise<unknown>) => Promise<unknown>>): void {
	const service = DataDeduplicationService.getInstance();
	const use = service.checkProcessedAndRecord.bind(service);
	const spy = jest.spyOn(service, 'checkProcessedAndRecord');
	for (const effect of effects)
		spy.mockImplementationOnce(async (...all) => (await effect(async () => await use(...all))) as Awaited<ReturnType<typeof use>>);
}

const NOT_KNOWN = /^The answer to the run request was lost/;

describe('an execution that n8n runs again on another worker', () => {
	it('does not run the script again, and goes on with its action', async () => {
		const first = await runBy('first', { waitForCompletion: false });
		setting.advance(60_000);
		const second = await runBy('second');
		expect(setting.emulator.runs.length).toBe(1);
		expect(second.results).toEqual([expect.objectContaining({ outcome: 'succeeded', machineActionId: first.results[0].id })]);
	});
	it('isolates no device again, and gives the action that the first worker started', async () => {
		const parameters = { resource: 'machine', operation: 'isolate', machineId: device };
		const isolate = async (node: Partial<INode>) =>
			await setting.runNode(parameters, { items: [{}, {}], node, executionId: String(execution) });
		const first = await isolate({});
		const second = await isolate({ type: OTHER_TYPE });
		expect(second.error).toBeUndefined();
		expect(setting.emulator.responses).toHaveLength(1);
		expect(second.results.map(({ id }) => id)).toEqual(first.results.map(({ id }) => id));
	});
	it('sends what had not been sent yet', async () => {
		const other = setting.emulator.addDevice({ computerDnsName: 'ws-02.contoso.example', scripts: { [SCRIPT]: {} } }).id;
		await runBy('first');
		const { results } = await runBy('second', {}, [device, other]);
		expect(results.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
		expect(setting.emulator.runs.map(({ machineId }) => machineId)).toEqual([device, other]);
	});
	it('gives each of several items for one device an action of its own', async () => {
		const wait = { whenDeviceBusy: 'wait' };
		const first = await runBy('first', wait, [device, device]);
		const second = await runBy('second', wait, [device, device]);
		expect(setting.emulator.runs.length).toBe(2);
		const ids = (run: typeof first) => run.results.map(({ machineActionId }) => machineActionId).sort();
		expect(ids(second)).toEqual(ids(first));
		expect(new Set(ids(first)).size).toBe(2);
	});
	it('says so where there is not an action to be found', async () => {
		setting.emulator.fault({ on: 'run', effect: { kind: 'reset', phase: 'beforeHeaders' } });
		await runBy('first');
		const { error } = await runBy('second');
		expect(error).toMatchObject({
			message: expect.stringMatching(NOT_KNOWN),
			description: expect.stringContaining('the worker that ran it has stopped'),
		});
		expect(setting.emulator.runs.length).toBe(0);
	});
	it("does not take another execution's action for its own where the comment cannot tell, however often it is tried", async () => {
		const comment = 'case 4711';
		await runBy('first', { comment });
		const { error } = await runBy('second', { comment }, [device], { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 });
		expect(error?.message).toMatch(NOT_KNOWN);
		expect(setting.emulator.runs.length).toBe(1);
	});
	it('does not run the script again when another worker wrote to the database at the same moment', async () => {
		const entry = { new: [], processed: [] };
		// What the first worker entered is overwritten, or collides with the very first entry of the node.
		onUseOfDatabase(async () => entry);
		await runBy('first');
		await runBy('second');
		expect(setting.emulator.runs.length).toBe(1);
		execution++;
		onUseOfDatabase(async () => await Promise.reject(new Error('UNIQUE constraint failed')));
		await runBy('first');
		await runBy('second');
		expect(setting.emulator.runs.length).toBe(2);
	});
});

it('runs a script where the database accepts no entry, as of a workflow that was never saved', async () => {
	const refuse = async () => await Promise.reject(new Error('FOREIGN KEY constraint failed'));
	onUseOfDatabase(refuse, refuse);
	expect((await runBy('first')).results).toEqual([expect.objectContaining({ outcome: 'succeeded' })]);
});

it('sends a refused run again with the next try of the same worker', async () => {
	setting.emulator.fault({ on: 'run', effect: { kind: 'status', status: 403, body: { error: { code: 'Forbidden', message: 'no' } } } });
	const { results } = await runBy('first', {}, [device], { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 });
	expect(results).toEqual([expect.objectContaining({ outcome: 'succeeded' })]);
});

it('runs the script again in a new execution', async () => {
	await runBy('first');
	execution++;
	expect((await runBy('second')).results).toEqual([expect.objectContaining({ outcome: 'succeeded' })]);
	expect(setting.emulator.runs.length).toBe(2);
});
