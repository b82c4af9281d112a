import type { INode } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

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
		'Connect this node behind one that ran a live response, or enter the ID (a GUID) of the machine action.',
	);
}

/** A whole number within bounds. */
export function readWholeNumber(context: Parameters, value: unknown, itemIndex: number, displayName: string, least: number): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && Number.isSafeInteger(number) && number >= least) return number;
	throw parameterError(context, itemIndex, displayName, 'is no usable number', `Enter a whole number of ${least} or more.`);
}

/** A text as people and expressions give it; undefined for what is none. */
export function asText(value: unknown): string | undefined {
	if (value === undefined || value === null) return '';
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : undefined;
}

/** A text that may be empty; where its expression gives nothing, nobody knows what was meant. */
export function readText(context: Parameters, name: string, itemIndex: number, displayName: string): string {
	const value = context.getNodeParameter(name, itemIndex, '');
	const text = value === undefined || value === null ? undefined : asText(value);
	if (text !== undefined) return text;
	throw parameterError(context, itemIndex, displayName, 'is not a text', 'Check its expression, or leave it empty.');
}

/** Whether a text holds half of a character (a lone surrogate), which no address and no name can hold. */
export function hasHalves(text: string): boolean {
	return /\p{Cs}/u.test(text);
}

/** A filter's text; empty where it was not added or left empty. One that is not a text would let everything pass. */
export function readFilter(
	context: Parameters,
	filters: Record<string, unknown>,
	name: string,
	displayName: string,
	itemIndex: number,
): string {
	const text = asText(filters[name]);
	if (text !== undefined && !hasHalves(text)) return text;
	throw parameterError(context, itemIndex, displayName, 'gives no text', 'Check its expression, or remove the filter.');
}

/** Why something is done; the service keeps it with the machine action. */
export function readComment(context: Parameters, itemIndex: number): string {
	const comment = asText(context.getNodeParameter('comment', itemIndex, '')) ?? '';
	if (comment !== '' && comment !== 'undefined' && comment !== 'null') return comment;
	throw parameterError(context, itemIndex, 'Comment', 'is empty', 'Say why: Defender keeps it with the machine action.');
}

/** How many entities to give; Infinity for all. */
export function readMost(context: Parameters, itemIndex: number): number {
	if (readFlag(context, context.getNodeParameter('returnAll', itemIndex, false), itemIndex, 'Return All')) return Infinity;
	return readWholeNumber(context, context.getNodeParameter('limit', itemIndex, 50), itemIndex, 'Limit', 1);
}

/**
 * A switch. An expression may give its words; whatever is neither is refused, rather than taken for off where it
 * keeps something from being done.
 */
export function readFlag(context: Parameters, value: unknown, itemIndex: number, displayName: string): boolean {
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
	throw parameterError(context, itemIndex, displayName, 'is neither true nor false', 'Enter true or false.');
}

/**
 * A switch of the whole node that decides which outputs it has. n8n draws them by what the workflow holds, before there
 * is any item, so an expression is refused: items would leave by outputs that are not there.
 */
export function readNodeFlag(context: Parameters, name: string, displayName: string, fallback: boolean): boolean {
	const held = context.getNodeParameter(name, 0, fallback, { rawExpressions: true });
	// n8n takes the equals sign off where a field accepts no expression.
	if (typeof held !== 'string' || !/^=|\{\{/.test(held)) return readFlag(context, held, 0, displayName);
	throw parameterError(
		context,
		0,
		displayName,
		'accepts no expression',
		'It decides which outputs the node has, so it is the same for all items. Switch it on or off in the node.',
	);
}
