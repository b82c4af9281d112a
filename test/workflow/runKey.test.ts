import type { IDataObject, INode } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import type { WholeAnswer } from '../../playground/emulator';
import { runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting, workflowWith } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	// What the tests before have sent is forgotten.
	setting.advance(11 * MINUTE_MS);
});

afterAll(async () => await setting.close());

const KEY = 'patch-2026-11';
const MINUTE_MS = 60_000;

const device = (more: object = {}) =>
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: { output: 'ran\n' } }, ...more });
const keyed = (machineId: string, more: IDataObject = {}) => runScript(machineId, { options: { runKey: KEY }, ...more });
const run = async (machineId: string, more: IDataObject = {}, options: object = {}) =>
	await setting.runNode(keyed(machineId, more), { node: { onError: 'continueRegularOutput' }, ...options });
const before = (machineId: string, minutes: number, more: object = {}) =>
	setting.emulator.addAction({
		machineId,
		createdAt: setting.emulator.now() - minutes * MINUTE_MS,
		requestorComment: `[run key: ${KEY}] an execution before`,
		commands: [{ type: 'RunScript', name: SCRIPT, script: { output: 'earlier\n' } }],
		...more,
	});

describe('a run with a key', () => {
	it('has it in its comment, first', async () => {
		const { id } = device();
		const { results } = await run(id);
		expect(results).toMatchObject([{ outcome: 'succeeded', script_output: 'ran\n' }]);
		expect(setting.emulator.runs).toMatchObject([{ comment: `[run key: ${KEY}] case 4711` }]);
	});

	it('runs once: a new execution gives the result of the one before, whatever its comment and arguments are', async () => {
		const { id } = device();
		const first = await run(id);
		setting.advance(10 * MINUTE_MS);
		const commands = { command: [{ type: 'RunScript', scriptName: SCRIPT, args: '-Again' }] };
		const second = await run(id, { comment: 'another execution', commands });
		expect(second.results).toMatchObject([{ outcome: 'succeeded', machineActionId: first.results[0].machineActionId }]);
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it('asks once for the list, however many devices there are', async () => {
		const ids = [1, 2, 3, 4].map((n) => device({ computerDnsName: `ws-0${n}.contoso.example` }).id);
		before(ids[1], 60);
		const items = ids.map((id) => ({ id }));
		const { results } = await setting.runNode(keyed('={{ $json.id }}'), { items });
		expect(results.map(({ script_output: output }) => output)).toEqual(['ran\n', 'earlier\n', 'ran\n', 'ran\n']);
		const lists = setting.emulator.requests.filter(({ url }) => decodeURIComponent(url).includes('creationDateTimeUtc gt'));
		expect(lists).toHaveLength(1);
	});

	it.each<[string, object, string]>([
		['has failed', { commands: [{ type: 'RunScript', name: SCRIPT, script: { exitCode: 3 } }] }, 'scriptFailed'],
		['is lost: it is unknown whether it started', { status: 'Failed' }, 'actionFailed'],
	])('is not sent again where the one before %s', async (_, action, outcome) => {
		const { id } = device();
		before(id, 60, action);
		expect((await run(id)).results).toMatchObject([{ outcome }]);
		expect(setting.emulator.runs).toHaveLength(0);
	});

	it.each(['Cancelled', 'TimeOut'] as const)('is sent again where the one before was %s before the device started it', async (status) => {
		const { id } = device();
		const commands = [{ type: 'RunScript', name: SCRIPT, status: 'Created' }];
		before(id, 60, { status, commands });
		expect((await run(id)).results).toMatchObject([{ outcome: 'succeeded', script_output: 'ran\n' }]);
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it('is waited for where the one before is unfinished', async () => {
		const { id } = device();
		const { results } = await run(id, { waitForCompletion: false });
		expect((await run(id)).results).toMatchObject([{ outcome: 'succeeded', machineActionId: results[0].id }]);
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it('is refused where the key was used for another script, which it names', async () => {
		const { id } = device();
		before(id, 60, { commands: [{ type: 'RunScript', name: 'other.ps1' }] });
		const { results } = await run(id);
		expect(results).toMatchObject([{ outcome: 'refused', details: { code: 'taken', sent: 'no' } }]);
		expect(results[0].error).toContain('other.ps1');
		expect((results[0].details as IDataObject).description).toContain(SCRIPT);
		expect(setting.emulator.runs).toHaveLength(0);
	});

	it.each<[string, object]>([
		['at the same time', {}],
		['where lists lag', { visibleAfterMs: 90_000 }],
	])('is refused where another item has the key for another script on the same device, %s', async (_, settings) => {
		Object.assign(setting.emulator.settings, settings);
		const { id } = device({ scripts: { [SCRIPT]: { output: 'ran\n' }, 'other.ps1': {} } });
		const commands = { command: [{ type: 'RunScript', scriptName: '={{ $json.script }}' }] };
		const items = [SCRIPT, 'other.ps1', SCRIPT.toUpperCase()].map((script) => ({ script }));
		const { results } = await run(id, { commands }, { items });
		expect(results).toMatchObject([
			{ outcome: 'succeeded', script_output: 'ran\n' },
			{ outcome: 'refused', details: { code: 'taken', sent: 'no' } },
			{ outcome: 'succeeded', machineActionId: results[0].machineActionId },
		]);
		expect(results[1].error).toContain(SCRIPT);
		expect((results[1].details as IDataObject).description).toContain('other.ps1');
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it.each([true, false])(
		'is refused where an execution before has sent another script with the key, and the answer did not show it (waiting: %s)',
		async (waitForCompletion) => {
			setting.emulator.settings.visibleAfterMs = 110_000;
			const withoutCommands = ({ headers, body, ...answer }: WholeAnswer): WholeAnswer => ({
				...answer,
				headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'Content-Length')),
				body: Buffer.from(JSON.stringify({ ...(JSON.parse(String(body)) as object), commands: null })),
			});
			setting.emulator.fault({ on: 'run', effect: { kind: 'rewritten', by: withoutCommands } });
			const { id } = device({ scripts: { [SCRIPT]: {}, 'other.ps1': {} } });
			await run(id, { waitForCompletion: false });
			const commands = { command: [{ type: 'RunScript', scriptName: 'other.ps1' }] };
			const { results } = await run(id, { commands, waitForCompletion });
			expect(results).toMatchObject([{ outcome: 'refused', details: { code: 'taken', sent: 'no' } }]);
			expect(setting.emulator.runs).toHaveLength(1);
		},
	);

	it.each([
		['another key that begins alike', `[run key: ${KEY}-2] case`],
		['another key that ends alike', `[run key: x-${KEY}] case`],
		['the key in other letters', `[run key: ${KEY.toUpperCase()}] case`],
		['the key without its mark', `run key: ${KEY}`],
	])('does not take %s for its own', async (_, requestorComment) => {
		const { id } = device();
		before(id, 60, { requestorComment });
		expect((await run(id)).results).toMatchObject([{ script_output: 'ran\n' }]);
	});

	it('knows its key in another form of the same letters', async () => {
		const { id } = device();
		before(id, 60, { requestorComment: '[run key: pru\u0308fung] case' });
		expect((await run(id, { options: { runKey: 'pr\u00fcfung' } })).results).toMatchObject([{ script_output: 'earlier\n' }]);
		expect(setting.emulator.runs).toHaveLength(0);
	});

	it('is sent once where two items have it in two forms, and lists lag', async () => {
		setting.emulator.settings.visibleAfterMs = 90_000;
		const { id } = device();
		const items = ['pr\u00fcfung', 'pru\u0308fung'].map((key) => ({ key }));
		const parameters = keyed(id, { options: { runKey: '={{ $json.key }}' }, whenDeviceBusy: 'wait' });
		const { results } = await setting.runNode(parameters, { items });
		expect(results[1].machineActionId).toBe(results[0].machineActionId);
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it('does not take a run of another device for its own', async () => {
		const other = device({ computerDnsName: 'ws-02.contoso.example' });
		before(other.id, 60);
		expect((await run(device().id)).results).toMatchObject([{ script_output: 'ran\n' }]);
	});

	it('looks a second time where the key was used minutes ago, since lists lag', async () => {
		setting.emulator.settings.visibleAfterMs = 90_000;
		const [listed, lagging] = [1, 2].map((n) => device({ computerDnsName: `ws-0${n}.contoso.example` }).id);
		before(listed, 2);
		const { id: machineActionId } = before(lagging, 1);
		const items = [{ id: lagging }];
		const { results } = await setting.runNode(keyed('={{ $json.id }}'), { items });
		expect(results).toMatchObject([{ machineActionId, script_output: 'earlier\n' }]);
		expect(setting.emulator.runs).toHaveLength(0);
	});

	it('is not sent where Max Wait leaves no time for the second look, and the item is there in time', async () => {
		const [used, fresh] = [1, 2].map((n) => device({ computerDnsName: `ws-0${n}.contoso.example` }).id);
		before(used, 1);
		const began = setting.clock.elapsed();
		const { results } = await run(fresh, { maxWaitMinutes: 1 });
		expect(results).toMatchObject([
			{ outcome: 'notSent', started: false, errors: [expect.stringMatching(/^Not sent: the run key was used/)] },
		]);
		expect(setting.clock.elapsed() - began).toBeLessThan(MINUTE_MS + 30_000);
		expect(setting.emulator.runs).toHaveLength(0);
	});

	it('gives each item its own Max Wait for the list that all need', async () => {
		const [hasty, patient] = [1, 2].map((n) => device({ computerDnsName: `ws-0${n}.contoso.example` }).id);
		setting.emulator.fault({ on: 'action.list', effect: { kind: 'rateLimit', seconds: 100 } });
		const items = [
			{ id: hasty, minutes: 0 },
			{ id: patient, minutes: 20 },
		];
		const { results } = await run('={{ $json.id }}', { maxWaitMinutes: '={{ $json.minutes }}' }, { items });
		expect(results).toMatchObject([{ outcome: 'refused', details: { code: 'rateLimit', sent: 'no' } }, { outcome: 'succeeded' }]);
	});

	it.each([
		['the run of an execution before, which may still wait for it', 'always', false, 0],
		['the run of an execution before that has not started', 'ifNotStarted', false, 1],
		['its own', 'always', true, 1],
	])('cancels after Max Wait %s: %s', async (_, cancelOnTimeout, isOwn, cancels) => {
		const { id } = device({ offline: true });
		if (!isOwn) before(id, 60, { status: 'Pending' });
		const { results } = await run(id, { maxWaitMinutes: 1, options: { runKey: KEY, cancelOnTimeout } });
		expect(results).toMatchObject([{ outcome: cancels ? 'cancelled' : 'pending' }]);
		expect(setting.requestsOf('action.cancel')).toHaveLength(cancels);
	});

	it('is sent once to each device by two executions side by side, whenever each has its turn', async () => {
		const ids = [1, 2, 3].map((n) => device({ computerDnsName: `ws-0${n}.contoso.example` }).id);
		const both = [1, 2].map(
			async () => await run('={{ $json.id }}', { options: { runKey: KEY, maxSessions: 2 } }, { items: ids.map((id) => ({ id })) }),
		);
		for (const { results } of await Promise.all(both)) expect(results.map(({ outcome }) => outcome)).toEqual(ids.map(() => 'succeeded'));
		expect(setting.emulator.runs.map(({ machineId }) => machineId).sort()).toEqual([...ids].sort());
	});

	it('is not sent where the key was used while it waited for a session', async () => {
		const { id } = device();
		setting.emulator.addAction({
			machineId: device({ computerDnsName: 'ws-02.contoso.example' }).id,
			requestor: setting.emulator.app.clientId,
			status: 'InProgress',
			endedAt: setting.emulator.now() + 4 * MINUTE_MS,
		});
		const running = run(id, { options: { runKey: KEY, maxSessions: 1 } });
		while (setting.requestsOf('action.list').length < 2) await sleep(5);
		before(id, 0);
		expect((await running).results).toMatchObject([{ outcome: 'succeeded', script_output: 'earlier\n' }]);
		expect(setting.emulator.runs).toHaveLength(0);
	});

	it('is not sent again for another item while it is unknown whether the first was sent, and lists lag', async () => {
		setting.emulator.settings.visibleAfterMs = 90_000;
		setting.emulator.fault({ on: 'run', effect: { kind: 'reset', phase: 'afterProcessing' } });
		const { id } = device();
		const items = [1, 20].map((minutes) => ({ id, minutes }));
		const { results } = await run('={{ $json.id }}', { maxWaitMinutes: '={{ $json.minutes }}' }, { items });
		expect(results).toMatchObject([
			{ outcome: 'refused', details: { code: 'answerLost', sent: 'maybe' } },
			{ outcome: 'succeeded', script_output: 'ran\n' },
		]);
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it('is not called unsent by an execution that has no time to see whether a lost one before it was sent', async () => {
		setting.emulator.settings.visibleAfterMs = 150_000;
		setting.emulator.fault({ on: 'run', effect: { kind: 'reset', phase: 'afterProcessing' } });
		const { id } = device();
		for (const maxWaitMinutes of [1, 0]) {
			const { results } = await run(id, { maxWaitMinutes });
			expect(results).toMatchObject([{ outcome: 'refused', started: null, details: { code: 'answerLost', sent: 'maybe' } }]);
		}
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it('is not called unsent while another execution has sent it and has no answer', async () => {
		setting.emulator.settings.visibleAfterMs = 100_000;
		setting.emulator.fault({ on: 'run', effect: { kind: 'reset', phase: 'afterProcessing' } });
		const { id } = device();
		const first = run(id);
		while (setting.requestsOf('run').length === 0) await sleep(1);
		const { results } = await run(id, { maxWaitMinutes: 0 });
		expect(results).toMatchObject([{ outcome: 'refused', started: null, details: { code: 'answerLost', sent: 'maybe' } }]);
		expect((await first).results).toMatchObject([{ outcome: 'succeeded' }]);
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it('is looked for, not called unsent, when n8n tries again after its answer was lost', async () => {
		setting.emulator.settings.visibleAfterMs = MINUTE_MS;
		setting.emulator.fault({ on: 'run', effect: { kind: 'reset', phase: 'afterProcessing' } });
		const [id, other] = [1, 2].map((n) => device({ computerDnsName: `ws-0${n}.contoso.example` }).id);
		const node = { onError: 'continueRegularOutput', retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		const running = run(id, { maxWaitMinutes: 1 }, { node });
		while (setting.requestsOf('run').length === 0) await sleep(1);
		// Another user uses the key meanwhile.
		before(other, 1);
		expect((await running).results).toMatchObject([{ outcome: 'succeeded', script_output: 'ran\n' }]);
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it('is sent once by executions that follow each other faster than lists show', async () => {
		setting.emulator.settings.visibleAfterMs = 90_000;
		const { id } = device();
		await run(id, { waitForCompletion: false });
		setting.advance(MINUTE_MS / 2);
		expect((await run(id)).results).toMatchObject([{ outcome: 'succeeded', script_output: 'ran\n' }]);
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it('is sent once by two nodes of an execution although lists lag', async () => {
		setting.emulator.settings.visibleAfterMs = 90_000;
		const { id } = device();
		const workflow = workflowWith(keyed(id, { waitForCompletion: false }));
		workflow.nodes.push({ ...workflow.nodes[1], id: 'second', name: 'Second', parameters: keyed(id) as INode['parameters'] });
		workflow.connections.Defender = { main: [[{ node: 'Second', type: 'main', index: 0 }]] };
		const ran = await setting.engine.run(workflow, { pinData: { Start: [{ json: {} }] } });
		expect(ran.outputs('Second')[0]).toMatchObject([{ json: { outcome: 'succeeded' } }]);
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it('is sent once where two items ask for one device', async () => {
		const { id, computerDnsName } = device();
		const items = [
			{ mode: 'id', value: id },
			{ mode: 'name', value: computerDnsName },
			{ mode: 'id', value: id },
		];
		const machineId = { __rl: true, mode: 'name', value: '={{ $json.value }}' };
		const { results } = await setting.runNode({ ...keyed(id), machineId }, { items: items.filter(({ mode }) => mode === 'name') });
		const again = await setting.runNode(keyed('={{ $json.value }}'), { items: items.filter(({ mode }) => mode === 'id') });
		const ids = new Set([...results, ...again.results].map(({ machineActionId }) => machineActionId));
		expect(ids.size).toBe(1);
		expect(setting.emulator.runs).toHaveLength(1);
	});

	it.each([
		['undefined', 'text'],
		['a [b]', 'valid key'],
		['two\nlines', 'valid key'],
		['x'.repeat(101), 'valid key'],
	])('refuses %j as a key: it is not a %s', async (runKey, what) => {
		const { error } = await setting.runNode(keyed(device().id, { options: { runKey } }));
		expect(error?.message).toContain(`'Run Key' is not a ${what}`);
		expect(setting.requestsOf('run')).toHaveLength(0);
	});
});
