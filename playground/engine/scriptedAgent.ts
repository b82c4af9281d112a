/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import type { StructuredTool } from '@langchain/core/tools';
import { toJsonSchema } from '@langchain/core/utils/json_schema';
import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	ITaskData,
} from 'n8n-workflow';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';

/** The description of a tool for a model. */
export interface SeenTool {
	name: string;
	description: string;
	/** The JSON schema of its arguments. */
	schema: IDataObject;
}

export interface ToolCall {
	tool: string;
	args: IDataObject;
}

export interface ToolResult extends ToolCall {
	/** The text that goes back to the model. */
	observation: string;
}

/** Decides on the next call from what a model would know; nothing ends the run. */
export type Model = (tools: SeenTool[], results: ToolResult[]) => ToolCall | undefined;

/** What n8n's AI Agent makes of a finished tool (n8n 2.41.1, `buildObservation`). */
function observationOf({ data, error }: ITaskData): string {
	const items = data?.[NodeConnectionTypes.AiTool]?.[0]?.map(({ json }) => json) ?? [];
	if (items.length > 0) return JSON.stringify(items);
	if (error) return JSON.stringify({ error: error.message ?? 'Unknown error', ...(error.name && { errorType: error.name }) });
	return JSON.stringify('');
}

/**
 * Replaces n8n's AI Agent, with a script in place of the model. Its tools are those connected to it, which n8n
 * makes of the nodes itself; its one item holds their descriptions for the model (`tools`) and the results of the calls
 * (`results`).
 *
 * `through` says how a call reaches the node: `engine`, as with the AI Agent of n8n 2.x (version 3), which asks n8n to
 * run the node; or `invoke`, as with the agents before it, with agents below agents and with the MCP Server Trigger,
 * which call the tool's function.
 */
export class ScriptedAgent implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Scripted Agent',
		name: 'scriptedAgent',
		group: ['transform'],
		version: 1,
		description: 'Calls its tools as its script says',
		defaults: { name: 'Scripted Agent' },
		usableAsTool: undefined,
		inputs: [NodeConnectionTypes.Main, { type: NodeConnectionTypes.AiTool, displayName: 'Tool' }],
		outputs: [NodeConnectionTypes.Main],
		properties: [
			{
				displayName: 'Calls',
				name: 'calls',
				type: 'json',
				default: '[]',
				description: 'One after the other: [{ "tool": name, "args": {} }]',
			},
			{
				displayName: 'Through',
				name: 'through',
				type: 'options',
				options: [
					{ name: 'Engine', value: 'engine' },
					{ name: 'Invoke', value: 'invoke' },
				],
				default: 'engine',
			},
		],
	};

	/** @param model replaces the parameter `calls`, where a call depends on what came before */
	constructor(model?: Model) {
		this.execute = async function (this: IExecuteFunctions, response?: EngineResponse) {
			return await run(this, model, response);
		};
	}

	execute: INodeType['execute'];
}

/** The calls of the parameter, in their order. */
function script(context: IExecuteFunctions): Model {
	const calls = context.getNodeParameter('calls', 0) as string | ToolCall[];
	const list = typeof calls === 'string' ? (JSON.parse(calls) as ToolCall[]) : calls;
	return (_tools, results) => list[results.length];
}

async function run(
	context: IExecuteFunctions,
	model = script(context),
	response?: EngineResponse,
): Promise<INodeExecutionData[][] | EngineRequest> {
	const tools = (await context.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as StructuredTool[];
	const seen = tools.map(({ name, description, schema }) => ({ name, description, schema: toJsonSchema(schema) as IDataObject }));
	const { results = [] } = (response?.metadata ?? {}) as { results?: ToolResult[] };
	for (const { action, data } of response?.actionResponses ?? []) {
		const { call } = action.metadata as { call: ToolCall };
		results.push({ ...call, observation: observationOf(data) });
	}
	for (let call = model(seen, results); call; call = model(seen, results)) {
		const { tool: name, args } = call;
		const tool = tools.find((candidate) => candidate.name === name);
		if (!tool)
			throw new NodeOperationError(
				context.getNode(),
				`No tool "${name}" is connected; there are ${seen.map((one) => one.name).join(', ') || 'none'}`,
			);
		if (context.getNodeParameter('through', 0) === 'engine') {
			const action = {
				actionType: 'ExecutionNodeAction' as const,
				nodeName: String(tool.metadata?.sourceNodeName),
				input: args,
				type: NodeConnectionTypes.AiTool,
				id: `call-${results.length}`,
				metadata: { itemIndex: 0, call },
			};
			return { actions: [action], metadata: { results } };
		}
		const observation = await tool.invoke(args).catch((error: Error) => JSON.stringify({ error: error.message }));
		results.push({ tool: name, args, observation: String(observation) });
	}
	return [[{ json: { tools: seen, results } as unknown as IDataObject, pairedItem: { item: 0 } }]];
}
