import type { Choice } from './locator';
import { byValue, fromList, locator } from './locator';
import { hasHalves, InvalidValue, isNoValue } from './row';
import { GUID } from '../service/guid';
import { MACHINE_ID } from '../service/machines';

/** By what a device can be chosen: its name in texts, and how its value is checked. */
const MODES: Record<string, { kind: string; isUsable(value: string): boolean }> = {
	name: { kind: 'name', isUsable: (value) => value !== '' && !hasHalves(value) },
	entraId: { kind: 'Entra ID', isUsable: (value) => GUID.test(value) },
	id: { kind: 'ID', isUsable: (value) => MACHINE_ID.test(value) },
};

function readMachine({ mode, value }: Choice): Choice {
	// As the service writes ids and names: its filters tell the case apart.
	const machine = { mode, value: value.toLowerCase() };
	const { kind, isUsable } = Object.hasOwn(MODES, mode) ? MODES[mode] : MODES.id;
	if (isUsable(machine.value) && !isNoValue(value)) return machine;
	throw new InvalidValue(
		machine.value === '' ? 'is empty' : `is not the ${kind} of a device`,
		'Enter the device ID (40 hexadecimal digits), or choose the device by its name or its Entra device ID (a GUID).',
	);
}

/** Which device: by id (also when picked from the list), by DNS name, or by the ID that Entra has for it. */
export const MACHINE = {
	machineId: locator(
		'Device',
		'A device of the tenant',
		[
			fromList('searchMachines', 'Search by name, IP address or ID…'),
			byValue('By ID', 'id', 'e.g. 4899036531e374137f63289c3267bad772c13fef'),
			byValue('By Name', 'name', 'e.g. ws-01.contoso.com'),
			byValue('By Entra Device ID', 'entraId', 'e.g. 5b1c8e6a-3f0e-4c7b-9a58-0d2f6f1a7c11'),
		],
		{
			builderHint: {
				propertyHint:
					'Mode id for the device ID (40 hexadecimal digits, machineId of an alert or of Defender), name for the DNS name, entraId for aadDeviceId. Never a display name of another system.',
			},
		},
		readMachine,
	),
};
