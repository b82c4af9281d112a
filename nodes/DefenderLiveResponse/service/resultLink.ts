import { CALLS } from './calls';
import { DefenderError } from './errors';
import { actionPath } from './machineActions';
import type { Reading } from './request';
import { callApi } from './request';
import type { Session } from './session';

const RESULT_LINK: Reading<string> = {
	expected: 'result link',
	read(body) {
		const value = (body as { value?: unknown } | null)?.value;
		// A sibling function has been seen to wrap its link in quotes once more.
		return typeof value === 'string' && value !== '' ? value.replace(/^"(.*)"$/s, '$1') : undefined;
	},
};

/**
 * A link to the result of one command. It opens the result to whoever holds it, for 30 minutes.
 * Source: `GET /api/machineactions/{id}/GetLiveResponseResultDownloadLink(index={index})`.
 *
 * @returns the link as the service wrote it; undefined when there is no result (yet)
 * @throws DefenderError, Cancelled
 */
export async function getResultLink(session: Session, machineActionId: string, index: number): Promise<string | undefined> {
	const path = `${actionPath(machineActionId)}/GetLiveResponseResultDownloadLink(index=${index})`;
	return await callApi(session, { kind: CALLS.resultLink, method: 'GET', path }, RESULT_LINK).catch((error: unknown) => {
		// Both have been seen where the result is not there yet, or never will be.
		if (error instanceof DefenderError && (error.status === 404 || error.status === 400)) return undefined;
		throw error;
	});
}
