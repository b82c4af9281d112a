import { listMachines } from '../service/machines';
import { literal } from '../service/odata';
import { PAGE_SIZE, picker } from './picker';

/** Devices whose DNS name starts with what the user typed. */
export const searchMachines = picker(async (session, { typed, start }) => {
	const filter = typed ? `startswith(computerDnsName,${literal(typed)})` : '';
	const machines = await listMachines(session, filter, PAGE_SIZE, start);
	return machines.map(({ id, computerDnsName, entity: { osPlatform, healthStatus } }) => {
		const details = [osPlatform, healthStatus].filter(Boolean).join(', ');
		return { name: `${computerDnsName || id}${details && ` (${details})`}`, value: id };
	});
});
