import type { IDataObject } from 'n8n-workflow';
import type { Effect, WholeAnswer } from '../../playground/emulator/effects';
import { runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;
let machineId: string;

/** Names the execution, as the default comment does. */
const NAMED = '=case 4711, execution {{ $execution.id }}';
const WAIT = { whenDeviceBusy: 'wait' };
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };
const CONTINUE = { onError: 'continueRegularOutput' } as const;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	machineId = setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: { output: 'mine\n' } } }).id;
});

afterAll(async () => await setting.close());

const HOUR = 3_600_000;

/** An action as the service shows it. */
interface Shown {
	id: string;
	type: string;
	machineId: string;
	requestorComment: string;
	creationDateTimeUtc: string;
	commands: Array<{ command: { params: Array<{ key: string; value: string }> } }>;
}

const withArgs = (args: string) => ({ commands: { command: [{ type: 'RunScript', scriptName: SCRIPT, args }] } });

/** An answer whose JSON is changed, be it one action or a list of them. */
function rewritten(change: (action: Shown) => void): Effect {
	return {
		kind: 'rewritten',
		by: (answer: WholeAnswer) => {
			const json = JSON.parse(answer.body.toString()) as Shown & { value?: Shown[] };
			for (const action of json.value ?? [json]) if (action.id) change(action);
			return { ...answer, body: Buffer.from(JSON.stringify(json)) };
		},
	};
}

const changeEverywhere = (change: Parameters<typeof rewritten>[0]) =>
	setting.emulator.fault({ on: ['run', 'action.list', 'action.get'], times: Infinity, effect: rewritten(change) });

describe('a run that is answered with an earlier action', () => {
	const theirs: Array<[string, IDataObject]> = [
		['of another comment and script', { requestorComment: 'other', commands: [{ type: 'RunScript', name: 'other.ps1' }] }],
		['of other arguments alone', { requestorComment: 'case 4711', commands: [{ type: 'RunScript', name: SCRIPT, args: '-Delete' }] }],
		['of another comment alone', { requestorComment: 'case 12', commands: [{ type: 'RunScript', name: SCRIPT }] }],
		[
			'of a command more',
			{
				requestorComment: 'case 4711',
				commands: [
					{ type: 'RunScript', name: SCRIPT },
					{ type: 'GetFile', name: 'C:\\x' },
				],
			},
		],
		['of another kind of command', { requestorComment: 'case 4711', commands: [{ type: 'GetFile', name: SCRIPT }] }],
	];
	it.each(theirs)('%s is refused, and names it', async (_, action) => {
		const { emulator } = setting;
		emulator.settings.answersWithEarlierMs = HOUR;
		const { id } = emulator.addAction({ machineId, createdAt: emulator.now() - 40, endedAt: emulator.now() + HOUR, ...action });
		const { results, error } = await setting.runNode(runScript(machineId));
		expect(results).toEqual([]);
		expect(error).toMatchObject({
			message: 'The device is busy with another live response',
			description: expect.stringContaining(id),
		});
		expect(emulator.runs).toHaveLength(0);
	});

	it('is not sent again while no list can be read', async () => {
		const { emulator } = setting;
		emulator.settings.answersWithEarlierMs = 30_000;
		emulator.addAction({ machineId, createdAt: emulator.now() - 40, endedAt: emulator.now() + 10_000, ...theirs[0][1] });
		emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'status', status: 403, body: { error: { code: 'Forbidden' } } } });
		const { results } = await setting.runNode(runScript(machineId, WAIT), { node: CONTINUE });
		expect(results).toMatchObject([{ outcome: 'refused', error: expect.stringContaining('was lost'), details: { sent: 'maybe' } }]);
		expect(setting.requestsOf('run')).toHaveLength(1);
	});

	it('of another device is refused', async () => {
		const { emulator } = setting;
		Object.assign(emulator.settings, { answersWithEarlierMs: HOUR, earlierOf: 'tenant' });
		const other = emulator.addDevice({ computerDnsName: 'ws-02.contoso.example' }).id;
		emulator.addAction({
			machineId: other,
			createdAt: emulator.now() - 40,
			requestorComment: 'case 4711',
			commands: [{ type: 'RunScript', name: SCRIPT }],
		});
		const { error } = await setting.runNode(runScript(machineId));
		expect(error).toMatchObject({ description: expect.stringContaining(`its device is ${other}`) });
	});

	it.each([
		['a 429', { kind: 'rateLimit', retryAfter: 60 } as const],
		['a 401', { kind: 'status', status: 401, body: { error: { code: 'Unauthorized', message: 'expired' } } } as const],
	])('is refused after the wait for %s too', async (_, effect) => {
		const { emulator } = setting;
		emulator.settings.answersWithEarlierMs = HOUR;
		emulator.addAction({
			machineId,
			createdAt: emulator.now() + 1_000,
			endedAt: emulator.now() + HOUR,
			requestorComment: 'other',
			commands: [{ type: 'RunScript', name: 'other.ps1' }],
		});
		emulator.fault({ on: 'run', effect });
		const { error } = await setting.runNode(runScript(machineId));
		expect(error?.message).toBe('The device is busy with another live response');
	});

	it.each([
		['fails', {}, ['succeeded', 'refused'], 1, HOUR],
		['waits, and is sent', WAIT, ['succeeded', 'succeeded'], 2, 30_000],
	])('of the item before it, which has other arguments, %s', async (_, more, outcomes, runs, earlierMs) => {
		const { emulator } = setting;
		emulator.settings.answersWithEarlierMs = earlierMs;
		const { results } = await setting.runNode(runScript(machineId, { ...withArgs('={{ $json.args }}'), ...more }), {
			items: [{ args: '-Delete A' }, { args: '-Delete B' }],
			node: CONTINUE,
		});
		expect(results.map(({ outcome }) => outcome)).toEqual(outcomes);
		expect(emulator.runs).toHaveLength(runs);
		expect(new Set(results.map(({ machineActionId }) => machineActionId ?? '')).size).toBe(2);
	});
});

it.each<[string, (action: Shown) => void, string]>([
	['another script', (action) => (action.commands[0].command.params[0].value = 'other.ps1'), 'its command 1 is about "other.ps1"'],
	['another device', (action) => (action.machineId = 'b'.repeat(40)), `its device is ${'b'.repeat(40)}`],
	['other arguments', (action) => action.commands[0].command.params.push({ key: 'Args', value: '-All' }), 'has other arguments'],
	['another comment', (action) => (action.requestorComment = 'case 12'), 'its comment is "case 12"'],
	['another type', (action) => (action.type = 'Isolate'), 'its type is Isolate'],
])('a list that shows %s under the id while a run waits is not its result', async (_, change, difference) => {
	setting.emulator.fault({ on: ['action.list', 'action.get'], times: Infinity, effect: rewritten(change) });
	const { results, error } = await setting.runNode(runScript(machineId), { node: RETRY });
	expect(error).toBeUndefined();
	expect(results).toEqual([
		expect.objectContaining({ outcome: 'unreadable', exit_code: null, errors: [expect.stringContaining(difference)] }),
	]);
	expect(setting.requestsOf('run')).toHaveLength(1);
});

describe('a service whose clock is behind and that rewrites texts', () => {
	const late = (action: Shown) =>
		(action.creationDateTimeUtc = new Date(Date.parse(String(action.creationDateTimeUtc)) - 20_000).toISOString());
	it.each<[string, (action: Shown) => void]>([
		['trims the comment', (action) => (action.requestorComment = action.requestorComment.trim())],
		['changes the case of the script', (action) => (action.commands[0].command.params[0].value = SCRIPT.toUpperCase())],
		['writes the keys of parameters in other case', (action) => (action.commands[0].command.params[0].key = 'scriptName')],
		['changes the case of the device', (action) => (action.machineId = action.machineId.toUpperCase())],
	])('and %s: the script runs once, and its result is the item', async (_, change) => {
		changeEverywhere((action) => {
			late(action);
			change(action);
		});
		const { results, error } = await setting.runNode(
			runScript(machineId, { ...WAIT, comment: '={{ " case 4711\\n" }}', maxWaitMinutes: 5 }),
		);
		expect(error).toBeUndefined();
		expect(results).toEqual([expect.objectContaining({ outcome: 'succeeded', script_output: 'mine\n' })]);
		expect(setting.requestsOf('run')).toHaveLength(1);
	});

	it.each<[string, (action: Shown) => void]>([
		['cuts the comment off', (action) => (action.requestorComment = action.requestorComment.slice(0, 60))],
		['escapes the comment', (action) => (action.requestorComment = action.requestorComment.replaceAll("'", '&#39;'))],
		['empties the comment', (action) => (action.requestorComment = '')],
	])('and %s: no one can say whose it is, and nothing is sent again', async (_, change) => {
		changeEverywhere((action) => {
			late(action);
			change(action);
		});
		const comment = `it's ${'a long reason for a script '.repeat(5)}`;
		const { error } = await setting.runNode(runScript(machineId, { ...WAIT, comment }), { node: RETRY });
		expect(error?.message).toMatch(/^The answer to the run request was lost/);
		expect(setting.requestsOf('run')).toHaveLength(1);
	});
});

it('an action that shows in lists only after 150 s is watched until Max Wait', async () => {
	setting.emulator.settings.visibleAfterMs = 150_000;
	const { results } = await setting.runNode(runScript(machineId));
	expect(results).toEqual([expect.objectContaining({ outcome: 'succeeded', script_output: 'mine\n' })]);
	expect(setting.requestsOf('run')).toHaveLength(1);
});

it('an action that never shows is pending, with its id', async () => {
	setting.emulator.settings.visibleAfterMs = Infinity;
	const { results } = await setting.runNode(runScript(machineId, { maxWaitMinutes: 5 }));
	expect(results).toEqual([
		expect.objectContaining({
			outcome: 'pending',
			machineActionId: setting.emulator.runs[0].machineActionId,
			errors: [expect.stringContaining('Defender does not show the machine action yet')],
		}),
	]);
});

it.each([NAMED, 'case 4711'])('while the answer of one device is lost, the others are sent (%s)', async (comment) => {
	const { emulator } = setting;
	const other = emulator.addDevice({ computerDnsName: 'ws-02.contoso.example', scripts: { [SCRIPT]: {} } }).id;
	emulator.fault({ on: 'run', when: { machineId }, effect: { kind: 'status', status: 504 } });
	const start = emulator.now();
	const { results } = await setting.runNode(runScript('={{ $json.device }}', { comment }), {
		items: [{ device: machineId }, { device: other }],
		node: CONTINUE,
	});
	expect(results.map(({ outcome }) => outcome)).toEqual(['refused', 'succeeded']);
	expect(emulator.runs.map((run) => run.machineId)).toEqual([other]);
	expect(emulator.runs[0].at - start).toBeLessThan(120_000);
});
