import type { Machine, Onboarded } from '../../service/chooseRecord';
import { findMachineByEntraId, findMachineByName, getMachine, MACHINE_ID } from '../../service/machines';
import { unexpectedResponse } from '../../service/errors';
import type { Session } from '../../service/session';
import type { Choice } from '../../fields/locator';

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
	// It becomes a part of the path, as an entered one does, and one device has one ID.
	if (!MACHINE_ID.test(id)) throw unexpectedResponse('device ID');
	session.delivery.machineId = id.toLowerCase();
	return id.toLowerCase();
}
