import { CALLS } from './calls';
import type { Collection } from './collection';
import { firstPage, listEntities } from './collection';
import { DefenderError, ignoreStatus, refusal, unexpectedResponse } from './errors';
import type { MachineAction } from './machineAction';
import { actionKey, ENTITY_ID, readMachineAction } from './machineAction';
import { chunksByLength, literal } from './odata';
import type { Reading } from './request';
import { callApi } from './request';
import { isTransient } from './retry';
import type { Session } from './session';

/** Longest list of ids in a URL, in characters: the whole URL stays under 2,000. */
const MAX_ID_LIST = 1_700;

/** The maximum number of pages of one poll of actions: a page holds 10,000. */
const MAX_STATUS_PAGES = 10;

/** OData filters: live responses, investigation packages, unfinished actions. */
export const LIVE_RESPONSES = "type eq 'LiveResponse'";
export const PACKAGES = "type eq 'CollectInvestigationPackage'";
export const UNFINISHED_STATUSES = "status eq 'Pending' or status eq 'InProgress'";

/** Where an action is. What the service names it by becomes a step of the path, which `..` would change. */
function actionPath(id: string): string {
	if (!ENTITY_ID.test(id)) throw unexpectedResponse('ID of a machine action');
	return `/machineactions/${id}`;
}

/** The action that an answer holds, which must be the one that was asked for. */
function actionWithId(id: string) {
	return {
		expected: 'machine action',
		read(body: unknown) {
			const action = readMachineAction(body);
			return action && actionKey(action.id) === actionKey(id) ? action : undefined;
		},
	};
}

/**
 * One machine action.
 * Source: `GET /api/machineactions/{id}`.
 */
export async function getMachineAction(session: Session, id: string): Promise<MachineAction> {
	return await callApi(session, { kind: CALLS.readActions, method: 'GET', path: actionPath(id) }, actionWithId(id));
}

interface ListOptions extends Pick<Collection, 'maxPages' | 'matches'> {
	/** How many to leave out before the first. */
	skip?: number;
}

/**
 * Machine actions that a filter names, newest first, as the service sent them.
 * Source: `GET /api/machineactions`.
 */
export async function listActionEntities(
	session: Session,
	filter: string,
	limit: number,
	{ skip = 0, maxPages, matches }: ListOptions = {},
): Promise<unknown[]> {
	// It is unknown how many must be read to find the matching ones.
	const search = firstPage(filter, matches ? Infinity : limit, skip);
	return await listEntities(session, { kind: CALLS.readActions, path: '/machineactions', search, maxPages, matches }, limit);
}

/** The same, as far as they can be read. */
export async function listMachineActions(session: Session, filter: string, limit: number, options?: ListOptions): Promise<MachineAction[]> {
	const entities = await listActionEntities(session, filter, limit, options);
	return entities.map(readMachineAction).filter((action) => action !== undefined);
}

/**
 * Asks the service to stop an unfinished action.
 * Source: `POST /api/machineactions/{id}/cancel`.
 *
 * @throws DefenderError, also when the action has ended
 */
export async function cancelMachineAction(session: Session, id: string, comment: string): Promise<MachineAction> {
	const body = { Comment: comment };
	const answer = await callApi(session, { kind: CALLS.cancelAction, method: 'POST', path: `${actionPath(id)}/cancel`, body });
	const action = actionWithId(id).read(answer);
	if (!action) throw unexpectedResponse('machine action', 'maybe');
	return action;
}

/** All unfinished actions of the tenant, in one call; a tenant has hundreds at most. */
export async function listUnfinished(session: Session): Promise<MachineAction[]> {
	const filter = `${LIVE_RESPONSES} and (${UNFINISHED_STATUSES})`;
	return await listMachineActions(session, filter, Infinity, { maxPages: MAX_STATUS_PAGES });
}

/** The lists of ids that take one call each. */
export function idLists(ids: string[]): string[][] {
	return chunksByLength(ids, MAX_ID_LIST);
}

/** Whether the service does not take a query, rather than that something is in the way. */
export function isQueryRefused({ failure }: DefenderError): boolean {
	if (failure?.kind !== 'refused' || isTransient(failure)) return false;
	return failure.status >= 400 && failure.status !== 401 && failure.status !== 403;
}

/**
 * The actions of one of `idLists`' lists. Ids that the service does not know are left out. Where it refuses lists of
 * ids, each action is asked for by its path, and those that it does not give are left out.
 *
 * @param note gets them as soon as they are there
 * @throws DefenderError where none can be read; Cancelled
 */
export async function getMachineActionsById(
	session: Session,
	ids: string[],
	note: (actions: MachineAction[]) => void = () => undefined,
): Promise<MachineAction[]> {
	if (!session.learned.refusesIdLists) {
		const filter = `id in (${ids.map(literal).join(',')})`;
		const listed = await listMachineActions(session, filter, ids.length, { maxPages: MAX_STATUS_PAGES }).catch((error: unknown) => {
			if (!isQueryRefused(refusal(error))) throw error;
			session.learned.refusesIdLists = true;
			return undefined;
		});
		if (listed) {
			note(listed);
			return listed;
		}
	}
	const ask = async (id: string) => {
		const action = await getMachineAction(session, id);
		note([action]);
		return action;
	};
	const asked = await Promise.all(ids.map(async (id) => await ask(id).catch(refusal)));
	const failed = asked.filter((each) => each instanceof DefenderError && each.status !== 404);
	// One that cannot be read does not hold up the others.
	if (failed.length === ids.length) throw failed[0];
	return asked.flatMap((each) => (each instanceof DefenderError ? [] : [each]));
}

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
