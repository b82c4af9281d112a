import { CALLS } from './calls';
import { DefenderError, refusal } from './errors';
import { isQueryRefused } from './machineActions';
import type { Machine } from './chooseRecord';
import { listMachinesById, machineWithId, readMachines } from './machines';
import type { Reading } from './request';
import { callApi } from './request';
import type { ApiRequest } from './send';
import type { Session } from './session';

/** The most devices of one call. Source: Microsoft's page of the call. */
export const MAX_TAGGED = 500;

/** What to do with a tag. */
export interface TagChange {
	tag: string;
	adds: boolean;
	/** Called with the time of each try, in ms, before it leaves. */
	onSend(at: number): void;
}

/** The result for each device, by id in lower case: the device as it is afterwards, or why it was not changed. */
type Changed = Map<string, Machine | DefenderError>;

function callFor({ tag, adds, onSend }: TagChange, path: string, more: { MachineIds?: string[] } = {}): ApiRequest {
	return { kind: CALLS.tag, method: 'POST', path, body: { Value: tag, Action: adds ? 'Add' : 'Remove', ...more }, onSend };
}

const MACHINES: Reading<Machine[]> = {
	expected: 'list of devices',
	read(body) {
		const value = (body as { value?: unknown } | null)?.value;
		return Array.isArray(value) ? readMachines(value) : undefined;
	},
};

/** Source: `POST /api/machines/{id}/tags`. */
async function changeOne(session: Session, id: string, change: TagChange): Promise<Machine> {
	return await callApi(session, callFor(change, `/machines/${id}/tags`), machineWithId(id));
}

/** Source: `POST /api/machines/AddOrRemoveTagForMultipleMachines`. */
async function changeMany(session: Session, ids: string[], change: TagChange): Promise<Machine[]> {
	return await callApi(session, callFor(change, '/machines/AddOrRemoveTagForMultipleMachines', { MachineIds: ids }), MACHINES);
}

/** Whether a call of many was refused for some of its devices, as far as can be said. */
function mayConcernSome({ transport }: Session, error: DefenderError): boolean {
	if (error.status !== 403) return isQueryRefused(error);
	const granted = transport.grantedPermissions();
	const enough = granted?.kind === 'delegated' ? CALLS.tag.delegatedScopes : CALLS.tag.applicationRoles;
	return granted?.names.some((name) => enough.includes(name)) ?? false;
}

function hasChange({ entity }: Machine, { tag, adds }: TagChange): boolean {
	return Array.isArray(entity.machineTags) && entity.machineTags.includes(tag) === adds;
}

/** Devices that the answer to a call of many has left out: read in one list, and asked for one by one where that shows no change. */
async function readOmitted(session: Session, ids: string[], change: TagChange): Promise<Changed> {
	const read = ids.length > 0 ? await listMachinesById(session, ids).catch(refusal) : [];
	const known = new Map((read instanceof DefenderError ? [] : read).map((machine) => [machine.id.toLowerCase(), machine]));
	const settled = ids.map(async (id): Promise<[string, Machine | DefenderError]> => {
		const machine = known.get(id);
		return [id, machine && hasChange(machine, change) ? machine : await changeOne(session, id, change).catch(refusal)];
	});
	return new Map(await Promise.all(settled));
}

/**
 * Adds a tag to devices, or removes it. A call of many that is refused is halved until single devices are refused.
 *
 * @param ids in lower case, each once, `MAX_TAGGED` at most
 * @throws Cancelled
 */
export async function changeTag(session: Session, ids: string[], change: TagChange): Promise<Changed> {
	if (ids.length === 1) return new Map([[ids[0], await changeOne(session, ids[0], change).catch(refusal)]]);
	const answer = await changeMany(session, ids, change).catch(refusal);
	if (answer instanceof DefenderError) {
		if (!mayConcernSome(session, answer)) return new Map(ids.map((id) => [id, answer]));
		const middle = Math.ceil(ids.length / 2);
		const first = await changeTag(session, ids.slice(0, middle), change);
		return new Map([...first, ...(await changeTag(session, ids.slice(middle), change))]);
	}
	const requested = new Set(ids);
	const changed = answer.map((machine): [string, Machine] => [machine.id.toLowerCase(), machine]).filter(([id]) => requested.has(id));
	const seen = new Set(changed.map(([id]) => id));
	const omitted = ids.filter((id) => !seen.has(id));
	return new Map<string, Machine | DefenderError>([...changed, ...(await readOmitted(session, omitted, change))]);
}
