import type { INodeProperties, INodeType } from 'n8n-workflow';
import { NodeConnectionTypes, UserError } from 'n8n-workflow';

/** What n8n appends to the type of a node that is used as an AI agent's tool. */
export const TOOL_SUFFIX = 'Tool';

const DESCRIPTION_TYPE: INodeProperties = {
	displayName: 'Tool Description',
	name: 'descriptionType',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Set Automatically', value: 'auto' },
		{ name: 'Set Manually', value: 'manual' },
	],
	default: 'auto',
};

/**
 * The variant of a node that n8n offers to AI agents (n8n 2.41.1, `NodeTypes.getByNameAndVersion` and
 * `convertNodeToAiTool`): the same code, with the connections of a tool and a description for the model.
 *
 * @throws n8n's error when the node may not be used as a tool
 */
export function asTool(node: INodeType): INodeType {
	const { description } = node;
	if (!description.usableAsTool) throw new UserError('Node cannot be used as a tool', { extra: { nodeType: description.name } });
	const properties = [...description.properties];
	const named = (...names: string[]) => properties.some(({ name }) => names.includes(name));
	if (!named('toolDescription')) {
		const byHand: INodeProperties = {
			displayName: 'Description',
			name: 'toolDescription',
			type: 'string',
			default: description.description,
			required: true,
			typeOptions: { rows: 2 },
		};
		const withOperations = named('resource', 'operation');
		if (withOperations) byHand.displayOptions = { show: { descriptionType: ['manual'] } };
		const lastCallout = properties.map(({ type }) => type).lastIndexOf('callout');
		properties.splice(lastCallout + 1, 0, ...(withOperations ? [DESCRIPTION_TYPE] : []), byHand);
	}
	// As n8n does it: methods and everything else stay the node's own.
	return Object.create(node, {
		description: {
			value: {
				...description,
				usableAsTool: undefined,
				name: description.name + TOOL_SUFFIX,
				displayName: `${description.displayName} ${TOOL_SUFFIX}`,
				inputs: [],
				outputs: [NodeConnectionTypes.AiTool],
				properties,
			},
		},
	}) as INodeType;
}
