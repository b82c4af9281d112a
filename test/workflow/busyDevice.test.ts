import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';
import { runScript, SCRIPT } from '../support/actions';

let setting: Setting;
let machineId: string;

beforeAll(async () => {
	setting = await startSetting({}, {}, 60);
});

beforeEach(() => {
	setting.emulator.reset();
	machineId = setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: { exitCode: 3 } } }).id;
});

afterAll(async () => await setting.close());

/** Another user's live response on the device, which ends after this many seconds. */
function other(seconds: number): string {
	const { emulator } = setting;
	const { id } = emulator.addAction({
		machineId,
		createdAt: emulator.now(),
		endedAt: emulator.now() + seconds * 1000,
		requestor: 'analyst@contoso.example',
		requestorComment: 'case 12',
		commands: [{ type: 'RunScript', name: 'triage.ps1' }],
	});
	return id;
}

const WAIT = { whenDeviceBusy: 'wait' };

it.each([
	['is that of an earlier node, which another process sent', 10, 'refused'],
	['is this very run, which something in between has sent twice', 0, 'scriptFailed'],
])('what keeps it busy %s', async (_, minutesAgo, outcome) => {
	const comment = (execution: unknown) => `case 4711, execution ${String(execution)}`;
	const run = async (more: object = {}) =>
		await setting.runNode(runScript(machineId, { comment: `=${comment('{{ $execution.id }}')}`, ...more }), {
			node: { onError: 'continueRegularOutput' },
		});
	const [dry] = (await run({ options: { dryRun: true } })).results;
	const execution = Number(/\d+$/.exec((dry.body as { Comment: string }).Comment)![0]) + 1;
	const { emulator } = setting;
	emulator.addAction({
		machineId,
		createdAt: emulator.now() - minutesAgo * 60_000,
		endedAt: emulator.now() + 120_000,
		requestorComment: comment(execution),
		commands: [{ type: 'RunScript', name: SCRIPT, script: { exitCode: 3 } }],
	});
	const { results } = await run();
	expect(results).toMatchObject([{ outcome }]);
	expect(emulator.runs).toHaveLength(0);
});

describe('when the device is busy', () => {
	it.each([
		['named in the refusal', true],
		['looked up', false],
	])('fails, and says what it is busy with: %s', async (_, nameActiveAction) => {
		const id = other(600);
		setting.emulator.settings.nameActiveAction = nameActiveAction;
		const { error } = await setting.runNode(runScript(machineId));
		expect(error).toMatchObject({ name: 'NodeApiError', message: 'The device is busy with another live response', httpCode: '400' });
		const { description } = error as unknown as { description: string };
		for (const part of [id, 'triage.ps1', 'analyst@contoso.example', 'case 12', 'ActiveRequestAlreadyExists', 'cancel it']) {
			expect(description).toContain(part);
		}
		expect(setting.requestsOf('run')).toHaveLength(1);
	});

	it('waits until it is free if asked to, without wasting runs', async () => {
		other(90);
		const { results, error } = await setting.runNode(runScript(machineId, WAIT));
		expect(error).toBeUndefined();
		expect(results).toEqual([expect.objectContaining({ outcome: 'scriptFailed', exit_code: 3 })]);
		expect(setting.emulator.runs).toHaveLength(1);
		expect(setting.requestsOf('run')).toHaveLength(2);
	});

	it('waits although the node does not wait for the result', async () => {
		other(30);
		const { results } = await setting.runNode(runScript(machineId, { ...WAIT, waitForCompletion: false }));
		expect(results).toEqual([expect.objectContaining({ type: 'LiveResponse', requestorComment: 'case 4711' })]);
	});

	it('waits for what shows nowhere, such as a session in the portal', async () => {
		const body = { error: { code: 'ActiveRequestAlreadyExists', message: 'Action is already in progress', target: 'x' } };
		setting.emulator.fault({ on: 'run', times: 2, effect: { kind: 'status', status: 400, body } });
		const { results } = await setting.runNode(runScript(machineId, WAIT));
		expect(results).toEqual([expect.objectContaining({ outcome: 'scriptFailed' })]);
		const [first, second, third] = setting.requestsOf('run').map(({ at }) => at);
		expect([second - first >= 30_000, third - second >= 30_000]).toEqual([true, true]);
	});

	it('waits no longer than Max Wait, and then names what it is busy with', async () => {
		const id = other(3_600);
		const { error } = await setting.runNode(runScript(machineId, { ...WAIT, maxWaitMinutes: 1 }));
		expect(error).toMatchObject({
			message: 'The device is busy with another live response',
			description: expect.stringContaining(id),
		});
		expect(setting.emulator.runs).toHaveLength(0);
	});

	it('does not hold up other devices', async () => {
		other(300);
		const free = setting.emulator.addDevice({ computerDnsName: 'ws-02.contoso.example' }).id;
		const { results } = await setting.runNode(runScript('={{ $json.device }}', WAIT), { items: [{ device: machineId }, { device: free }] });
		expect(results.map((item) => item.machineId)).toEqual([machineId, free]);
		const [busyRun, freeRun] = [machineId, free].map((id) => setting.emulator.runs.find((run) => run.machineId === id)!.at);
		expect(busyRun - freeRun).toBeGreaterThan(60_000);
	});

	it('counts Max Wait from the moment that it finds a device busy', async () => {
		setting.emulator.limits.setLimits({ runPerMinute: 10 });
		const devices = Array.from(
			{ length: 25 },
			(_, place) => setting.emulator.addDevice({ computerDnsName: `ws-${place}.contoso.example` }).id,
		);
		// Its turn comes after two minutes, which is as long as the node waits.
		setting.emulator.addAction({
			machineId: devices[24],
			createdAt: setting.emulator.now(),
			endedAt: setting.emulator.now() + 180_000,
			commands: [{ type: 'RunScript', name: 'triage.ps1' }],
		});
		const { results } = await setting.runNode(runScript('={{ $json.device }}', { ...WAIT, maxWaitMinutes: 2 }), {
			items: devices.map((device) => ({ device })),
			node: { onError: 'continueRegularOutput' },
		});
		expect(results[24]).toMatchObject({ outcome: 'succeeded' });
	});

	it('sends several items for one device one after the other, each with one call', async () => {
		const { results } = await setting.runNode(runScript(machineId, { ...WAIT, comment: '={{ $json.n }}' }), {
			items: [{ n: 'a' }, { n: 'b' }, { n: 'c' }, { n: 'd' }],
		});
		expect(results.map(({ outcome }) => outcome)).toEqual(Array(4).fill('scriptFailed'));
		expect(setting.emulator.runs.map(({ comment }) => comment)).toEqual(['a', 'b', 'c', 'd']);
		expect(setting.requestsOf('run')).toHaveLength(4);
	});

	it('refuses a choice that there is not', async () => {
		const { error } = await setting.runNode(runScript(machineId, { whenDeviceBusy: '={{ "queue" }}' }));
		expect(error?.message).toBe("'When Device Is Busy' is none of its choices [item 0]");
		expect(setting.emulator.requests).toHaveLength(0);
	});
});
