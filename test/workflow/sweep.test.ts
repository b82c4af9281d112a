/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Settings } from 'luxon';
import type { IDataObject } from 'n8n-workflow';
import type { Ran, WorkflowJson } from '../../playground/engine/engine';
import type { Setting } from '../support/setting';
import { runScript } from '../support/actions';
import { startSetting, workflowWith } from '../support/setting';
import { otherCalls } from '../support/sweep/otherCalls';

let setting: Setting;

const MINUTE_MS = 60_000;
const TABLE = 'Defender sweep';

beforeAll(async () => {
	setting = await startSetting({ life: { pendingMs: 60_000, runMs: 60_000 }, limits: 'real' }, {}, 30);
	Settings.now = () => setting.clock.now();
});

afterAll(async () => {
	Settings.now = () => Date.now();
	await setting.close();
});

beforeEach(() => {
	setting.emulator.reset();
	setting.advance(10 * MINUTE_MS);
});

afterEach(() => setting.engine.dataTables.remove(TABLE));

function example(name: string): WorkflowJson {
	return JSON.parse(readFileSync(join(__dirname, '..', '..', 'examples', `${name}.json`), 'utf8')) as WorkflowJson;
}

function device(name: string, more: object = {}): string {
	return setting.emulator.addDevice({
		computerDnsName: `ws-${name}.contoso.example`,
		scripts: { 'check-baseline.ps1': { exitCode: 0, output: 'fine' } },
		...more,
	}).id;
}

const rows = () => setting.engine.dataTables.rows(TABLE);
const states = () => Object.fromEntries(rows().map((row) => [String(row.device).split('.')[0].slice(3), row.state]));
const runsOf = (machineId: string) => setting.emulator.runs.filter((run) => run.machineId === machineId);

async function list(more: IDataObject = {}): Promise<Ran> {
	const workflow = example('sweep-list');
	const sweep = workflow.nodes.find((node) => node.name === 'Sweep')!;
	sweep.parameters.jsonOutput = JSON.stringify({ sweep: 'one', script: 'check-baseline.ps1', args: '', hours: 1, ...more });
	return await setting.engine.run(workflow);
}

async function tick(): Promise<Ran> {
	return await setting.engine.run(example('sweep-tick'));
}

/** Ticks, each a minute after the one before. */
async function ticks(count: number): Promise<void> {
	for (let n = 0; n < count; n++) {
		const began = setting.clock.elapsed();
		expect((await tick()).error).toBeUndefined();
		setting.advance(Math.max(0, began + MINUTE_MS - setting.clock.elapsed()));
	}
}

it('lists each device once for each sweep', async () => {
	device('a');
	device('b');
	device('discovered', { onboardingStatus: 'CanBeOnboarded' });
	expect((await list()).error).toBeUndefined();
	await list();
	await list({ sweep: 'two' });
	expect(rows().map(({ sweep, device: name, state }) => [sweep, name, state])).toEqual([
		['one', 'ws-a.contoso.example', 'waiting'],
		['one', 'ws-b.contoso.example', 'waiting'],
		['two', 'ws-a.contoso.example', 'waiting'],
		['two', 'ws-b.contoso.example', 'waiting'],
	]);
});

it('brings each device to one end', async () => {
	const ids = [
		device('fine'),
		device('three', { scripts: { 'check-baseline.ps1': { exitCode: 3, errors: 'no firewall' } } }),
		device('gone', { refuse: { status: 404, code: 'ResourceNotFound', message: 'Gone' } }),
		device('off', { offline: true }),
	];
	await list();
	await ticks(2);
	expect(states()).toEqual({ fine: 'running', three: 'running', gone: 'failed', off: 'running' });
	await ticks(4);
	expect(states()).toEqual({ fine: 'done', three: 'failed', gone: 'failed', off: 'running' });
	setting.advance(60 * MINUTE_MS);
	await ticks(1);
	expect(rows()).toMatchObject([
		{ state: 'done', exitCode: 0, output: 'fine', tries: 1, reason: null },
		{ state: 'failed', exitCode: 3, reason: 'Exit code 3; no firewall', tries: 1 },
		{ state: 'failed', exitCode: null, reason: expect.stringMatching(/^\S.+/) as string, tries: 0 },
		{ state: 'notReached', exitCode: null, reason: 'The device did not start it in time', tries: 1 },
	]);
	expect(ids.map((id) => runsOf(id).length)).toEqual([1, 1, 0, 1]);
	await ticks(2);
	expect(setting.emulator.runs).toHaveLength(3);
});

it('asks no more than three times for lists in a tick, results and cancels aside', async () => {
	for (let n = 0; n < 36; n++) device(`${n}`, { offline: n % 2 === 0 });
	await list();
	const others = () =>
		setting.emulator.requests.filter(({ operation }) => !['run', 'token', 'link', 'blob', 'action.cancel'].includes(String(operation)))
			.length;
	for (let n = 0; n < 8; n++) {
		const before = others();
		await ticks(1);
		expect(others() - before).toBeLessThanOrEqual(3);
	}
	// A tick with some to send and some to check.
	expect(setting.emulator.runs).toHaveLength(36);
});

it('asks no more often for lists where the tenant has more live responses than a page holds, and sends to none again', async () => {
	setting.emulator.settings.pageSize = 60;
	const ids = Array.from({ length: 36 }, (_, n) => device(`${n}`, { offline: n % 6 === 0 }));
	for (let n = 0; n < 100; n++)
		setting.emulator.addAction({ machineId: ids[n % 36], createdAt: setting.clock.now() - (5 + n) * 60 * MINUTE_MS });
	await list();
	for (let n = 0; n < 10; n++) {
		const before = setting.emulator.requests.length;
		await ticks(1);
		expect(otherCalls(setting.emulator.requests.slice(before))).toBeLessThanOrEqual(3);
	}
	expect(ids.map((id) => runsOf(id).length)).toEqual(ids.map(() => 1));
});

it('goes on after n8n was killed between a request and its booking, and runs nothing twice', async () => {
	const ids = [device('a'), device('b'), device('off', { offline: true })];
	await list();
	const killed = example('sweep-tick');
	delete killed.connections.Run;
	await setting.engine.run(killed);
	expect(setting.emulator.runs).toHaveLength(3);
	await ticks(13);
	expect(states()).toEqual({ a: 'done', b: 'done', off: 'running' });
	expect(ids.map((id) => runsOf(id).length)).toEqual([1, 1, 1]);
});

it('gives up nothing that was sent where Defender cannot be asked at the deadline', async () => {
	const ids = [device('fine'), device('off', { offline: true })];
	await list();
	await ticks(1);
	setting.advance(50 * MINUTE_MS);
	const outage = setting.emulator.fault({
		on: 'action.list',
		times: Infinity,
		effect: { kind: 'status', status: 403, body: { error: { code: 'Forbidden', message: 'no' } } },
	});
	await ticks(1);
	expect(states()).toEqual({ fine: 'running', off: 'running' });
	setting.advance(10 * MINUTE_MS);
	await ticks(1);
	expect(states()).toEqual({ fine: 'running', off: 'running' });
	outage.remove();
	setting.advance(5 * MINUTE_MS);
	await ticks(1);
	expect(states()).toEqual({ fine: 'done', off: 'notReached' });
	expect(setting.requestsOf('action.cancel')).toHaveLength(1);
	expect(ids.map((id) => runsOf(id).length)).toEqual([1, 1]);
});

it('looks after the deadline as well for a run whose answer was lost', async () => {
	const id = device('lost');
	await list({ hours: 0.1 });
	setting.emulator.settings.visibleAfterMs = MINUTE_MS;
	setting.emulator.fault({ on: 'run', effect: { kind: 'reset', phase: 'afterProcessing' } });
	await ticks(1);
	expect(states()).toEqual({ lost: 'sending' });
	setting.advance(10 * MINUTE_MS);
	await ticks(1);
	expect(states()).toEqual({ lost: 'done' });
	expect(runsOf(id)).toHaveLength(1);
});

it('sends nothing after the deadline that was claimed before it, or takes it back', async () => {
	const id = device('off', { offline: true });
	await list();
	const killed = example('sweep-tick');
	delete killed.connections.Claim;
	await setting.engine.run(killed);
	setting.advance(61 * MINUTE_MS);
	await ticks(2);
	expect(states()).toEqual({ off: 'notReached' });
	expect(setting.requestsOf('action.cancel')).toHaveLength(runsOf(id).length);
});

it('lets ticks overlap', async () => {
	const ids = Array.from({ length: 12 }, (_, n) => device(`${n}`));
	await list();
	await Promise.all([tick(), tick(), tick()]);
	await ticks(8);
	expect(new Set(Object.values(states()))).toEqual(new Set(['done']));
	expect(ids.map((id) => runsOf(id).length)).toEqual(ids.map(() => 1));
});

describe('with two sessions', () => {
	const run = async (count: number) => {
		const workflow = example('sweep-tick');
		(workflow.nodes.find(({ name }) => name === 'Run')!.parameters.options as IDataObject).maxSessions = 2;
		for (let n = 0; n < count; n++) {
			const began = setting.clock.elapsed();
			expect((await setting.engine.run(workflow)).error).toBeUndefined();
			setting.advance(Math.max(0, began + MINUTE_MS - setting.clock.elapsed()));
		}
	};

	it('makes room for devices that wait, and comes back to those that were off behind them', async () => {
		const off = [device('off-1', { offline: true }), device('off-2', { offline: true })];
		device('on');
		await list();
		await run(5);
		expect(states()).toEqual({ 'off-1': 'running', 'off-2': 'running', on: 'waiting' });
		await run(11);
		expect(states().on).toBe('done');
		off.forEach((id) => setting.emulator.setOffline(id, false));
		await run(30);
		expect(states()).toEqual({ 'off-1': 'done', 'off-2': 'done', on: 'done' });
		// One place was needed, so one of them kept its own.
		expect(off.map((id) => runsOf(id).length)).toEqual([2, 1]);
	});

	it('makes room also where another workflow has most of the places', async () => {
		device('off', { offline: true });
		device('on');
		await list();
		const other = workflowWith({
			...runScript(device('other', { offline: true }), { waitForCompletion: false }),
			commands: { command: [{ type: 'RunScript', scriptName: 'check-baseline.ps1', args: '' }] },
		});
		expect((await setting.engine.run(other)).error).toBeUndefined();
		await run(14);
		expect(states()).toEqual({ off: 'waiting', on: 'done' });
	});

	it('gives the place of a device that is off to another one while a script runs for long', async () => {
		device('long', { scripts: { 'check-baseline.ps1': { durationMs: 9 * MINUTE_MS } } });
		device('off', { offline: true });
		device('next');
		await list();
		await run(8);
		expect(states()).toEqual({ long: 'running', off: 'waiting', next: expect.stringMatching('running|done') as string });
	});
});

it('books nothing for a row that another execution has reserved meanwhile', async () => {
	const id = device('a');
	await list();
	let goOn = (): void => undefined;
	const paused = new Promise<void>((resolve) => (goOn = resolve));
	let isPaused = false;
	// A worker that stands still between the answer to a run and its booking.
	const { dataTables } = setting.engine;
	const open = dataTables.getDataTableProxy.bind(dataTables);
	const opened = jest.spyOn(dataTables, 'getDataTableProxy').mockImplementation(async (...of) => {
		const table = await open(...of);
		const updateRows: typeof table.updateRows = async (update) => {
			if (update.data.state === 'running' && !isPaused) {
				isPaused = true;
				await paused;
			}
			return await table.updateRows(update);
		};
		return { ...table, updateRows };
	});
	const first = tick();
	while (!isPaused) await setting.clock.sleep(100);
	opened.mockRestore();
	setting.advance(11 * MINUTE_MS);
	await ticks(6);
	expect(states()).toEqual({ a: 'done' });
	goOn();
	expect((await first).error).toBeUndefined();
	expect(states()).toEqual({ a: 'done' });
	expect(runsOf(id)).toHaveLength(1);
});

it('reports counts that add up, what is not done and why, and all devices', async () => {
	device('done');
	device('bad', { scripts: { 'check-baseline.ps1': { exitCode: 3, errors: '<b>=1+1' } } });
	device('off', { offline: true });
	await list();
	await ticks(6);
	device('new');
	await list();
	const report = example('sweep-report');
	report.nodes.find(({ name }) => name === 'Sweep')!.parameters.jsonOutput = '{ "sweep": "one" }';
	// n8n's engine writes no spreadsheets here; a real n8n does.
	report.nodes = report.nodes.filter(({ name }) => !name.endsWith('File'));
	delete report.connections['Not Done'];
	delete report.connections['All Devices'];
	const ran = await setting.engine.run(report);
	expect(ran.error).toBeUndefined();
	expect(ran.items('Counts')).toEqual([{ sweep: 'one', devices: 4, done: 1, failed: 1, notReached: 0, running: 1, waiting: 1 }]);
	const [{ html }] = ran.items('Not Done');
	expect(html).toContain('<td>ws-bad.contoso.example</td><td>failed</td><td>Exit code 3; &#60;b&#62;=1+1</td><td>1</td><td>3</td>');
	expect(html).toContain('<td>ws-new.contoso.example</td><td>waiting</td><td>Not tried yet</td>');
	expect(html).not.toContain('ws-done');
	expect(ran.items('All Devices')).toHaveLength(4);
});

it('keeps two sweeps apart', async () => {
	const id = device('a');
	await list();
	await list({ sweep: 'two' });
	await ticks(20);
	expect(rows().map(({ sweep, state }) => [sweep, state])).toEqual([
		['one', 'done'],
		['two', 'done'],
	]);
	expect(runsOf(id)).toHaveLength(2);
});
