import type { IDataObject } from 'n8n-workflow';
import type { LiveResponseCommand } from '../../service/liveResponse';
import type { Parameters } from '../../host/parameters';
import { asText } from '../../fields/row';
import { parameterError } from '../../host/parameters';

/** The order that the service asks for. Source: Microsoft's page of the call. */
const ORDER = ['PutFile', 'RunScript', 'GetFile'];

/** Source: the text with which the service refuses them. */
const FORBIDDEN_IN_ARGS = /[;&|!$()]/g;

/** Nothing that a person types into one line. */
const CONTROL = /\p{Cc}/u;

/** What a resource locator, or a plain value, names; undefined for what is no text. */
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

/**
 * The commands of an item, checked as far as can be known before they are sent.
 *
 * @throws NodeOperationError naming the command by its place, counted from 1
 */
export function readCommands(context: Parameters, itemIndex: number): LiveResponseCommand[] {
	const refuse = (what: string, advice: string) => parameterError(context, itemIndex, 'Commands', what, advice);
	const { command: list } = (context.getNodeParameter('commands', itemIndex, {}) ?? {}) as IDataObject;
	if (!Array.isArray(list) || list.length === 0) throw refuse('is empty', 'Add a command.');
	const commands = (list as unknown[]).map((each, place): LiveResponseCommand => {
		const entry = (each ?? {}) as IDataObject;
		const type = textOr(entry, 'type', 'RunScript') ?? '';
		const subject = Object.hasOwn(SUBJECTS, type) ? SUBJECTS[type] : undefined;
		if (!subject) throw refuse(`has an unknown type in command ${place + 1}`, `Use one of ${ORDER.join(', ')}.`);
		const name = chosenText(entry[subject.field]) ?? '';
		if (name === '' || CONTROL.test(name)) {
			throw refuse(`has no usable ${subject.label} in command ${place + 1}`, `Enter the ${subject.label} of the command.`);
		}
		const params = [{ key: subject.key, value: name }];
		const args = type === 'RunScript' ? textOr(entry, 'args', '') : '';
		// Left out, they would let the script run with its own defaults.
		if (args === undefined) {
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
		if (args !== '') params.push({ key: 'Args', value: args });
		return { type, params };
	});
	const places = commands.map(({ type }) => ORDER.indexOf(type));
	if (places.some((order, at) => at > 0 && order < places[at - 1])) {
		throw refuse('are in an order that Defender refuses', 'Sort them: Put File first, then Run Script, then Get File.');
	}
	return commands;
}
