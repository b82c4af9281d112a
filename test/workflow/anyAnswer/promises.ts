import { createHash } from 'node:crypto';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Emulator } from '../../../playground/emulator';
import { FILE } from './flows';

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

const FILE_SHA256 = createHash('sha256').update(FILE).digest('hex');

/** What the answers allow to be called `succeeded`. */
export interface Truth {
	/** Scripts end with 0 rather than 3. */
	good: boolean;
	/** Only what the flow has started itself is its own. */
	isRun: boolean;
	/** What was sent, by place: the types of a run's commands. */
	sent?: string[];
	/** The storage sends the collected file, however badly, rather than something else in its place. */
	sendsFile: boolean;
}

/** What is unknown is never `succeeded`: the scripts of the flow end with 3, another's action is never its own, a file is whole. */
export function brokenBySuccess(items: IDataObject[], { good, isRun, sent, sendsFile }: Truth, emulator: Emulator): string[] {
	return items
		.filter(({ outcome }) => outcome === 'succeeded')
		.flatMap((item): string[] => {
			const { machineActionId, commandIndex, commandType, exit_code, fileName } = item;
			const about = JSON.stringify({ machineActionId, commandIndex, commandType, exit_code, fileName });
			if (isRun && !emulator.runs.some(({ machineActionId }) => machineActionId === item.machineActionId))
				return [`succeeded, yet nothing ran: ${about}`];
			if (sent && item.commandType !== sent[Number(commandIndex)]) return [`succeeded as another command: ${about}`];
			if (item.commandType === 'RunScript' && (!good || item.exit_code !== 0)) return [`succeeded, yet the script did not: ${about}`];
			// Left compressed where the options say so.
			const isWhole = item.sha256 === FILE_SHA256 || String(item.fileName).endsWith('.gz');
			if (item.commandType === 'GetFile' && sendsFile && !isWhole) return [`succeeded with another file: ${about}`];
			return [];
		});
}

/**
 * A script runs once on each device.
 *
 * @param clientId the flow's own app: on a fast clock a request that an earlier flow gave up can still arrive
 */
export function brokenByRuns({ runs }: Emulator, clientId: string): string[] {
	const devices = runs.filter((run) => run.clientId === clientId).map(({ machineId }) => machineId);
	return devices.length === new Set(devices).size ? [] : ['a script ran twice on a device'];
}
