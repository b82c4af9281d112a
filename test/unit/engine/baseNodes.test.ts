import type { IConnections, IDataObject, INode } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { MicrosoftDefenderOAuth2Api } from '../../../credentials/MicrosoftDefenderOAuth2Api.credentials';
import type { Emulator } from '../../../playground/emulator';
import { startEmulator } from '../../../playground/emulator';
import type { Engine, WorkflowJson } from '../../../playground/engine/engine';
import { startEngine } from '../../../playground/engine/engine';

const CREDENTIAL = 'microsoftDefenderOAuth2Api';

/** n8n's own nodes, one after the other. */
function chain(...nodes: Array<Partial<INode> & { type: string }>): WorkflowJson {
	const complete = nodes.map(
		({ type, ...node }, index) =>
			({
				id: `${index}`,
				name: type,
				typeVersion: 1,
				position: [200 * index, 0],
				parameters: {},
				...node,
				type: `n8n-nodes-base.${type}`,
			}) as INode,
	);
	const connections: IConnections = {};
	complete.slice(1).forEach(({ name }, index) => {
		connections[complete[index].name] = { main: [[{ node: name, type: NodeConnectionTypes.Main, index: 0 }]] };
	});
	return { name: 'Chain', nodes: complete, connections, settings: { executionOrder: 'v1' } };
}

const schedule = {
	type: 'scheduleTrigger',
	typeVersion: 1.2,
	parameters: { rule: { interval: [{ field: 'hours', hoursInterval: 6 }] } },
};
const devices = (...json: IDataObject[]) => ({
	type: 'set',
	typeVersion: 3.4,
	parameters: { mode: 'raw', jsonOutput: JSON.stringify({ devices: json }) },
});
const split = { type: 'splitOut', parameters: { fieldToSplitOut: 'devices' } };
const wait = (amount: number, unit: string) => ({ type: 'wait', typeVersion: 1.1, parameters: { amount, unit } });

let emulator: Emulator;
let engine: Engine;

beforeAll(async () => {
	emulator = await startEmulator({ limits: 'none' });
	engine = await startEngine({}, [new MicrosoftDefenderOAuth2Api()], { defender: emulator.credentialData({}) });
});

afterAll(async () => await emulator.close());

it('starts with a Schedule Trigger, which gives one item when it is tried out', async () => {
	const ran = await engine.run(chain(schedule, { type: 'noOp' }));
	expect(ran.error).toBeUndefined();
	expect(ran.items('noOp')).toEqual([expect.objectContaining({ timestamp: expect.any(String), Timezone: expect.any(String) })]);
});

it('starts with the given trigger', async () => {
	const workflow = chain({ type: 'manualTrigger' }, { type: 'noOp' });
	workflow.nodes.push(...chain(schedule).nodes);
	workflow.connections.scheduleTrigger = workflow.connections.manualTrigger;
	expect((await engine.run(workflow, { startNode: 'scheduleTrigger' })).items('noOp')).toMatchObject([{ Timezone: expect.any(String) }]);
	expect((await engine.run(workflow, { startNode: 'manualTrigger' })).items('noOp')).toEqual([{}]);
	await expect(engine.run(workflow, { startNode: 'Other' })).rejects.toThrow('There is no node "Other" to start from');
});

describe('the Wait node', () => {
	it('waits in the process for up to 65 seconds', async () => {
		const started = Date.now();
		const ran = await engine.run(chain(schedule, wait(1, 'seconds'), { type: 'noOp' }));
		expect(ran.items('noOp')).toHaveLength(1);
		expect(ran.waitTill).toBeUndefined();
		expect(Date.now() - started).toBeGreaterThanOrEqual(1_000);
	});

	it('puts the execution to wait for longer, and it can be resumed at once, with what it had', async () => {
		const before = { type: 'limit', parameters: { maxItems: 1 } };
		const ran = await engine.run(chain(schedule, devices({ a: 1 }, { a: 2 }), split, before, wait(2, 'hours'), { type: 'noOp' }));
		expect([ran.run.status, ran.items('noOp')]).toEqual(['waiting', []]);
		expect(Number(ran.waitTill) - Date.now()).toBeGreaterThan(7_000_000);
		const resumed = await ran.resume();
		expect([resumed.run.status, resumed.items('limit'), resumed.items('noOp')]).toEqual(['success', [{ a: 1 }], [{ a: 1 }]]);
		await expect(resumed.resume()).rejects.toThrow('does not wait; it is success');
		// The first half is as it was, so that a test can resume it twice.
		expect([ran.run.status, ran.items('noOp')]).toEqual(['waiting', []]);
	});
});

it('filters, removes duplicates, limits and aggregates', async () => {
	const condition = { id: '1', leftValue: '={{ $json.os }}', rightValue: 'Windows', operator: { type: 'string', operation: 'equals' } };
	const options = { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 };
	const filter = {
		type: 'filter',
		typeVersion: 2.2,
		parameters: { conditions: { options, conditions: [condition], combinator: 'and' } },
	};
	const [windows, linux] = [{ os: 'Windows' }, { os: 'Linux' }];
	const nodes = [
		devices({ id: 1, ...windows }, { id: 1, ...windows }, { id: 2, ...linux }, { id: 3, ...windows }, { id: 4, ...windows }),
		split,
	];
	const ran = await engine.run(
		chain(
			schedule,
			...nodes,
			filter,
			{ type: 'removeDuplicates', typeVersion: 2 },
			{ type: 'limit', parameters: { maxItems: 2 } },
			{ type: 'aggregate', parameters: { fieldsToAggregate: { fieldToAggregate: [{ fieldToAggregate: 'id' }] } } },
		),
	);
	expect(ran.error).toBeUndefined();
	expect(['filter', 'removeDuplicates', 'limit'].map((name) => ran.items(name).length)).toEqual([4, 3, 2]);
	expect(ran.items('aggregate')).toEqual([{ id: [1, 3] }]);
});

it('merges two branches', async () => {
	const workflow = chain(schedule, devices({ id: 1, name: 'ws-1' }, { id: 2, name: 'ws-2' }), split, {
		type: 'merge',
		typeVersion: 3.2,
		parameters: { mode: 'combine', fieldsToMatchString: 'id' },
	});
	const owners = { ...devices({ id: 2, owner: 'Ada' }), name: 'Owners' };
	const both = chain(schedule, owners, { ...split, name: 'Split Owners' });
	const [, ...others] = both.nodes.map((node) => ({ ...node, id: `owners-${node.id}` }));
	const to = (node: string, index = 0) => [[{ node, type: NodeConnectionTypes.Main, index }]];
	workflow.nodes.push(...others);
	workflow.connections.scheduleTrigger.main[0]?.push(...to('Owners')[0]);
	Object.assign(workflow.connections, { Owners: { main: to('Split Owners') }, 'Split Owners': { main: to('merge', 1) } });
	const ran = await engine.run(workflow);
	expect(ran.error).toBeUndefined();
	expect(ran.items('merge')).toEqual([{ id: 2, name: 'ws-2', owner: 'Ada' }]);
});

it('ends in the error of Stop and Error', async () => {
	const ran = await engine.run(chain(schedule, { type: 'stopAndError', parameters: { errorMessage: 'Isolated nothing' } }));
	expect(ran.error?.message).toBe('Isolated nothing');
});

describe('the Data Table node', () => {
	const columns = (value: IDataObject) => ({ mappingMode: 'defineBelow', value });
	const table = (operation: string, value: string, parameters: IDataObject) => ({
		type: 'dataTable',
		typeVersion: 1.1,
		name: operation,
		parameters: { operation, dataTableId: { __rl: true, mode: 'name', value }, ...parameters },
	});
	const byDevice = {
		matchType: 'allConditions',
		filters: { conditions: [{ keyName: 'device', condition: 'eq', keyValue: '={{ $json.device }}' }] },
	};

	it('inserts, updates what is there, and reads', async () => {
		engine.dataTables.create('Findings', { device: 'string', exitCode: 'number', seen: 'date' });
		const row = columns({ device: '={{ $json.device }}', exitCode: '={{ $json.exitCode }}', seen: '2026-01-02T03:04:05.000Z' });
		const first = await engine.run(
			chain(schedule, devices({ device: 'ws-1', exitCode: 3 }), split, table('insert', 'Findings', { columns: row })),
		);
		expect(first.error).toBeUndefined();
		expect(first.items('insert')).toMatchObject([{ id: 1, device: 'ws-1' }]);
		const update = columns({ device: '={{ $json.device }}', exitCode: '={{ $json.exitCode }}' });
		const second = await engine.run(
			chain(
				schedule,
				devices({ device: 'ws-1', exitCode: 0 }, { device: 'ws-2', exitCode: 7 }),
				split,
				table('upsert', 'Findings', { ...byDevice, columns: update }),
				table('get', 'Findings', { ...byDevice, returnAll: true }),
			),
		);
		expect(second.error).toBeUndefined();
		expect(second.items('get')).toMatchObject([
			{ id: 1, exitCode: 0, seen: '2026-01-02T03:04:05.000Z' },
			{ id: 2, exitCode: 7, seen: null },
		]);
		expect(engine.dataTables.rows('Findings')).toEqual([
			{ device: 'ws-1', exitCode: 0, seen: '2026-01-02T03:04:05.000Z' },
			{ device: 'ws-2', exitCode: 7, seen: null },
		]);
	});

	it('refuses what the table does not take', async () => {
		engine.dataTables.create('Numbers', { value: 'number' });
		const insert = async (name: string, value: IDataObject) =>
			await engine.run(chain(schedule, table('insert', name, { columns: columns(value) })));
		expect((await insert('Numbers', { value: 'many' })).error?.message).toContain("value 'many' does not match column type 'number'");
		expect((await insert('Numbers', { other: 1 })).error?.message).toContain("unknown column name 'other'");
		expect((await insert('Nowhere', { value: 1 })).error?.message).toContain('Data table with name "Nowhere" not found');
		expect(engine.dataTables.rows('Numbers')).toEqual([]);
	});
});

describe('the HTTP Request node with our credential', () => {
	const request = (url: string) => ({
		type: 'httpRequest',
		typeVersion: 4.2,
		parameters: { url, authentication: 'predefinedCredentialType', nodeCredentialType: CREDENTIAL },
		credentials: { [CREDENTIAL]: { id: 'defender', name: 'Defender' } },
	});

	it('calls the API', async () => {
		emulator.addDevice({ computerDnsName: 'ws-1.contoso.example' });
		const ran = await engine.run(chain(schedule, request(`${emulator.apiUrl}/api/machines`)));
		expect(ran.error).toBeUndefined();
		expect(ran.items('httpRequest')).toMatchObject([{ value: [{ computerDnsName: 'ws-1.contoso.example' }] }]);
	});

	it('calls no other host', async () => {
		const before = emulator.requests.length;
		const ran = await engine.run(chain(schedule, request(`${emulator.apiUrl.replace('127.0.0.1', 'localhost')}/api/machines`)));
		expect(ran.error?.message).toMatch(/^Domain not allowed: .* Only the following domains are allowed: 127\.0\.0\.1$/);
		expect(emulator.requests).toHaveLength(before);
	});
});
