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

/**
 * A link to the result of one command, or to the investigation package of an action. Anyone who has the link can read
 * the result for 30 minutes, and the package for a short time.
 * Source: `GET /api/machineactions/{id}/GetLiveResponseResultDownloadLink(index={index})` and `…/getPackageUri`.
 *
 * @param index of the command; undefined for the package
 * @returns the link as the service wrote it; undefined when there is no file (yet)
 * @throws DefenderError, Cancelled
 */
export async function getResultLink(session: Session, machineActionId: string, index: number | undefined): Promise<string | undefined> {
	const [kind, name] =
		index === undefined ? [CALLS.packageLink, 'getPackageUri'] : [CALLS.resultLink, `GetLiveResponseResultDownloadLink(index=${index})`];
	const path = `${actionPath(machineActionId)}/${name}`;
	// Both statuses have been seen where the file is not there yet, or never will be.
	return await callApi(session, { kind, method: 'GET', path }, LINK).catch(ignoreStatus(400, 404));
}
