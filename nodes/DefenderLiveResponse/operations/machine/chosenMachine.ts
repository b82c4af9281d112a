import type { Machine } from '../../service/machines';
import { findMachineByName, getMachine } from '../../service/machines';
import type { Session } from '../../service/session';
import type { Choice, Parameters } from '../../host/parameters';
import { hasHalves, readChoice, parameterError } from '../../host/parameters';

/** Devices are named by SHA-1 digests; anything else could reshape the URL. */
const MACHINE_ID = /^[0-9a-f]{40}$/i;

/** The device that an item names: by id (also when picked from the list), or by DNS name. */
export function readMachineChoice(context: Parameters, itemIndex: number): Choice {
	const { mode, value } = readChoice(context, 'machineId', itemIndex);
	// As the service writes ids and names: its filters tell the case apart.
	const machine = { mode, value: value.toLowerCase() };
	const isNamed = machine.mode === 'name';
	const isUsable = isNamed ? machine.value !== '' && !hasHalves(machine.value) : MACHINE_ID.test(machine.value);
	if (isUsable) return machine;
	const kind = isNamed ? 'name' : 'ID';
	throw parameterError(
		context,
		itemIndex,
		'Device',
		machine.value === '' ? 'is empty' : `is not the ${kind} of a device`,
		'Enter the device ID (40 hexadecimal digits), or choose the device by its name.',
	);
}

/** @throws DefenderError, Cancelled */
export async function chosenMachineId(session: Session, machine: Choice): Promise<string> {
	return machine.mode === 'name' ? (await findMachineByName(session, machine.value)).id : machine.value;
}

/** @throws DefenderError, Cancelled */
export async function chosenMachine(session: Session, { mode, value }: Choice): Promise<Machine> {
	return mode === 'name' ? await findMachineByName(session, value) : await getMachine(session, value);
}
