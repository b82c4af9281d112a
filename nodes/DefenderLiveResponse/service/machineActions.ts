import { CALLS } from './calls';
import { DefenderError } from './errors';
import type { MachineAction } from './machineAction';
import { readMachineAction } from './machineAction';
import { chunksByLength, literal, query } from './odata';
import { callApi } from './request';
import type { Session } from './session';
import type { Tally } from './tally';

/** The largest page that the service gives. */
const LARGEST_PAGE = 10_000;

/** Longest list of ids in a URL, in characters: the whole URL stays under 2,000. */
const LONGEST_ID_LIST = 1_700;

const UNFINISHED = "type eq 'LiveResponse' and (status eq 'Pending' or status eq 'InProgress')";

const notUnderstood = () =>
	new DefenderError(
		'Defender answered with something that is no machine action',
		'Check that the API base URL of the credential is that of Defender, and that no proxy answers in its place.',
	);

/**
 * One machine action.
 * Source: `GET /api/machineactions/{id}`.
 */
export async function getMachineAction(session: Session, id: string, tally: Tally): Promise<MachineAction> {
	const path = `/machineactions/${encodeURIComponent(id)}`;
	const body = await callApi(session, { kind: CALLS.readActions, method: 'GET', path }, tally);
	const action = readMachineAction(body);
	if (!action) throw notUnderstood();
	return action;
}

/**
 * Machine actions that a filter names, page by page.
 * Of `@odata.nextLink` only the query is used: it can name another host, which must not get the token.
 *
 * @param filter OData filter of the entity's properties; empty for all
 * @param most how many to give
 */
export async function listMachineActions(
	session: Session,
	filter: string,
	most: number,
	tally: Tally,
): Promise<MachineAction[]> {
	const actions: MachineAction[] = [];
	let search: string | undefined = query({ filter, top: Math.min(most, LARGEST_PAGE) });
	while (search !== undefined && actions.length < most) {
		const request = { kind: CALLS.readActions, method: 'GET' as const, path: `/machineactions${search}` };
		const page = (await callApi(session, request, tally)) as Record<string, unknown> | null;
		if (!Array.isArray(page?.value)) throw notUnderstood();
		for (const entity of page.value) {
			const action = readMachineAction(entity);
			if (action) actions.push(action);
		}
		const next: unknown = page['@odata.nextLink'];
		const following = typeof next === 'string' && next.includes('?') ? next.slice(next.indexOf('?')) : undefined;
		// A page without entities, or one that follows itself, would go on for ever.
		search = page.value.length > 0 && following !== search ? following : undefined;
	}
	return actions.slice(0, most);
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
	tally: Tally,
): Promise<MachineAction> {
	const path = `/machineactions/${encodeURIComponent(id)}/cancel`;
	const request = { kind: CALLS.cancelAction, method: 'POST' as const, path, body: { Comment: comment } };
	const action = readMachineAction(await callApi(session, request, tally));
	if (!action) throw notUnderstood();
	return action;
}

/** Everything in the tenant that has not ended, in one call. */
export async function listUnfinished(session: Session, tally: Tally): Promise<MachineAction[]> {
	return await listMachineActions(session, UNFINISHED, Infinity, tally);
}

/** The lists of ids that take one call each. */
export function idLists(ids: string[]): string[][] {
	return chunksByLength(ids, LONGEST_ID_LIST);
}

/** The actions of one of `idLists`' lists. Ids that the service does not know are left out. */
export async function getMachineActionsById(
	session: Session,
	ids: string[],
	tally: Tally,
): Promise<MachineAction[]> {
	return await listMachineActions(session, `id in (${ids.map(literal).join(',')})`, ids.length, tally);
}
