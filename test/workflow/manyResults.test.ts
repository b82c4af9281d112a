import { OUTCOME_ACTIONS, SCENES } from '../../playground/emulator/scenes';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

const GET_MANY = { resource: 'liveResponse', operation: 'getManyResults' };

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	SCENES.outcomes(setting.emulator);
});

afterAll(async () => await setting.close());

const summary = (items: Array<Record<string, unknown>>) =>
	items.map(({ commandIndex, commandType, outcome }) => [commandIndex, commandType, outcome]);

it('gives all commands in their order, and asks for no link to what PutFile did', async () => {
	const ran = await setting.runNode(GET_MANY, { items: [{ id: OUTCOME_ACTIONS.threeCommands }] });
	expect(summary(ran.results)).toEqual([
		[0, 'PutFile', 'succeeded'],
		[1, 'RunScript', 'succeeded'],
		[2, 'GetFile', 'succeeded'],
	]);
	const items = ran.outputs('Defender')[0];
	expect(items.map(({ binary }) => binary?.data?.fileName)).toEqual([undefined, undefined, 'baseline.json']);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }, { item: 0 }]);
	expect(
		setting
			.requestsOf('link')
			.map(({ url }) => /index=(\d)/.exec(url)?.[1])
			.sort(),
	).toEqual(['1', '2']);
});

it('tells which command failed and which were skipped', async () => {
	const { results } = await setting.runNode(GET_MANY, { items: [{ id: OUTCOME_ACTIONS.notExecuted }] });
	expect(summary(results)).toEqual([
		[0, 'RunScript', 'commandFailed'],
		[1, 'GetFile', 'notExecuted'],
	]);
});

it('routes each command by its own outcome', async () => {
	const items = [OUTCOME_ACTIONS.threeCommands, OUTCOME_ACTIONS.notExecuted, OUTCOME_ACTIONS.pending].map((id) => ({ id }));
	const { jsonOutputs } = await setting.runNode({ ...GET_MANY, routeByOutcome: true, maxWaitMinutes: 0 }, { items });
	expect(jsonOutputs.map((list) => list.length)).toEqual([3, 2, 1]);
});

it('refuses an action that is not a live response', async () => {
	const { id } = setting.emulator.addAction({ type: 'Isolate', commands: [] });
	const { error } = await setting.runNode(GET_MANY, { items: [{ id }] });
	expect(error).toMatchObject({ name: 'NodeOperationError', message: "'Machine Action' is of type Isolate [item 0]" });
	expect(setting.requestsOf('link')).toHaveLength(0);
});
