import { CALLS } from './calls';
import { firstPage, listEntities, unexpectedResponse } from './collection';
import type { Sent } from './errors';
import type { MachineAction } from './machineAction';
import { actionKey, readMachineAction } from './machineAction';
import { chunksByLength, literal } from './odata';
import { callApi } from './request';
import type { Session } from './session';

/** Longest list of ids in a URL, in characters: the whole URL stays under 2,000. */
const MAX_ID_LIST = 1_700;

/** OData filters: live responses, what has not ended, and both. */
export const LIVE_RESPONSES = "type eq 'LiveResponse'";
export const NOT_ENDED = "status eq 'Pending' or status eq 'InProgress'";
export const UNFINISHED = `${LIVE_RESPONSES} and (${NOT_ENDED})`;

/** The action that an answer holds, which must be the one that was asked for. */
function readOwn(body: unknown, id: string, sent?: Sent): MachineAction {
	const action = readMachineAction(body);
	if (!action || actionKey(action.id) !== actionKey(id)) throw unexpectedResponse('machine action', sent);
	return action;
}

/**
 * One machine action.
 * Source: `GET /api/machineactions/{id}`.
 */
export async function getMachineAction(session: Session, id: string): Promise<MachineAction> {
	const path = `/machineactions/${encodeURIComponent(id)}`;
	return readOwn(await callApi(session, { kind: CALLS.readActions, method: 'GET', path }), id);
}

/**
 * Machine actions that a filter names, newest first.
 * Source: `GET /api/machineactions`.
 *
 * @param filter OData filter of the entity's properties; empty for all
 * @param most how many to give
 * @param skip how many to leave out before them
 */
export async function listMachineActions(
	session: Session,
	filter: string,
	most: number,
	skip = 0,
): Promise<MachineAction[]> {
	const collection = { kind: CALLS.readActions, path: '/machineactions', search: firstPage(filter, most, skip) };
	const actions = (await listEntities(session, collection, most)).map(readMachineAction);
	return actions.filter((action) => action !== undefined);
}

/**
 * Asks the service to stop an action that has not ended.
 * Source: `POST /api/machineactions/{id}/cancel`.
 *
 * @returns the action as it is then
 * @throws DefenderError, also when the action has ended
 */
export async function cancelMachineAction(
	session: Session,
	id: string,
	comment: string,
): Promise<MachineAction> {
	const path = `/machineactions/${encodeURIComponent(id)}/cancel`;
	const request = { kind: CALLS.cancelAction, method: 'POST' as const, path, body: { Comment: comment } };
	return readOwn(await callApi(session, request), id, 'maybe');
}

/** Everything in the tenant that has not ended, in one call. */
export async function listUnfinished(session: Session): Promise<MachineAction[]> {
	return await listMachineActions(session, UNFINISHED, Infinity);
}

/** The lists of ids that take one call each. */
export function idLists(ids: string[]): string[][] {
	return chunksByLength(ids, MAX_ID_LIST);
}

/** The actions of one of `idLists`' lists. Ids that the service does not know are left out. */
export async function getMachineActionsById(
	session: Session,
	ids: string[],
): Promise<MachineAction[]> {
	return await listMachineActions(session, `id in (${ids.map(literal).join(',')})`, ids.length);
}
