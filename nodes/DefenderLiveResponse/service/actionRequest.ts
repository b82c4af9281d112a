import type { IDataObject } from 'n8n-workflow';
import type { CallKind, ResponseCall } from './calls';
import { CALLS } from './calls';

/** A command as the service accepts it. */
export interface LiveResponseCommand {
	type: string;
	params: Array<{ key: string; value: string }>;
}

export interface LiveResponseRequest {
	machineId: string;
	commands: LiveResponseCommand[];
	/** With a run key it holds the key's mark. */
	comment: string;
	/** Makes the run once: whatever run has it on this device is this one. */
	runKey?: string;
}

export interface ResponseActionRequest {
	machineId: string;
	comment: string;
	kind: ResponseCall;
	/** A further field, by the service's name. */
	field?: { name: string; value: string };
}

/** What becomes a machine action. */
export type ActionRequest = LiveResponseRequest | ResponseActionRequest;

/** Whether a live response is asked for. */
export function isRun(request: ActionRequest): request is LiveResponseRequest {
	return 'commands' in request;
}

/**
 * The call that asks for an action, as it is sent and as a dry run shows it.
 * Source: `POST /api/machines/{id}/runliveresponse`, and Microsoft's page of each response action.
 */
export function callOf(request: ActionRequest): { kind: CallKind; method: 'POST'; path: string; body: IDataObject } {
	const device = `/machines/${encodeURIComponent(request.machineId)}`;
	// The service distinguishes upper and lower case in keys.
	if (isRun(request)) {
		const body = { Commands: request.commands, Comment: request.comment } as unknown as IDataObject;
		return { kind: CALLS.run, method: 'POST', path: `${device}/runliveresponse`, body };
	}
	const { comment, kind, field } = request;
	const body = { Comment: comment, ...(field && { [field.name]: field.value }) };
	return { kind, method: 'POST', path: `${device}/${kind.responseAction.path}`, body };
}
