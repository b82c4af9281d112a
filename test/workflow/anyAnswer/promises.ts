import type { INodeExecutionData } from 'n8n-workflow';
import type { Emulator } from '../../../playground/emulator';

/** What no text for people has: what JavaScript says when a program is wrong, or writes for a value that is not a text. */
const NOT_FOR_PEOPLE =
	/\bundefined\b|\[object |\bNaN\b|TypeError|RangeError|SyntaxError|ReferenceError|Cannot (?:read|set|convert|destructure|access)|is not (?:a function|iterable|a constructor|defined|valid JSON)|call stack|Invalid (?:time value|array length|string length|Date)|Unexpected (?:token|end of JSON)|circular structure|Converting/;

/** Texts of errors are read by people; anybody's own words in them are cut. */
const MAX_ERROR_LENGTH = 12_000;

/** An error has to be one of n8n's own, with texts that people understand. */
export function brokenByError(error: unknown): string[] {
	const { name, message, description } = error as Error & { description?: unknown };
	const text = `${message} / ${typeof description === 'string' || description === undefined || description === null ? (description ?? '') : `description: ${JSON.stringify(description)}`}`;
	return [
		...(['NodeApiError', 'NodeOperationError'].includes(name) ? [] : [`error of kind ${name}: ${text.slice(0, 300)}`]),
		...(NOT_FOR_PEOPLE.test(text) ? [`error text: ${text.slice(0, 300)}`] : []),
		...(text.length > MAX_ERROR_LENGTH ? [`error text of ${text.length} characters`] : []),
	];
}

/** Items have to be JSON, of words for people, without tokens, and paired with an item of the input. */
export function brokenByItems(items: INodeExecutionData[], inputs: number, emulator: Emulator): string[] {
	let text: string;
	try {
		text = JSON.stringify(items);
	} catch (error) {
		return [`items that are not JSON: ${String(error)}`];
	}
	const found = NOT_FOR_PEOPLE.exec(text);
	return [
		...(found ? [`item text: …${text.slice(Math.max(0, found.index - 200), found.index + 100)}…`] : []),
		...(items.some(({ json }) => typeof json !== 'object' || json === null || Array.isArray(json)) ? ['an item without fields'] : []),
		...(items.every(({ pairedItem }) => isPaired(pairedItem, inputs)) ? [] : ['an item that is not paired']),
		...(emulator.handedOut.tokens.some((token) => text.includes(token.slice(token.lastIndexOf('.') + 1))) ? ['a token in an item'] : []),
	];
}

function isPaired(paired: INodeExecutionData['pairedItem'], inputs: number): boolean {
	const index = typeof paired === 'number' ? paired : Array.isArray(paired) ? paired[0]?.item : paired?.item;
	return index !== undefined && index >= 0 && index < inputs;
}
