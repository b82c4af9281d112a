import { CALLS } from './calls';
import { firstPage, listEntities, unexpectedResponse } from './collection';
import { DefenderError } from './errors';
import { ENTITY_ID } from './machineAction';
import { literal } from './odata';
import { callApi } from './request';
import type { Session } from './session';

/** A device, as the service describes it. */
export interface Machine {
	id: string;
	computerDnsName: string;
	/** ISO 8601; empty where the service does not tell. */
	lastSeen: string;
	/** The entity untouched. */
	entity: Record<string, unknown>;
}

/** More records than this do not share one name. */
const MAX_NAMESAKES = 100;

/** Names shown when one has to be chosen. */
const MAX_SHOWN = 5;

function readMachine(value: unknown): Machine | undefined {
	const entity = value as Record<string, unknown> | null;
	if (typeof entity?.id !== 'string' || !ENTITY_ID.test(entity.id)) return undefined;
	const { id, computerDnsName, lastSeen } = entity;
	return { id, computerDnsName: String(computerDnsName ?? ''), lastSeen: String(lastSeen ?? ''), entity };
}

/**
 * One device.
 * Source: `GET /api/machines/{id}`.
 *
 * @throws DefenderError, Cancelled
 */
export async function getMachine(session: Session, id: string): Promise<Machine> {
	const path = `/machines/${encodeURIComponent(id)}`;
	const machine = readMachine(await callApi(session, { kind: CALLS.readMachines, method: 'GET', path }));
	if (!machine) throw unexpectedResponse('device');
	return machine;
}

/**
 * Devices that a filter names.
 * Source: `GET /api/machines`.
 *
 * @param filter OData filter of the entity's properties; empty for all
 * @param most how many to give
 * @param skip how many to leave out before them
 * @throws DefenderError, Cancelled
 */
export async function listMachines(
	session: Session,
	filter: string,
	most: number,
	skip = 0,
): Promise<Machine[]> {
	const collection = { kind: CALLS.readMachines, path: '/machines', search: firstPage(filter, most, skip) };
	const entities = await listEntities(session, collection, most).catch((error: unknown): unknown[] => {
		// The service answers so when no device was seen of late.
		if (error instanceof DefenderError && error.status === 404) return [];
		throw error;
	});
	return entities.map(readMachine).filter((machine) => machine !== undefined);
}

/** 2 for the name itself, 1 for a name whose first label it is (`ws-01` for `ws-01.contoso.com`), else 0. */
function nearness(machine: Machine, name: string): number {
	const full = machine.computerDnsName.toLowerCase();
	if (full === name) return 2;
	return full.startsWith(`${name}.`) ? 1 : 0;
}

/**
 * The device with a DNS name, or with a host name that only one device has. A device that was onboarded again has
 * several records of one name; the one last seen is taken.
 *
 * @throws DefenderError when no device has the name, or several have it in different domains; Cancelled
 */
export async function findMachineByName(session: Session, name: string): Promise<Machine> {
	const wanted = name.trim().toLowerCase();
	const filter = `computerDnsName eq ${literal(wanted)} or startswith(computerDnsName,${literal(`${wanted}.`)})`;
	const machines = await listMachines(session, filter, MAX_NAMESAKES);
	const nearest = Math.max(1, ...machines.map((machine) => nearness(machine, wanted)));
	const best = machines
		.filter((machine) => nearness(machine, wanted) === nearest)
		.sort((a, b) => b.lastSeen.localeCompare(a.lastSeen));
	const names = [...new Set(best.map(({ computerDnsName }) => computerDnsName.toLowerCase()))];
	if (names.length === 1) return best[0];
	if (names.length > 1) {
		throw new DefenderError(
			`Several devices are named "${name.trim()}"`,
			`Enter the full name of one of them: ${names.slice(0, MAX_SHOWN).join(', ')}.`,
		);
	}
	throw new DefenderError(
		`No device named "${name.trim()}" was found`,
		'Check the name in the Defender device inventory, or choose the device by its ID.',
	);
}
