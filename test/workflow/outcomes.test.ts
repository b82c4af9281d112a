import type { ActionInput } from '../../playground/emulator';
import { OUTCOME_ACTIONS, SCENES } from '../../playground/emulator/scenes';
import { SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
	SCENES.outcomes(setting.emulator);
});

afterAll(async () => await setting.close());

const getResult = { resource: 'liveResponse', operation: 'getResult' };

/** Every outcome of the contract, with the output that it is routed to. */
const OUTCOMES = [
	['succeeded', 0, 0, 0],
	['scriptFailed', 0, 1, 3],
	['commandFailed', 0, 1, 1],
	['actionFailed', 0, 1, null],
	['cancelled', 0, 1, null],
	['timedOut', 0, 1, null],
	['notExecuted', 1, 1, null],
	['noResult', 0, 1, null],
	['unreadable', 0, 1, null],
	['pending', 0, 2, null],
] as const;

describe.each(OUTCOMES)('an action that ends as %s', (outcome, commandIndex, output, exitCode) => {
	const parameters = { ...getResult, commandIndex, maxWaitMinutes: 1 };
	const items = [{ id: OUTCOME_ACTIONS[outcome] }];

	it('gives an item that says so', async () => {
		const { results, error } = await setting.runNode(parameters, { items });
		expect(error).toBeUndefined();
		expect(results).toHaveLength(1);
		expect(results[0]).toMatchObject({
			machineActionId: OUTCOME_ACTIONS[outcome],
			commandIndex,
			outcome,
			exit_code: exitCode,
			computerDnsName: 'ws-out-01.contoso.example',
		});
		expect(results[0]).not.toHaveProperty('error');
	});

	it('leaves by its output when routed', async () => {
		const ran = await setting.runNode({ ...parameters, routeByOutcome: true }, { items });
		expect(ran.jsonOutputs.map((list) => list.length)).toEqual([0, 1, 2].map((index) => (index === output ? 1 : 0)));
		expect(ran.outputs('Defender')[output][0].pairedItem).toEqual({ item: 0 });
	});
});

it('keeps the text of what no rule can read', async () => {
	const { results } = await setting.runNode(getResult, { items: [{ id: OUTCOME_ACTIONS.unreadable }] });
	expect(results[0]).toMatchObject({ script_output: 'the agent wrote no transcript', exit_code: null });
});

it('has the same keys whatever the outcome', async () => {
	const items = OUTCOMES.filter(([name]) => name !== 'notExecuted').map(([name]) => ({ id: OUTCOME_ACTIONS[name] }));
	const { results } = await setting.runNode({ ...getResult, maxWaitMinutes: 1 }, { items });
	const keys = new Set(
		results.map((item) =>
			Object.keys(item)
				.filter((key) => key !== 'transcriptPath')
				.join(),
		),
	);
	expect([...keys]).toEqual([
		'computerDnsName,outcome,exit_code,script_output,script_error,errors,started,script_name,commandType,commandIndex,machineActionId,machineId',
	]);
	expect(results).toHaveLength(items.length);
});

it('says after the run what is unfinished or cannot be read, and what to do', async () => {
	const items = [OUTCOME_ACTIONS.pending, OUTCOME_ACTIONS.succeeded, OUTCOME_ACTIONS.unreadable].map((id) => ({ id }));
	const { run } = await setting.runNode({ ...getResult, maxWaitMinutes: 1 }, { items });
	expect(run.data.resultData.runData.Defender[0].hints).toEqual([
		expect.objectContaining({
			location: 'outputPane',
			message: expect.stringMatching(/^1 of 3 is still unfinished \(ws-out-01.*Get Result/),
		}),
		expect.objectContaining({ location: 'outputPane', message: expect.stringMatching(/^1 of 3 cannot be read \(ws-out-01/) }),
	]);
	const quiet = await setting.runNode(getResult, { items: [{ id: OUTCOME_ACTIONS.succeeded }] });
	expect(quiet.run.data.resultData.runData.Defender[0].hints ?? []).toEqual([]);
});

it('keeps items in the order of the input, each paired with its own', async () => {
	const items = [OUTCOME_ACTIONS.pending, OUTCOME_ACTIONS.succeeded, OUTCOME_ACTIONS.scriptFailed].map((id) => ({ id }));
	const ran = await setting.runNode({ ...getResult, maxWaitMinutes: 0.2 }, { items });
	expect(ran.results.map(({ outcome }) => outcome)).toEqual(['pending', 'succeeded', 'scriptFailed']);
	expect(ran.outputs('Defender')[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
});

describe('with followLink off', () => {
	const parameters = { ...getResult, followLink: false };

	it('gives the link and downloads nothing', async () => {
		const before = setting.requestsOf('blob').length;
		const { results } = await setting.runNode(parameters, { items: [{ id: OUTCOME_ACTIONS.scriptFailed }] });
		expect(Object.keys(results[0])).toEqual([
			'computerDnsName',
			'outcome',
			'downloadLink',
			'linkExpiresAt',
			'started',
			'commandType',
			'commandIndex',
			'machineActionId',
			'machineId',
		]);
		expect(results[0]).toMatchObject({
			computerDnsName: 'ws-out-01.contoso.example',
			started: true,
			machineActionId: OUTCOME_ACTIONS.scriptFailed,
			commandIndex: 0,
			commandType: 'RunScript',
			outcome: 'unverified',
			downloadLink: expect.stringMatching(/^http:.*[?&]sig=/),
			linkExpiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
		});
		expect(setting.requestsOf('blob')).toHaveLength(before);
	});

	it('says unverified only of what completed', async () => {
		const { results } = await setting.runNode(parameters, { items: [{ id: OUTCOME_ACTIONS.cancelled }] });
		expect(results[0]).toMatchObject({ outcome: 'cancelled', downloadLink: null, linkExpiresAt: null });
	});
});

it('asks for no link to what PutFile did', async () => {
	const before = setting.requestsOf('link').length;
	const { results } = await setting.runNode(getResult, { items: [{ id: OUTCOME_ACTIONS.threeCommands }] });
	expect(results[0]).toMatchObject({ commandType: 'PutFile', outcome: 'succeeded', exit_code: null });
	expect(setting.requestsOf('link')).toHaveLength(before);
});

it('names the commands that there are when asked for another', async () => {
	const { error } = await setting.runNode({ ...getResult, commandIndex: 7 }, { items: [{ id: OUTCOME_ACTIONS.threeCommands }] });
	expect(error).toMatchObject({ name: 'NodeOperationError', description: 'Its commands are numbered from 0 to 2.' });
});

describe('what the service says of command and action decides', () => {
	const script = { type: 'RunScript' as const, name: SCRIPT };
	const file = { type: 'PutFile' as const, name: 'tool.exe' };
	const failed = { script: { exitCode: 0, output: 'got this far' } };

	it.each<[string, string, number, ActionInput]>([
		['a command that failed', 'commandFailed', 0, { status: 'Failed', commands: [{ ...script, status: 'Failed', ...failed }] }],
		['a command that completed and reported errors', 'commandFailed', 0, { commands: [{ ...script, errors: ['boom'], ...failed }] }],
		[
			'a file that could not be put there',
			'commandFailed',
			0,
			{ status: 'Failed', commands: [{ ...file, status: 'Failed', errors: ['boom'] }] },
		],
		['a file of which nothing is known', 'noResult', 0, { commands: [{ ...file, status: 'Strange' }] }],
		[
			'an unknown state, with a result that says success',
			'unreadable',
			0,
			{ commands: [{ ...script, status: 'Strange', script: { exitCode: 0 } }] },
		],
		['a command in error, whose script ended with 0', 'commandFailed', 0, { commands: [{ ...script, status: 'Error', ...failed }] }],
		[
			'a command that was cancelled, whose script ended with 0',
			'commandFailed',
			0,
			{ commands: [{ ...script, status: 'Cancelled', ...failed }] },
		],
		['a command that failed in other case', 'commandFailed', 0, { commands: [{ ...script, status: 'failed', ...failed }] }],
		['errors that say nothing', 'succeeded', 0, { commands: [{ ...script, errors: [''], ...failed }] }],
		['an unknown state, with a result', 'scriptFailed', 0, { commands: [{ ...script, status: 'Strange', script: { exitCode: 9 } }] }],
		[
			'a command that completed before the action was cancelled',
			'scriptFailed',
			0,
			{ status: 'Cancelled', commands: [{ ...script, status: 'Completed', script: { exitCode: 9 } }, script] },
		],
		[
			'a command that was still to come then',
			'cancelled',
			1,
			{ status: 'Cancelled', commands: [{ ...script, status: 'Completed', script: { exitCode: 9 } }, script] },
		],
		[
			'an action that was cancelled and shows no commands',
			'cancelled',
			0,
			{ status: 'Cancelled', commands: [script], fields: { commands: [] } },
		],
	])('%s: %s', async (_, outcome, commandIndex, action) => {
		const { id } = setting.emulator.addAction(action);
		const { results, error } = await setting.runNode({ ...getResult, commandIndex }, { items: [{ id }] });
		expect(error).toBeUndefined();
		expect(results).toEqual([expect.objectContaining({ outcome })]);
	});

	it('a command that failed has its transcript anyway', async () => {
		const { id } = setting.emulator.addAction({ status: 'Failed', commands: [{ ...script, status: 'Failed', ...failed }] });
		const { results } = await setting.runNode(getResult, { items: [{ id }] });
		expect(results[0]).toMatchObject({ exit_code: 0, script_output: 'got this far', errors: [] });
	});
});

it('routes a link to Succeeded, since its command completed', async () => {
	const parameters = { ...getResult, followLink: false, routeByOutcome: true };
	const { jsonOutputs } = await setting.runNode(parameters, { items: [{ id: OUTCOME_ACTIONS.succeeded }] });
	expect(jsonOutputs.map((list) => list.map(({ outcome }) => outcome))).toEqual([['unverified'], [], []]);
});

it('says until when a link holds', async () => {
	const { results } = await setting.runNode({ ...getResult, followLink: false }, { items: [{ id: OUTCOME_ACTIONS.succeeded }] });
	const expected = new URL(String(results[0].downloadLink)).searchParams.get('se');
	expect(Date.parse(String(results[0].linkExpiresAt))).toBe(Date.parse(String(expected)));
});
