import type { IDataObject } from 'n8n-workflow';
import { CALLS } from './calls';
import type { LiveResponseCommand, LiveResponseRequest } from './liveResponseRequest';
import type { Run, SentRun } from './lostRun';
import type { Session } from './session';
import { startAction } from './startAction';

export type { LiveResponseCommand, LiveResponseRequest };

/** Method, path below `/api` and body of a run, as it is sent and as a dry run shows it. */
export function runRequest({ machineId, commands, comment }: LiveResponseRequest) {
	return {
		method: 'POST' as const,
		path: `/machines/${encodeURIComponent(machineId)}/runliveresponse`,
		// The service distinguishes upper and lower case in keys.
		body: { Commands: commands, Comment: comment } as unknown as IDataObject,
	};
}

/**
 * Sends commands to a device, once.
 * Source: `POST /api/machines/{id}/runliveresponse`.
 *
 * @param answered called when others need not wait for the end
 * @throws as `startAction`
 */
export async function runLiveResponse(session: Session, run: Run, answered?: () => void): Promise<SentRun> {
	return await startAction(session, run, { kind: CALLS.run, ...runRequest(run.request) }, answered);
}
