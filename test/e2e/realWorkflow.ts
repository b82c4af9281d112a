import type { IConnections, IDataObject, INode } from 'n8n-workflow';
import manifest from '../../package.json';

const NODE_TYPE = `${manifest.name}.defenderLiveResponse`;

/** A workflow as n8n imports it. */
export interface RealWorkflow {
	id: string;
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings: IDataObject;
	active: boolean;
}

/** A node as far as a workflow has to name it. */
export type NodeInput = Partial<INode> & Pick<INode, 'name' | 'type'>;

/** Its id is that of the workflow which is run when it fails. */
export const ERROR_WORKFLOW = 'onError';

/** n8n's own node that does nothing. */
export const END: NodeInput = { name: 'End', type: 'n8n-nodes-base.noOp' };

/** Our node, named Defender. */
export function defenderNode(parameters: IDataObject, credential: string, more: Partial<INode> = {}): NodeInput {
	const credentials = { microsoftDefenderOAuth2Api: { id: credential, name: credential } };
	return { name: 'Defender', type: NODE_TYPE, parameters: parameters as INode['parameters'], credentials, ...more };
}

/** Our trigger, which polls once a minute. */
export function triggerNode(parameters: IDataObject, credential: string): NodeInput {
	const pollTimes = { item: [{ mode: 'everyMinute' }] };
	return defenderNode({ pollTimes, ...parameters }, credential, { name: 'Trigger', type: `${NODE_TYPE}Trigger` });
}

/** n8n's own node that makes new items out of the expressions. */
export function editFields(name: string, fields: Record<string, string>): NodeInput {
	const assignments = Object.entries(fields).map(([field, value]) => ({ id: field, name: field, value, type: 'string' }));
	return { name, type: 'n8n-nodes-base.set', typeVersion: 3.4, parameters: { assignments: { assignments }, options: {} } };
}

/** n8n's own nodes that give an item for each element of a list. */
export function oneItemEach(field: string, values: unknown[]): NodeInput[] {
	const list = { mode: 'raw', jsonOutput: JSON.stringify({ [field]: values }), options: {} };
	return [
		{ name: 'List', type: 'n8n-nodes-base.set', typeVersion: 3.4, parameters: list },
		{ name: 'Split', type: 'n8n-nodes-base.splitOut', typeVersion: 1, parameters: { fieldToSplitOut: field, options: {} } },
	];
}

/** Starts a workflow when its address is called; it answers at once. */
export function webhook(path: string, httpMethod: 'GET' | 'POST' = 'GET'): NodeInput {
	const parameters = { path, httpMethod, options: {} };
	return { name: 'Start', type: 'n8n-nodes-base.webhook', typeVersion: 2, webhookId: path, parameters };
}

/** Makes an item of each element of a list that the webhook was sent, in the field `element`. */
export function splitOut(field: string): NodeInput {
	const parameters = { fieldToSplitOut: `body.${field}`, options: { destinationFieldName: 'element' } };
	return { name: 'Split Out', type: 'n8n-nodes-base.splitOut', parameters };
}

/** Starts a workflow from n8n's command line. */
export const MANUALLY: NodeInput = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' };

/** Id of the credential for the scripted model. */
export const MODEL_CREDENTIAL = 'model';

/** An AI agent that has our node as its tool, started by a webhook. Its model is the scripted one. */
export function agent(id: string, parameters: IDataObject, credential: string): RealWorkflow {
	return agentWith(id, [toolNode('Defender', parameters, credential)]);
}

/** Our node in the form of a tool, whose refusals the model reads. */
export function toolNode(name: string, parameters: IDataObject, credential: string): NodeInput {
	return defenderNode(parameters, credential, { name, type: `${NODE_TYPE}Tool`, onError: 'continueRegularOutput' });
}

/** The same with tools of any kind. */
export function agentWith(id: string, tools: NodeInput[], text = 'What is its result?'): RealWorkflow {
	const langchain = '@n8n/n8n-nodes-langchain';
	const asked = { promptType: 'define', text, options: {} };
	const model = { model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} };
	const credentials = { openAiApi: { id: MODEL_CREDENTIAL, name: MODEL_CREDENTIAL } };
	const workflow = chain(
		id,
		webhook(id),
		{ name: 'Agent', type: `${langchain}.agent`, typeVersion: 2.2, parameters: asked },
		END,
		{ name: 'Model', type: `${langchain}.lmChatOpenAi`, typeVersion: 1.2, parameters: model, credentials },
		...tools,
	);
	const to = (type: 'ai_languageModel' | 'ai_tool') => ({ [type]: [[{ node: 'Agent', type, index: 0 }]] });
	const { Start, Agent } = workflow.connections;
	workflow.connections = {
		Start,
		Agent,
		Model: to('ai_languageModel'),
		...Object.fromEntries(tools.map(({ name }) => [name, to('ai_tool')])),
	};
	return workflow;
}

/** A workflow of nodes one behind the other, on both outputs where a node has an output for errors. All is stored. */
export function chain(id: string, ...inputs: NodeInput[]): RealWorkflow {
	const nodes = inputs.map((node, i): INode => ({ id: `${id}-${i}`, typeVersion: 1, position: [i * 220, 0], parameters: {}, ...node }));
	const connections: IConnections = {};
	nodes.slice(1).forEach(({ name }, i) => {
		const next = [{ node: name, type: 'main' as const, index: 0 }];
		connections[nodes[i].name] = { main: nodes[i].onError === 'continueErrorOutput' ? [next, next] : [next] };
	});
	const settings = {
		executionOrder: 'v1',
		saveDataSuccessExecution: 'all',
		saveDataErrorExecution: 'all',
		saveExecutionProgress: true,
		...(id !== ERROR_WORKFLOW && { errorWorkflow: ERROR_WORKFLOW }),
	};
	return { id, name: id, nodes, connections, settings, active: false };
}
