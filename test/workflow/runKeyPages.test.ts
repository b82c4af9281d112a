import { randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

/** In place of the service's 10,000. */
const PAGE = 5;

const KEY = 'patch-2026-11';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const scripts = { [SCRIPT]: { output: 'ran\n' } };

/** The service's clock, which n8n's may differ from. */
const service = { now: () => Date.now() };

let setting: Setting;
let ids: string[];

// With an app of its own: a process remembers what it has listed.
beforeEach(async () => {
	const clientId = randomUUID();
	service.now = () => Date.now();
	setting = await startSetting({ settings: { pageSize: PAGE }, clock: service }, { clientId });
	service.now = () => setting.clock.elapsed();
	setting.emulator.apps.addApp({ clientId, secrets: [{ value: setting.emulator.app.clientSecret }] });
	ids = Array.from({ length: 12 }, (_, n) => setting.emulator.addDevice({ computerDnsName: `ws-${n}`, scripts }).id);
});

afterEach(async () => await setting.close());

/** A run of an execution that this process knows nothing of. */
const earlier = (machineId: string, hours: number, more: object = {}) =>
	setting.emulator.addAction({
		machineId,
		createdAt: setting.emulator.now() - hours * HOUR_MS,
		requestorComment: `[run key: ${KEY}] an execution before`,
		commands: [{ type: 'RunScript', name: SCRIPT, script: { output: 'earlier\n' } }],
		...more,
	});

/** Runs the script on all devices without waiting, and gives the items and the number of lists that were read. */
async function run(): Promise<{ results: IDataObject[]; lists: number }> {
	setting.emulator.requests.length = 0;
	const parameters = runScript('={{ $json.id }}', { maxWaitMinutes: 0, options: { runKey: KEY } });
	const { results } = await setting.runNode(parameters, { items: ids.map((id) => ({ id })) });
	return { results, lists: setting.requestsOf('action.list').length };
}

const outcomes = ({ results }: { results: IDataObject[] }) => results.map(({ outcome }) => outcome);

it('a run with a key finds what ran before at the edges of all pages, also when something is started between two', async () => {
	ids.forEach((id, n) => earlier(id, 5 + n));
	const startOne = () => setting.emulator.addAction({ machineId: ids[0], status: 'Pending', requestorComment: 'another user' });
	const effect = { kind: 'rewritten' as const, by: <Answer>(answer: Answer) => (startOne(), answer) };
	setting.emulator.fault({ on: 'action.list', times: 2, effect });
	const first = await run();
	expect(first.lists).toBe(3);
	expect(first.results.map(({ outcome, script_output: output }) => [outcome, output])).toEqual(ids.map(() => ['succeeded', 'earlier\n']));
	expect(setting.emulator.runs).toHaveLength(0);
});

it('a run with a key reads pages once: the next executions read what may have changed', async () => {
	const commands = [{ type: 'RunScript', name: SCRIPT, status: 'Completed', script: { output: 'earlier\n' } }];
	const running = earlier(ids[0], 5, { status: 'InProgress', endedAt: setting.emulator.now() + HOUR_MS, commands });
	running.commands[0].endAt = running.endAt;
	ids.slice(1).forEach((id, n) => earlier(id, 6 + n));
	const done = ids.slice(1).map(() => 'succeeded');
	const first = await run();
	expect([first.lists, outcomes(first)]).toEqual([3, ['pending', ...done]]);
	const second = await run();
	expect([second.lists, outcomes(second)]).toEqual([1, ['pending', ...done]]);
	running.endAt = running.commands[0].endAt = setting.emulator.now();
	const third = await run();
	expect([third.lists, outcomes(third)]).toEqual([1, ['succeeded', ...done]]);
	expect(setting.emulator.runs).toHaveLength(0);
});

it('a run with a key sees, hours later, what others have started meanwhile', async () => {
	await run();
	expect(setting.emulator.runs).toHaveLength(12);
	const added = setting.emulator.addDevice({ computerDnsName: 'ws-new', scripts }).id;
	setting.advance(10 * HOUR_MS);
	earlier(added, 9);
	ids.push(added);
	expect(outcomes(await run())).toEqual(ids.map(() => 'succeeded'));
	expect(setting.emulator.runs).toHaveLength(12);
});

it('a run with a key is sent again where a cancelled one turns out not to have started, and not where it turns out to have', async () => {
	const commands = [{ type: 'RunScript', name: SCRIPT, status: 'Completed', script: { output: 'earlier\n' } }];
	const cancelled = ids.slice(0, 2).map((id) => earlier(id, 1, { status: 'Cancelled', commands }));
	// The service hears late that the first one was started, and of the second one never.
	cancelled.forEach(({ commands: [command] }, n) => {
		command.startAt = command.endAt = n === 0 ? setting.emulator.now() + 10 * MINUTE_MS : Infinity;
	});
	ids = ids.slice(2, 3);
	await run();
	setting.advance(20 * MINUTE_MS);
	ids = cancelled.map(({ machineId }) => machineId);
	await run();
	expect(setting.emulator.runs.map(({ machineId }) => machineId).filter((id) => ids.includes(id))).toEqual([ids[1]]);
});

it("a run with a key is not sent again the next day where n8n's clock is ahead of the service's", async () => {
	setting.clock.set(20 * MINUTE_MS);
	await run();
	expect(setting.emulator.runs).toHaveLength(12);
	setting.advance(24 * HOUR_MS);
	expect(outcomes(await run())).toEqual(ids.map(() => 'succeeded'));
	expect(setting.emulator.runs).toHaveLength(12);
});

it('counts what was sent in the minute before n8n was started again', async () => {
	const SECOND = 1 / 3600;
	for (let n = 0; n < 10; n++) earlier(ids[n], (40 - n) * SECOND, { requestorComment: '[run key: another] before' });
	const began = setting.emulator.now();
	await run();
	const [first, second] = setting.requestsOf('run').map(({ at }) => at - began);
	expect(first).toBeGreaterThan(19_000);
	expect(second).toBeGreaterThan(20_000);
});
