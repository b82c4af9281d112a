import type { IDataObject, IExecuteFunctions, INode, INodeType } from 'n8n-workflow';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type { Engine, WorkflowJson } from '../../../playground/engine/engine';
import { startEngine } from '../../../playground/engine/engine';
import type { Model, SeenTool, ToolCall, ToolResult } from '../../../playground/engine/scriptedAgent';
import { ScriptedAgent } from '../../../playground/engine/scriptedAgent';

/** Greets, unless an option asks for it greet no one. */
class Greeter implements INodeType {
	/** What it was run with: the type of its node, and what n8n says about tools. */
	ran: unknown[] = [];

	description: INodeType['description'] = {
		displayName: 'Greeter',
		name: 'greeter',
		group: ['transform'],
		version: 1,
		description: 'Greets people',
		defaults: { name: 'Greeter' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [
			{ displayName: 'Resource', name: 'resource', type: 'options', options: [{ name: 'Person', value: 'person' }], default: 'person' },
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				displayOptions: { show: { resource: ['person'] } },
				options: [{ name: 'Greet', value: 'greet', action: 'Greet a person' }],
				default: 'greet',
			},
			{ displayName: 'Name', name: 'whom', type: 'string', default: '' },
			{ displayName: 'Times', name: 'times', type: 'number', default: 1 },
		],
	};

	execute!: INodeType['execute'];

	constructor() {
		const { ran } = this;
		this.execute = async function (this: IExecuteFunctions) {
			ran.push([this.getNode().type, this.isToolExecution()]);
			const person = this.getNodeParameter('whom', 0) as string;
			if (person === 'none') throw new NodeOperationError(this.getNode(), 'The room is empty', { description: 'Name a person.' });
			const times = this.getNodeParameter('times', 0) as number;
			return [Array.from({ length: times }, () => ({ json: { greeting: `Hello ${person}` }, pairedItem: { item: 0 } }))];
		};
	}
}

function workflow(calls: ToolCall[], through: string, parameters: IDataObject = {}, type = 'test.greeterTool'): WorkflowJson {
	const node = (name: string, nodeType: string, nodeParameters: IDataObject) =>
		({ id: name, name, type: nodeType, typeVersion: 1, position: [0, 0], parameters: nodeParameters }) as INode;
	const fromAi = {
		whom: "={{ $fromAI('person', 'Whom to greet', 'string') }}",
		times: "={{ $fromAI('times', 'How often', 'number') }}",
	};
	return {
		name: 'Agent',
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', {}),
			node('Agent', 'test.agent', { calls: JSON.stringify(calls), through }),
			node('Say Hello', type, { ...fromAi, ...parameters }),
		],
		connections: {
			Start: { main: [[{ node: 'Agent', type: NodeConnectionTypes.Main, index: 0 }]] },
			'Say Hello': { ai_tool: [[{ node: 'Agent', type: NodeConnectionTypes.AiTool, index: 0 }]] },
		},
		settings: { executionOrder: 'v1' },
	};
}

const greet = (person: string, times: unknown = 1) => ({ tool: 'Say_Hello', args: { person, times } }) as ToolCall;

let greeter: Greeter;
let engine: Engine;

async function start(model?: Model) {
	greeter = new Greeter();
	engine = await startEngine({ 'test.greeter': greeter, 'test.agent': new ScriptedAgent(model) }, [], {});
}

beforeEach(async () => await start());

async function ask(calls: ToolCall[], through: string, parameters?: IDataObject) {
	const ran = await engine.run(workflow(calls, through, parameters));
	expect(ran.error).toBeUndefined();
	const [{ tools, results }] = ran.items('Agent') as unknown as Array<{ tools: SeenTool[]; results: ToolResult[] }>;
	return { tools, observations: results.map(({ observation }) => JSON.parse(observation) as unknown) };
}

it.each(['engine', 'invoke'])('tells the model of a tool what n8n makes of the node (%s)', async (through) => {
	const { tools } = await ask([], through);
	expect(tools).toEqual([
		{
			name: 'Say_Hello',
			description: 'Greet a person in Greeter',
			schema: expect.objectContaining({
				type: 'object',
				properties: { person: { type: 'string', description: 'Whom to greet' }, times: { type: 'number', description: 'How often' } },
				required: ['person', 'times'],
			}),
		},
	]);
	const manual = await ask([], through, { descriptionType: 'manual', toolDescription: 'Be polite' });
	expect(manual.tools[0].description).toBe('Be polite');
});

it('has n8n run the node, as the AI Agent does', async () => {
	const { observations } = await ask([greet('Ada'), greet('Grace', 2)], 'engine');
	expect(observations).toEqual([[{ greeting: 'Hello Ada' }], [{ greeting: 'Hello Grace' }, { greeting: 'Hello Grace' }]]);
	expect(greeter.ran).toEqual(Array(2).fill(['test.greeterTool', false]));
});

it("calls the tool's function, as agents below agents do", async () => {
	const { observations } = await ask([greet('Ada'), greet('Grace', 2)], 'invoke');
	expect(observations).toEqual([[{ greeting: 'Hello Ada' }], [{ greeting: 'Hello Grace' }, { greeting: 'Hello Grace' }]]);
	expect(greeter.ran).toEqual(Array(2).fill(['test.greeterTool', true]));
});

it('lets the model see what failed, and go on', async () => {
	const engineResults = await ask([greet('none'), greet('Ada')], 'engine');
	expect(engineResults.observations).toEqual([[{ error: 'The room is empty' }], [{ greeting: 'Hello Ada' }]]);
	const invoked = await ask([greet('none'), greet('Ada')], 'invoke');
	expect(invoked.observations).toEqual([{ error: 'The room is empty\n\nDetails: Name a person.' }, [{ greeting: 'Hello Ada' }]]);
});

it('checks arguments against the schema only when the function is called', async () => {
	const { observations } = await ask([greet('Ada', 'often')], 'invoke');
	expect(observations).toEqual([{ error: expect.stringContaining('did not match expected schema') }]);
	expect(greeter.ran).toEqual([]);
});

it('takes a model that decides by what came before', async () => {
	await start((_tools, results) =>
		results.length === 0 ? greet('Ada') : results.length === 1 ? greet(`the one of ${results[0].observation}`) : undefined,
	);
	const { observations } = await ask([], 'engine');
	expect(observations[1]).toEqual([{ greeting: 'Hello the one of [{"greeting":"Hello Ada"}]' }]);
});

it('has no tool variant of a node that may not be one', async () => {
	delete greeter.description.usableAsTool;
	await expect(engine.run(workflow([], 'engine'))).rejects.toThrow('Node cannot be used as a tool');
	await expect(engine.run(workflow([], 'engine', {}, 'test.nothingTool'))).rejects.toThrow('Unknown node type test.nothing');
});

it('ends in an error when the script calls a tool that is not there', async () => {
	const ran = await engine.run(workflow([{ tool: 'Shout', args: {} }], 'engine'));
	expect(ran.error?.message).toBe('No tool "Shout" is connected; there are Say_Hello');
});
