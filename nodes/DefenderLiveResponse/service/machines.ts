import { CALLS } from './calls';
import { firstPage, listEntities } from './collection';
import type { Machine, Onboarded } from './chooseRecord';
import { chooseRecord } from './chooseRecord';
import { DefenderError, ignoreStatus, refusal } from './errors';
import { ENTITY_ID } from './machineAction';
import { idLists, isQueryRefused } from './machineActions';
import { nearestNames } from './nearestNames';
import { literal } from './odata';
import type { Reading } from './request';
import { callApi } from './request';
import type { Session } from './session';
import { serviceNow } from './session';
import { textOrEmpty } from './textOrEmpty';

/** Devices are named by SHA-1 digests; anything else could reshape the URL. */
export const MACHINE_ID = /^[0-9a-f]{40}$/i;

/** More pages than this of one look-up are not the service's. */
const MAX_PAGES = 20;

/** More records than this do not share one name. */
const MAX_NAMESAKES = 100;

const FULL_NAME = /^[\w-]+(\.[\w-]+)+$/;

/** An Entra device ID in a filter: most clients send it without quotes, and the documentation does not say. */
const ENTRA_ID = /\b(aadDeviceId eq )('?)([0-9a-f-]{36})\2/gi;

/** A filter with the other form of each Entra device ID in it. */
function withOtherQuoting(filter: string): string {
	return filter.replace(ENTRA_ID, (_, start: string, quote: string, id: string) => start + (quote ? id : literal(id)));
}

function readMachine(value: unknown): Machine | undefined {
	const entity = value as Record<string, unknown> | null;
	if (typeof entity?.id !== 'string' || !ENTITY_ID.test(entity.id)) return undefined;
	const { id, computerDnsName, lastSeen } = entity;
	return { id, computerDnsName: textOrEmpty(computerDnsName), lastSeen: textOrEmpty(lastSeen), entity };
}

/** The device that an answer holds, which must be the one that was asked for. */
export function machineWithId(id: string): Reading<Machine> {
	return {
		expected: 'device',
		read(body) {
			const machine = readMachine(body);
			return machine?.id.toLowerCase() === id.toLowerCase() ? machine : undefined;
		},
	};
}

/** The devices of a list, as far as they can be read. */
export function readMachines(entities: unknown[]): Machine[] {
	return entities.map(readMachine).filter((machine) => machine !== undefined);
}

/**
 * One device.
 * Source: `GET /api/machines/{id}`.
 *
 * @throws DefenderError, Cancelled
 */
export async function getMachine(session: Session, id: string): Promise<Machine> {
	const path = `/machines/${encodeURIComponent(id)}`;
	return await callApi(session, { kind: CALLS.readMachines, method: 'GET', path }, machineWithId(id));
}

/**
 * Devices that a filter names, as the service sent them. Where it refuses one form of an Entra device ID, the other is tried.
 * Source: `GET /api/machines`.
 *
 * @throws DefenderError, Cancelled
 */
export async function listMachineEntities(session: Session, filter: string, limit: number, maxPages?: number): Promise<unknown[]> {
	const list = async (odata: string) => {
		const search = firstPage(odata, limit, 0);
		// The service answers 404 when no device was active recently.
		return await listEntities(session, { kind: CALLS.readMachines, path: '/machines', search, maxPages, emptyIs404: true }, limit);
	};
	const other = withOtherQuoting(filter);
	return await list(filter).catch(async (error: unknown) => {
		if (refusal(error).status !== 400 || other === filter) throw error;
		return await list(other);
	});
}

/** The same for a look-up, which one page has room for, as far as they can be read. */
export async function listMachines(session: Session, filter: string, limit: number): Promise<Machine[]> {
	return readMachines(await listMachineEntities(session, filter, limit, MAX_PAGES));
}

/**
 * Devices by their ids; those that the service does not know are left out. Where it refuses lists of ids, each is asked
 * for by its path.
 *
 * @throws DefenderError, Cancelled
 */
export async function listMachinesById(session: Session, ids: string[]): Promise<Machine[]> {
	const lists = idLists(ids).map(async (list) => {
		const filter = `id in (${list.map(literal).join(',')})`;
		return await listMachines(session, filter, list.length).catch(async (error: unknown) => {
			if (!isQueryRefused(refusal(error))) throw error;
			const each = list.map(async (id) => await getMachine(session, id).catch(ignoreStatus(404)));
			return (await Promise.all(each)).filter((machine) => machine !== undefined);
		});
	});
	return (await Promise.all(lists)).flat();
}

/**
 * When devices were last seen, by their ids: one list, asked for once. Of more ids than one list takes the first count.
 *
 * @throws DefenderError, Cancelled
 */
export async function listLastSeen(session: Session, ids: string[]): Promise<Map<string, string>> {
	const [list = []] = idLists(ids);
	const search = firstPage(`id in (${list.map(literal).join(',')})`, list.length, 0);
	const entities = await listEntities(session, { kind: CALLS.readMachines, path: '/machines', search, once: true }, list.length);
	return new Map(readMachines(entities).map(({ id, lastSeen }) => [id.toLowerCase(), lastSeen]));
}

/** 2 for the name itself, 1 for a name whose first label it is (`ws-01` for `ws-01.contoso.com`), else 0. */
function matchRank(machine: Machine, name: string): number {
	const full = machine.computerDnsName.toLowerCase();
	if (full === name) return 2;
	return full.startsWith(`${name}.`) ? 1 : 0;
}

const hostOf = (name: string) => name.split('.')[0];

/** What the inventory has in place of a name that it does not have; empty where nothing is near. One call. */
async function suggestNames(session: Session, name: string): Promise<string> {
	// Of a full name the domain may be wrong, and of each its last characters.
	const start = FULL_NAME.test(name) ? hostOf(name) : name.slice(0, Math.max(1, name.length - 2));
	// It is a help only.
	const machines = await listMachines(session, `startswith(computerDnsName,${literal(start)})`, MAX_NAMESAKES).catch(refusal);
	if (machines instanceof DefenderError) return '';
	const names = machines.map(({ computerDnsName }) => computerDnsName);
	const near = nearestNames(name, names, hostOf);
	return near.length > 0 ? `The inventory has ${near.join(', ')}: enter that name.` : '';
}

/**
 * The device with a DNS name, or with a host name that only one device has; of several records the one that
 * `chooseRecord` chooses.
 *
 * @throws DefenderError when no device has the name, several have it, or none of them is onboarded; Cancelled
 */
export async function findMachineByName(session: Session, name: string, onboarded: Onboarded = 'required'): Promise<Machine> {
	const wanted = name.trim().toLowerCase();
	const filter = `computerDnsName eq ${literal(wanted)} or startswith(computerDnsName,${literal(`${wanted}.`)})`;
	const machines = await listMachines(session, filter, MAX_NAMESAKES);
	const bestRank = Math.max(1, ...machines.map((machine) => matchRank(machine, wanted)));
	const records = machines.filter((machine) => matchRank(machine, wanted) === bestRank);
	if (records.length > 0) return chooseRecord(records, `named "${name.trim()}"`, onboarded, serviceNow(session));
	const hint = await suggestNames(session, wanted);
	throw new DefenderError(
		`No device named "${name.trim()}" was found`,
		[hint, 'Check the name in the Defender device inventory, or choose the device by its ID.'].filter(Boolean).join(' '),
		{ reason: 'notFound' },
	);
}

/**
 * The device that Entra knows by an ID, as alerts carry it.
 *
 * @throws as for a name
 */
export async function findMachineByEntraId(session: Session, id: string, onboarded: Onboarded = 'required'): Promise<Machine> {
	const machines = await listMachines(session, `aadDeviceId eq ${id}`, MAX_NAMESAKES);
	const records = machines.filter(({ entity }) => textOrEmpty(entity.aadDeviceId).toLowerCase() === id.toLowerCase());
	if (records.length > 0) return chooseRecord(records, `known to Entra as ${id}`, onboarded, serviceNow(session));
	throw new DefenderError(
		`No device with the Entra device ID ${id} was found`,
		'Defender knows it only for devices that are joined or registered. Choose the device by its name or ID.',
		{ reason: 'notFound' },
	);
}
