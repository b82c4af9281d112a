import type { INode } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { asText, isNoValue } from '../fields/row';

/** Where parameters are read from: the execution of a node, or a poll of a trigger. */
export interface Parameters {
	getNode(): INode;
	getNodeParameter(name: string, itemIndex: number, fallback?: unknown, options?: { rawExpressions?: boolean }): unknown;
	/** Of the workflow, as in `Europe/Berlin`. */
	getTimezone(): string;
}

/**
 * Says that a parameter cannot be used, before any request is made.
 *
 * @param displayName as the editor shows it
 */
export function parameterError(
	context: Parameters,
	itemIndex: number,
	displayName: string,
	what: string,
	advice: string,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), `'${displayName}' ${what} [item ${itemIndex}]`, {
		description: advice,
		itemIndex,
	});
}

/** Something chosen by a resource locator; a plain string in a saved workflow is the value itself. */
export interface Choice {
	mode: string;
	value: string;
}

export function readChoice(context: Parameters, name: string, itemIndex: number): Choice {
	const chosen: unknown = context.getNodeParameter(name, itemIndex, '');
	const isLocator = typeof chosen === 'object' && chosen !== null;
	const { mode, value } = isLocator ? (chosen as Partial<Choice>) : { mode: 'id', value: chosen };
	// What is not a text names nothing.
	return { mode: asText(mode) || 'id', value: asText(value) ?? '' };
}

/** Machine actions are named by GUIDs; anything else could reshape the URL. */
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function readMachineActionId(context: Parameters, itemIndex: number): string {
	const { value } = readChoice(context, 'machineActionId', itemIndex);
	if (GUID.test(value)) return value;
	throw parameterError(
		context,
		itemIndex,
		'Machine Action',
		value === '' ? 'is empty' : 'is not the ID of a machine action',
		'Connect this node after one that ran a live response, or enter the ID (a GUID) of the machine action.',
	);
}

/** Why something is done; the service keeps it with the machine action. */
export function readComment(context: Parameters, itemIndex: number): string {
	const comment = asText(context.getNodeParameter('comment', itemIndex, '')) ?? '';
	if (comment !== '' && !isNoValue(comment)) return comment;
	throw parameterError(context, itemIndex, 'Comment', 'is empty', 'Say why: Defender keeps it with the machine action.');
}
