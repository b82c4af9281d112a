import type { Onboarded } from '../../service/chooseRecord';
import type { Machine } from '../../service/machines';
import { findMachineByEntraId, findMachineByName, getMachine } from '../../service/machines';
import { unexpectedResponse } from '../../service/errors';
import type { Session } from '../../service/session';
import type { Choice, Parameters } from '../../host/parameters';
import { hasHalves } from '../../fields/row';
import { readChoice, parameterError } from '../../host/parameters';

/** Devices are named by SHA-1 digests; anything else could reshape the URL. */
const MACHINE_ID = /^[0-9a-f]{40}$/i;

/** Entra names devices by GUIDs. */
const ENTRA_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** By what a device can be chosen: its name in texts, and how its value is checked. */
const MODES: Record<string, { kind: string; isUsable(value: string): boolean }> = {
	name: { kind: 'name', isUsable: (value) => value !== '' && !hasHalves(value) },
	entraId: { kind: 'Entra ID', isUsable: (value) => ENTRA_ID.test(value) },
	id: { kind: 'ID', isUsable: (value) => MACHINE_ID.test(value) },
};

/** The device that an item names: by id (also when picked from the list), by DNS name, or by the ID that Entra has for it. */
export function readMachineChoice(context: Parameters, itemIndex: number): Choice {
	const { mode, value } = readChoice(context, 'machineId', itemIndex);
	// As the service writes ids and names: its filters tell the case apart.
	const machine = { mode, value: value.toLowerCase() };
	const { kind, isUsable } = Object.hasOwn(MODES, mode) ? MODES[mode] : MODES.id;
	if (isUsable(machine.value)) return machine;
	throw parameterError(
		context,
		itemIndex,
		'Device',
		machine.value === '' ? 'is empty' : `is not the ${kind} of a device`,
		'Enter the device ID (40 hexadecimal digits), or choose the device by its name or its Entra device ID (a GUID).',
	);
}

/**
 * The device that was chosen, to be read: also one that is not onboarded.
 *
 * @throws DefenderError, Cancelled
 */
export async function chosenMachine(session: Session, { mode, value }: Choice): Promise<Machine> {
	if (mode === 'name') return await findMachineByName(session, value, 'preferred');
	if (mode === 'entraId') return await findMachineByEntraId(session, value, 'preferred');
	return await getMachine(session, value);
}

/**
 * The id of the device that was chosen to do something on: an onboarded one unless said otherwise, where it is known before
 * the request.
 *
 * @throws DefenderError, Cancelled
 */
export async function chosenMachineId(session: Session, { mode, value }: Choice, onboarded?: Onboarded): Promise<string> {
	if (mode !== 'name' && mode !== 'entraId') return value;
	const find = mode === 'name' ? findMachineByName : findMachineByEntraId;
	const { id } = await find(session, value, onboarded);
	// It becomes a part of the path, as an entered one does.
	if (!MACHINE_ID.test(id)) throw unexpectedResponse('device ID');
	session.delivery.machineId = id;
	return id;
}
