import { isOnboarded } from '../service/chooseRecord';
import { listMachines } from '../service/machines';
import { literal } from '../service/odata';
import { PAGE_SIZE, picker } from './picker';

/** Devices whose DNS name starts with what the user typed; records of one name say what tells them apart. */
export const searchMachines = picker(async (session, { typed, start }) => {
	const filter = typed ? `startswith(computerDnsName,${literal(typed)})` : '';
	const machines = await listMachines(session, filter, PAGE_SIZE, start);
	const names = machines.map(({ computerDnsName }) => computerDnsName);
	return machines.map((machine) => {
		const { id, computerDnsName, lastSeen, entity } = machine;
		const isDouble = names.filter((name) => name === computerDnsName).length > 1;
		const seen = isDouble && lastSeen && `last seen ${lastSeen.slice(0, 16).replace('T', ' ')} UTC`;
		const status = (isDouble || !isOnboarded(machine)) && entity.onboardingStatus;
		const words = [entity.osPlatform, entity.healthStatus, status, seen];
		const details = words.filter((word) => typeof word === 'string' && word !== '').join(', ');
		return { name: `${computerDnsName || id}${details && ` (${details})`}`, value: id };
	});
});
