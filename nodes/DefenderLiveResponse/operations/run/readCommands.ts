import type { IDataObject } from 'n8n-workflow';
import { jsonParse } from 'n8n-workflow';
import type { LiveResponseCommand } from '../../service/actionRequest';
import type { Parameters } from '../../host/parameters';
import { asText, isNoValue } from '../../fields/row';
import { parameterError } from '../../host/parameters';
import { readParameters } from '../../host/readRows';
import { SPECIFY_COMMANDS } from './commandsField';

/** The order that the service asks for. Source: Microsoft's page of the call. */
const ORDER = ['PutFile', 'RunScript', 'GetFile'];

/** Source: the text with which the service refuses them. */
const FORBIDDEN_IN_ARGS = /[;&|!$()]/g;

/** What JavaScript writes for a value that is not a text. */
const NOT_A_TEXT = /\[object \w+\]/;

/** Nothing that a person types into one line. */
const CONTROL = /\p{Cc}/u;

/** What a resource locator, or a plain value, names; undefined for what is not a text. */
function chosenText(value: unknown): string | undefined {
	const isLocator = typeof value === 'object' && value !== null && '__rl' in value;
	return asText(isLocator ? (value as { value?: unknown }).value : value);
}

/** A field of a command; undefined where it is not a text, or its expression gives nothing. */
function textOr(entry: IDataObject, field: string, fallback: string): string | undefined {
	if (!Object.hasOwn(entry, field)) return fallback;
	const value = entry[field];
	return value === undefined || value === null ? undefined : asText(value);
}

/** What the user calls the field that names a command's subject, and the service its parameter. */
const SUBJECTS: Record<string, { field: string; label: string; key: string }> = {
	PutFile: { field: 'fileName', label: 'File', key: 'FileName' },
	RunScript: { field: 'scriptName', label: 'Script', key: 'ScriptName' },
	GetFile: { field: 'path', label: 'Path', key: 'Path' },
};

/** The fields of commands. */
const FIELDS = new Set(['type', 'args', ...Object.values(SUBJECTS).map(({ field }) => field)]);

/** The paths that a GetFile names: a list, or one on a line; an empty text for what is not a path. */
function pathsOf(value: unknown): string[] {
	return (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((each) => {
		const lines = (asText(each) ?? '').split(/\r?\n/).map((line) => line.trim());
		const paths = lines.filter((line) => line !== '');
		return paths.length > 0 ? paths : [''];
	});
}

/** The list of commands as the fields or the JSON have it; undefined for what is not a list. */
function commandList(context: Parameters, itemIndex: number): unknown {
	const { specifyCommands } = readParameters(context, SPECIFY_COMMANDS, itemIndex);
	if (specifyCommands === 'fields') return (context.getNodeParameter('commands', itemIndex, {}) as IDataObject | null)?.command;
	const entered = context.getNodeParameter('commandsJson', itemIndex, '');
	try {
		return typeof entered === 'string' && entered.trim() !== '' ? jsonParse(entered) : entered;
	} catch {
		const advice = 'Enter a list such as [{ "type": "RunScript", "scriptName": "check-baseline.ps1" }].';
		throw parameterError(context, itemIndex, 'Commands', 'is not valid JSON', advice);
	}
}

/**
 * The commands of an item, checked as far as can be known before they are sent.
 *
 * @throws NodeOperationError naming the command by its place, counted from 1
 */
export function readCommands(context: Parameters, itemIndex: number): LiveResponseCommand[] {
	const refuse = (what: string, advice: string) => parameterError(context, itemIndex, 'Commands', what, advice);
	const list = commandList(context, itemIndex);
	if (!Array.isArray(list) || list.length === 0) throw refuse('is empty', 'Add a command.');
	const commands = (list as unknown[]).flatMap((each, place): LiveResponseCommand[] => {
		const entry = (each ?? {}) as IDataObject;
		const type = textOr(entry, 'type', 'RunScript') ?? '';
		const subject = Object.hasOwn(SUBJECTS, type) ? SUBJECTS[type] : undefined;
		if (!subject) throw refuse(`has an unknown type in command ${place + 1}`, `Use one of ${ORDER.join(', ')}.`);
		const names = type === 'GetFile' ? pathsOf(entry.path) : [chosenText(entry[subject.field]) ?? ''];
		if (names.length === 0 || names.some((name) => name === '' || isNoValue(name) || CONTROL.test(name))) {
			throw refuse(`has no usable ${subject.label} in command ${place + 1}`, `Enter the ${subject.label} of the command.`);
		}
		const args = type === 'RunScript' ? textOr(entry, 'args', '') : '';
		// Arguments under another name, left out, would let the script run with its own defaults.
		const unread = type === 'RunScript' ? Object.keys(entry).find((key) => !FIELDS.has(key)) : undefined;
		if (unread !== undefined) {
			throw refuse(
				`has the field ${unread} in command ${place + 1}, which is not read`,
				'Remove it. The arguments of a script are entered as args, in one text.',
			);
		}
		if (args === undefined || isNoValue(args) || NOT_A_TEXT.test(args)) {
			throw refuse(
				`has Arguments in command ${place + 1} that are not a text`,
				'Enter them as one text, e.g. -Days 3. Leave them empty for a script without arguments.',
			);
		}
		const forbidden = [...new Set(args.match(FORBIDDEN_IN_ARGS) ?? [])];
		if (forbidden.length > 0 || CONTROL.test(args)) {
			const which = forbidden.join(' ') || 'a line break or control character';
			throw refuse(
				`has Arguments in command ${place + 1} that Defender refuses: ${which}`,
				'Leave these characters out, or pass the text encoded (e.g. as Base64) and decode it in the script.',
			);
		}
		// An empty argument is left out: the service takes it for one.
		const more = args === '' ? [] : [{ key: 'Args', value: args }];
		return names.map((name) => ({ type, params: [{ key: subject.key, value: name }, ...more] }));
	});
	const places = commands.map(({ type }) => ORDER.indexOf(type));
	if (places.some((order, at) => at > 0 && order < places[at - 1])) {
		throw refuse('are in an order that Defender refuses', 'Sort them: Put File first, then Run Script, then Get File.');
	}
	return commands;
}
