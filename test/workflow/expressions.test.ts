import type { IDataObject, INode, INodeProperties, INodeType } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';
import { DefenderLiveResponse } from '../../nodes/DefenderLiveResponse/DefenderLiveResponse.node';
import { DefenderLiveResponseTrigger } from '../../nodes/DefenderLiveResponse/DefenderLiveResponseTrigger.node';
import { endedScript, GET_RESULT, runScript } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting, workflowWith } from '../support/setting';
import { triggerWorkflow } from '../support/trigger';

const DEVICE = 'a'.repeat(40);
const GUID = '20d1de3f-0000-4715-8bed-a92223c50000';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => await setting.close());

/** The collections of an operation, or of the trigger, as the editor shows them. */
function collectionsOf({ description }: INodeType, set: IDataObject): INodeProperties[] {
	const values = NodeHelpers.getNodeParameters(description.properties, set as never, true, false, null, description) ?? {};
	return description.properties.filter(
		(property) => property.type === 'collection' && NodeHelpers.displayParameter(values, property, null, description),
	);
}

const entriesOf = (node: INodeType, set: IDataObject) =>
	collectionsOf(node, set).flatMap(({ name, options }) =>
		(options as INodeProperties[]).map((option) => [set.operation ?? 'trigger', option.displayName, { [name]: option.name }] as const),
	);

const NODE = new DefenderLiveResponse();
const action = { resource: 'machineAction', machineActionId: GUID };
const OPERATIONS: IDataObject[] = [
	{ ...GET_RESULT, machineActionId: GUID },
	{ ...GET_RESULT, operation: 'getManyResults', machineActionId: GUID },
	runScript(DEVICE),
	{ ...action, operation: 'getMany' },
	{ ...action, operation: 'wait' },
	{ resource: 'machine', operation: 'getMany' },
];

describe('an entry that was added and whose expression gives nothing', () => {
	const rows = OPERATIONS.flatMap((set) => entriesOf(NODE, set).map((row) => [...row, set] as const));

	it('is looked for in every operation', () => expect(rows.length).toBeGreaterThan(50));

	it.each(rows)('%s: %s is refused before the first request', async (_, displayName, collection, set) => {
		const [[name, entry]] = Object.entries(collection);
		const label = displayName.replace(/ \(.*/, '');
		for (const nothing of ['={{ $json.missing }}', '={{ null }}', '={{ $json.missing.deeper }}']) {
			const { error } = await setting.runNode({ ...set, [name]: { [String(entry)]: nothing } });
			expect(error?.message).toMatch(new RegExp(`^'${label}.*' gives (nothing|no text) \\[item 0\\]$`));
		}
		expect(setting.emulator.requests).toEqual([]);
	});

	it('is refused of every item', async () => {
		const items = [{ dry: true }, {}];
		const { error } = await setting.runNode(runScript(DEVICE, { options: { dryRun: '={{ $json.dry }}' } }), { items });
		expect(error?.message).toBe("'Dry Run' gives nothing [item 1]");
		expect(setting.emulator.requests).toEqual([]);
	});

	it.each(entriesOf(new DefenderLiveResponseTrigger(), { emit: 'results' }))('%s: %s is refused', async (_, displayName, collection) => {
		const [[name, entry]] = Object.entries(collection);
		const { error } = await setting.engine.run(triggerWorkflow({ emit: 'results', [name]: { [String(entry)]: '={{ undefined }}' } }));
		expect(error?.message).toContain(`'${displayName}' gives no`);
		expect(setting.emulator.requests).toEqual([]);
	});
});

describe('arguments', () => {
	const commands = (args: unknown) => ({
		commands: { command: [{ type: 'RunScript', scriptName: 'a.ps1', args }] },
		options: { dryRun: true },
	});

	it.each(['={{ $json.missing }}', '={{ null }}', '={{ $json.missing.deeper }}', '={{ Number($json.missing) }}', '={{ 1 / 0 }}'])(
		'%s are refused',
		async (args) => {
			const { error } = await setting.runNode(runScript(DEVICE, commands(args)));
			expect(error?.message).toBe("'Commands' has Arguments in command 1 that are not a text [item 0]");
		},
	);

	it('that are empty are none', async () => {
		const { results } = await setting.runNode(runScript(DEVICE, commands("={{ '' }}")));
		expect(results[0].body).toMatchObject({ Commands: [{ params: [{ key: 'ScriptName', value: 'a.ps1' }] }] });
	});
});

describe('Return All', () => {
	const machines = { resource: 'machine', operation: 'getMany' };

	it.each([true, 'true', "={{ 'true' }}", '={{ true }}'])('%j gives all', async (returnAll) => {
		for (let count = 0; count < 60; count++) setting.emulator.addDevice({ computerDnsName: `ws-${count}` });
		const { results } = await setting.runNode({ ...machines, returnAll });
		expect(results).toHaveLength(60);
	});

	it.each([
		['machine', '={{ $json.missing }}'],
		['machineAction', '={{ null }}'],
		['libraryFile', "={{ 'yes' }}"],
	])('of %s is refused from %s', async (resource, returnAll) => {
		const { error } = await setting.runNode({ resource, operation: 'getMany', returnAll });
		expect(error?.message).toBe("'Return All' is neither true nor false [item 0]");
		expect(setting.emulator.requests).toEqual([]);
	});
});

describe('a switch that decides on the outputs', () => {
	/** The names of the outputs that the editor draws. */
	function drawn(parameters: IDataObject): Array<string | undefined> {
		const { outputs } = NODE.description;
		// eslint-disable-next-line @n8n/community-nodes/no-dangerous-functions -- n8n evaluates it so
		const evaluate = new Function('$parameter', `return ${String(outputs).slice(3, -2)}`) as (
			set: object,
		) => Array<{ displayName?: string }>;
		const { description } = NODE;
		const held = NodeHelpers.getNodeParameters(description.properties, parameters as never, true, false, null, description);
		return evaluate(held ?? {}).map(({ displayName }) => displayName);
	}

	it.each([
		[true, true, 3],
		['true', true, 3],
		['true', 'true', 1],
		[false, true, 1],
		['false', true, 1],
		[true, false, 1],
		['true', 'false', 1],
	])('Route by Outcome %j with Wait for Completion %j fills what is drawn', async (routeByOutcome, waitForCompletion, count) => {
		const { id } = setting.emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'check.ps1': { exitCode: 1 } } });
		const set = runScript(id, { routeByOutcome, waitForCompletion });
		const { jsonOutputs, error } = await setting.runNode(set);
		expect(error).toBeUndefined();
		expect(drawn(set)).toHaveLength(count);
		expect(jsonOutputs.map((items) => items.length)).toEqual(count === 3 ? [0, 1, 0] : [1]);
	});

	it.each([
		['routeByOutcome', 'Route by Outcome'],
		['waitForCompletion', 'Wait for Completion'],
	])('%s of a run accepts no expression', async (name, displayName) => {
		for (const held of ['={{ true }}', '={{ false }}', '={{ $json.missing }}']) {
			const { error } = await setting.runNode(runScript(DEVICE, { [name]: held }));
			expect(error).toMatchObject({
				message: `'${displayName}' accepts no expression [item 0]`,
				description: expect.stringContaining('same for all items'),
			});
		}
		for (const held of ['', 'yes', 1]) {
			const { error } = await setting.runNode(runScript(DEVICE, { [name]: held }));
			expect(error?.message).toBe(`'${displayName}' is neither true nor false [item 0]`);
		}
		expect(setting.emulator.requests).toEqual([]);
		const field = NODE.description.properties.find((each) => each.name === name && JSON.stringify(each.displayOptions).includes('"run"'));
		expect(field?.noDataExpression).toBe(true);
	});

	it('routes results of an operation that may wait or not for each item', async () => {
		const id = endedScript(setting.emulator);
		const set = { ...GET_RESULT, routeByOutcome: 'true', waitForCompletion: '={{ $json.wait }}' };
		const { jsonOutputs } = await setting.runNode(set, { items: [{ id, wait: false }] });
		expect([jsonOutputs.map((items) => items.length), drawn(set).length]).toEqual([[1, 0, 0], 3]);
	});
});

describe('a date', () => {
	/** What the service is asked for, in a workflow of this time zone. */
	async function asked(createdAfter: unknown, timezone = 'America/New_York'): Promise<string | undefined> {
		const parameters = { resource: 'machineAction', operation: 'getMany', filters: { createdAfter } } as IDataObject;
		const { error } = await setting.engine.run(
			{ ...workflowWith(parameters), settings: { timezone } },
			{ pinData: { Start: [{ json: {} }] } },
		);
		if (error) return error.message;
		const url = decodeURIComponent(setting.requestsOf('action.list').at(-1)?.url ?? '');
		return /creationDateTimeUtc gt ([^\s&)]+)/.exec(url)?.[1];
	}

	it.each([
		['2026-01-15T08:00:00', '2026-01-15T13:00:00.000Z'],
		['2026-07-15T08:00:00', '2026-07-15T12:00:00.000Z'],
		['2026-01-15 08:00', '2026-01-15T13:00:00.000Z'],
		['2026-01-15', '2026-01-15T05:00:00.000Z'],
		['2026-01-15T08:00:00.5', '2026-01-15T13:00:00.500Z'],
		['2026-01-15T08:00:00Z', '2026-01-15T08:00:00.000Z'],
		['2026-01-15T08:00:00.1234567Z', '2026-01-15T08:00:00.123Z'],
		['2026-01-15T08:00:00+01:00', '2026-01-15T07:00:00.000Z'],
		['2026-01-15T08:00:00-0530', '2026-01-15T13:30:00.000Z'],
		['Thu, 15 Jan 2026 08:00:00 GMT', '2026-01-15T08:00:00.000Z'],
		["={{ new Date('2026-01-15T08:00:00Z') }}", '2026-01-15T08:00:00.000Z'],
		["={{ DateTime.fromISO('2026-01-15T08:00:00Z') }}", '2026-01-15T08:00:00.000Z'],
		["={{ DateTime.fromISO('2026-01-15T08:00:00') }}", '2026-01-15T13:00:00.000Z'],
		['={{ 1768464000000 }}', '2026-01-15T08:00:00.000Z'],
		["={{ '1768464000000' }}", '2026-01-15T08:00:00.000Z'],
		[1768464000000, '2026-01-15T08:00:00.000Z'],
		// Clocks go forward from 02:00 to 03:00, and back from 02:00 to 01:00.
		['2026-03-08T01:59:59', '2026-03-08T06:59:59.000Z'],
		['2026-03-08T02:30:00', '2026-03-08T07:30:00.000Z'],
		['2026-03-08T03:00:00', '2026-03-08T07:00:00.000Z'],
		['2026-11-01T00:59:59', '2026-11-01T04:59:59.000Z'],
		['2026-11-01T01:30:00', '2026-11-01T05:30:00.000Z'],
		['2026-11-01T02:00:00', '2026-11-01T07:00:00.000Z'],
	])('%s is %s', async (entered, expected) => expect(await asked(entered)).toBe(expected));

	it.each([
		['Asia/Kolkata', '2026-01-15T02:30:00.000Z'],
		['Pacific/Kiritimati', '2026-01-14T18:00:00.000Z'],
		['Europe/Berlin', '2026-01-15T07:00:00.000Z'],
		['UTC', '2026-01-15T08:00:00.000Z'],
	])('without an offset is of %s', async (zone, expected) => expect(await asked('2026-01-15T08:00:00', zone)).toBe(expected));

	it.each([
		'2026-02-30',
		'2026-13-01T00:00:00Z',
		'2026-01-15T25:00:00',
		'15.01.2026',
		'yesterday',
		'={{ 1768464000 }}',
		'={{ [1] }}',
		'={{ true }}',
		'={{ new Date(NaN) }}',
		'={{ {"toMillis": 1} }}',
		// A date to JavaScript; a long text is searched no further, whatever it holds.
		`Thu, 15 Jan 2026 (${'x'.repeat(40)}) 08:00:00 GMT`,
		`Thu, 15 Jan 2026 08:00:00 (${'x'.repeat(40)}) GMT`,
	])('%s is refused', async (entered) => expect(await asked(entered)).toBe("'Created After' is not a date [item 0]"));

	it('that is empty filters nothing', async () => expect(await asked('')).toBeUndefined());
});

it("passes on n8n's own help where an expression finds no paired item", async () => {
	const aggregate = {
		id: 'aggregate',
		name: 'Aggregate',
		type: 'n8n-nodes-base.aggregate',
		typeVersion: 1,
		position: [100, 0],
		parameters: { aggregate: 'aggregateAllItemData', options: {} },
	};
	const json = workflowWith({ ...GET_RESULT, machineActionId: "={{ $('Start').item.json.id }}" });
	const connections = {
		Start: { main: [[{ node: 'Aggregate', type: 'main' as const, index: 0 }]] },
		Aggregate: { main: [[{ node: 'Defender', type: 'main' as const, index: 0 }]] },
	};
	const pinData = { Start: [{ json: { id: 1 } }, { json: { id: 2 } }] };
	for (const onError of [undefined, 'continueRegularOutput'] as const) {
		const nodes = [json.nodes[0], aggregate as unknown as INode, { ...json.nodes[1], onError }];
		const ran = await setting.engine.run({ ...json, nodes, connections }, { pinData });
		const description = "Multiple matching items for item [0] (node 'Start')";
		if (onError) {
			expect(ran.items('Defender')).toMatchObject([{ error: 'Multiple matches found', details: { description } }]);
		} else {
			const context = {
				descriptionKey: 'pairedItemMultipleMatches',
				nodeCause: 'Start',
				type: 'paired_item_multiple_matches',
				parameter: 'machineActionId',
			};
			expect(ran.error).toMatchObject({ message: 'Multiple matches found', description, functionality: 'pairedItem', context });
		}
	}
});

describe('a machine action that fields of the item name', () => {
	const VALUES = [
		GUID,
		GUID.toUpperCase(),
		` ${GUID} `,
		'',
		' ',
		'undefined',
		`={{ '${GUID}' }}`,
		7,
		true,
		null,
		{},
		[GUID],
		{ value: GUID },
	];
	const ITEMS = VALUES.flatMap((machineActionId): IDataObject[] => [
		{ machineActionId },
		{ machineActionId, id: GUID },
		{ id: machineActionId },
	]);

	const rows = ['$json.machineActionId ?? $json.id', '$json.machineActionId', '$json.id ?? $json.missing'].flatMap((fields) =>
		[true, false].map((isLocator) => [fields, isLocator ? 'a locator' : 'a text', isLocator] as const),
	);

	it.each(rows)('%s in %s is what n8n evaluates', async (fields, _, isLocator) => {
		setting.emulator.addAction({ id: GUID, commands: [{ type: 'RunScript', name: 'check.ps1' }] });
		const read = async (value: string) => {
			const machineActionId = isLocator ? { __rl: true, mode: 'id', value } : value;
			const set = { ...action, operation: 'get', machineActionId };
			return (await setting.runNode(set, { items: ITEMS, node: { onError: 'continueRegularOutput' } })).results;
		};
		const results = await read(`={{ ${fields} }}`);
		expect(results).toHaveLength(ITEMS.length);
		expect(results).toEqual(await read(`={{ (${fields}) }}`));
	});
});
