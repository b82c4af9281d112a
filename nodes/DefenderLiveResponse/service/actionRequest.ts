import type { ResponseCall } from './calls';
import type { LiveResponseRequest } from './liveResponseRequest';

/** A response action as it is asked for. */
export interface ResponseActionRequest {
	machineId: string;
	comment: string;
	kind: ResponseCall;
	/** What is asked for besides, by the service's name; an action that has none has no such field. */
	field?: { name: string; value: string };
}

/** What becomes a machine action. */
export type ActionRequest = LiveResponseRequest | ResponseActionRequest;

/** Whether a live response is asked for. */
export function isRun(request: ActionRequest): request is LiveResponseRequest {
	return 'commands' in request;
}

/** What is asked of Defender, as in "run live response". */
export function purposeOf(request: ActionRequest): string {
	return isRun(request) ? 'run live response' : request.kind.purpose;
}
