import type { CommandBody, CommandType } from './actions';
import { apiError, invalidBody, missingParameter, type Reply } from './reply';

const PARAMS: Record<CommandType, { required: string; optional: string[] }> = {
	PutFile: { required: 'FileName', optional: [] },
	RunScript: { required: 'ScriptName', optional: ['Args'] },
	GetFile: { required: 'Path', optional: [] },
};
const ORDER = Object.keys(PARAMS);
const FORBIDDEN = /[;&|!$()]/;

export interface RunRequest {
	commands: CommandBody[];
	comment: string;
}

/** Reads the body of runliveresponse, or says how the service refuses it. Keys are case-sensitive. */
export function readRunRequest(body: Buffer, contentType: string | undefined): RunRequest | Reply {
	if (!/^application\/json\b/i.test(contentType ?? '')) return invalidBody();
	const request = readJsonObject(body);
	if (!request || !onlyKeys(request, ['Commands', 'Comment'])) return invalidBody();
	const { Commands: commands, Comment: comment } = request;
	if (commands === undefined || (Array.isArray(commands) && commands.length === 0)) return missingParameter('Commands');
	// Not marked as required in the documentation, yet nearly every client sends it: the guess is the strict one.
	if (comment === undefined || comment === '') return missingParameter('Comment');
	if (!Array.isArray(commands) || typeof comment !== 'string') return invalidBody();
	let last = 0;
	for (const command of commands as CommandBody[]) {
		if (!isObject(command) || !onlyKeys(command, ['type', 'params']) || !Array.isArray(command.params)) return invalidBody();
		const position = ORDER.indexOf(command.type);
		if (position < 0) return apiError(400, 'InvalidInput', `Invalid input ${command.type}`);
		const { required, optional } = PARAMS[command.type];
		for (const entry of command.params) {
			if (!isObject(entry) || !onlyKeys(entry, ['key', 'value']) || typeof entry.value !== 'string') return invalidBody();
			if (entry.key !== required && !optional.includes(entry.key)) return apiError(400, 'InvalidInput', `Invalid input ${entry.key}`);
			if (entry.key === 'Args' && FORBIDDEN.test(entry.value)) {
				return apiError(
					400,
					'InvalidInput',
					"Error: Please avoid using the following characters as part of scripts' parameters: ; & | ! $ ( )",
				);
			}
		}
		if (!command.params.some(({ key, value }) => key === required && value !== '')) return missingParameter(required);
		if (position < last) return apiError(400, 'InvalidInput', 'Commands must be in the order PutFile, RunScript, GetFile');
		last = position;
	}
	return { commands: commands as CommandBody[], comment };
}

/** A JSON object from a body, or undefined. */
export function readJsonObject(body: Buffer): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(body.toString());
		return isObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

function isObject(value: unknown): value is Record<string, unknown> & CommandBody & { key: string; value: string } {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function onlyKeys(value: object, keys: string[]): boolean {
	return Object.keys(value).every((key) => keys.includes(key));
}
