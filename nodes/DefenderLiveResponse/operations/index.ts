import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { deleteFile } from './libraryFile/delete';
import { getMany as getManyFiles } from './libraryFile/getMany';
import { upload } from './libraryFile/upload';
import { getManyResults, getResult } from './liveResponse/results';
import { run } from './run/run';
import { collectPackage } from './machine/collectPackage';
import { get as getMachine } from './machine/get';
import { getMany as getManyMachines } from './machine/getMany';
import { responseActions } from './machine/responseActions';
import { addTag, removeTag } from './machine/tags';
import { cancel } from './machineAction/cancel';
import { get } from './machineAction/get';
import { getMany } from './machineAction/getMany';
import { getPackage } from './machineAction/getPackage';
import { wait } from './machineAction/wait';
import type { Operation } from './operation';

/** What the node can do. A new operation is one more file and one more entry. */
export const OPERATIONS: Operation[] = [
	run,
	getResult,
	getManyResults,
	get,
	getMany,
	cancel,
	wait,
	getPackage,
	getManyFiles,
	upload,
	deleteFile,
	getMachine,
	getManyMachines,
	...responseActions,
	collectPackage,
	addTag,
	removeTag,
];

const RESOURCES: INodePropertyOptions[] = [
	{ name: 'Live Response', value: 'liveResponse' },
	{ name: 'Machine Action', value: 'machineAction' },
	{ name: 'Library File', value: 'libraryFile' },
	{ name: 'Device', value: 'machine' },
];

function operationList(resource: string): INodeProperties {
	const operations = OPERATIONS.filter((operation) => operation.resource === resource);
	// What most nodes are added for: it follows whatever ran the live response.
	const { value: usual } = resource === getResult.resource ? getResult : operations[0];
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: operations.map(({ name, value, description, action, builderHint }) => ({
			name,
			value,
			description,
			action,
			...(builderHint && { builderHint: { propertyHint: builderHint } }),
		})),
		default: usual,
	};
}

/** The description of an operation for the language model of an AI agent. */
function toolDescriptionField({ resource, value, toolDescription }: Operation): INodeProperties {
	return {
		displayName: 'Tool Description',
		name: 'toolDescription',
		type: 'string',
		typeOptions: { rows: 4 },
		default: toolDescription,
		displayOptions: { show: { '@tool': [true], resource: [resource], operation: [value] } },
		description: 'The description of this tool for the AI model: what it does, what it costs, when to use it',
	};
}

/** The node's parameters: resource, operation, and what each operation asks for. */
export function nodeProperties(): INodeProperties[] {
	return [
		{ displayName: 'Resource', name: 'resource', type: 'options', noDataExpression: true, options: RESOURCES, default: 'liveResponse' },
		...RESOURCES.map(({ value }) => operationList(String(value))),
		...OPERATIONS.map(toolDescriptionField),
		...OPERATIONS.flatMap(({ resource, value, fields }) =>
			fields.map((field) => ({
				...field,
				displayOptions: { ...field.displayOptions, show: { resource: [resource], operation: [value], ...field.displayOptions?.show } },
			})),
		),
	];
}

/**
 * What the canvas shows below the node's name: the operation, and for a run its first command, unless an expression
 * gives it.
 */
export function subtitle(): string {
	const names = Object.fromEntries(
		OPERATIONS.map(({ resource, value, name, action }) => [`${resource}.${value}`, resource === getResult.resource ? name : action]),
	);
	const first = '$parameter["commands"]?.command?.[0]';
	const subject = `[${first}?.scriptName, ${first}?.fileName, ${first}?.path].map((each) => String(each?.value ?? each ?? "")).find((each) => each !== "" && !each.startsWith("="))`;
	const operation = `(${JSON.stringify(names)})[$parameter["resource"] + "." + $parameter["operation"]]`;
	return `={{ ${operation} + ($parameter["operation"] === "run" && ${subject} ? ": " + ${subject} : "") }}`;
}

/** The operation that a node is set to. */
export function chosenOperation(context: IExecuteFunctions): Operation | undefined {
	const resource = context.getNodeParameter('resource', 0);
	const value = context.getNodeParameter('operation', 0);
	return OPERATIONS.find((operation) => operation.resource === resource && operation.value === value);
}
