import type { CallKind } from './calls';
import { CALLS } from './calls';
import { ignoreStatus } from './errors';
import { actionPath } from './machineActions';
import type { Reading } from './request';
import { callApi } from './request';
import type { Session } from './session';

const LINK: Reading<string> = {
	expected: 'result link',
	read(body) {
		const value = (body as { value?: unknown } | null)?.value;
		// That of a package comes in quotes once more.
		return typeof value === 'string' && value !== '' ? value.replace(/^"(.*)"$/s, '$1') : undefined;
	},
};

/** @returns undefined when there is no file (yet) */
async function getLink(session: Session, kind: CallKind, path: string): Promise<string | undefined> {
	// Both have been seen where the file is not there yet, or never will be.
	return await callApi(session, { kind, method: 'GET', path }, LINK).catch(ignoreStatus(400, 404));
}

/**
 * A link to the result of one command. Anyone who has the link can read the result for 30 minutes.
 * Source: `GET /api/machineactions/{id}/GetLiveResponseResultDownloadLink(index={index})`.
 *
 * @returns the link as the service wrote it; undefined when there is no result (yet)
 * @throws DefenderError, Cancelled
 */
export async function getResultLink(session: Session, machineActionId: string, index: number): Promise<string | undefined> {
	return await getLink(session, CALLS.resultLink, `${actionPath(machineActionId)}/GetLiveResponseResultDownloadLink(index=${index})`);
}

/**
 * A link to an investigation package. Anyone who has it can download the package for a short time.
 * Source: `GET /api/machineactions/{id}/getPackageUri`.
 *
 * @returns the link as the service wrote it; undefined when there is no package (yet)
 * @throws DefenderError, Cancelled
 */
export async function getPackageLink(session: Session, machineActionId: string): Promise<string | undefined> {
	return await getLink(session, CALLS.packageLink, `${actionPath(machineActionId)}/getPackageUri`);
}
