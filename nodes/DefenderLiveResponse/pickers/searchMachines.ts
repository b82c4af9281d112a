import { ago } from '../service/ago';
import type { Machine } from '../service/chooseRecord';
import { isActive, isOnboarded, isOwnRecord } from '../service/chooseRecord';
import { listMachines } from '../service/machines';
import { literal } from '../service/odata';
import type { Session } from '../service/session';
import { serviceNow } from '../service/session';
import { textOrEmpty } from '../service/textOrEmpty';
import { PAGE_SIZE, pageOf, picker } from './picker';

/** One page of the service. It cannot search within names, so these are searched here. */
const MAX_SEARCHED = 10_000;

/** Characters of an ID that tell records of one name apart. */
const ID_START = 8;

/** The devices that are searched: all, or in a larger tenant also those whose name starts with what was typed. */
async function searched(session: Session, typed: string): Promise<Machine[]> {
	const machines = await listMachines(session, '', MAX_SEARCHED);
	if (machines.length < MAX_SEARCHED || !typed) return machines;
	const more = await listMachines(session, `startswith(computerDnsName,${literal(typed)})`, PAGE_SIZE);
	return [...new Map([...more, ...machines].map((machine) => [machine.id, machine])).values()];
}

/** 0 for a device that can run a live response, 1 for one that is onboarded, else 2. */
function rank(machine: Machine): number {
	if (!isOnboarded(machine) || !isOwnRecord(machine)) return 2;
	return isActive(machine) ? 0 : 1;
}

/**
 * Devices, those first that can run a live response; with what the user typed in name, IP address or ID. Records of
 * one name differ by the start of their ID.
 */
export const searchMachines = picker(async (session, { typed, start }) => {
	const machines = await searched(session, typed);
	const found = machines
		.filter(({ id, computerDnsName, entity }) =>
			[id, computerDnsName, textOrEmpty(entity.lastIpAddress), textOrEmpty(entity.aadDeviceId)].join(' ').toLowerCase().includes(typed),
		)
		.sort((a, b) => rank(a) - rank(b) || a.computerDnsName.localeCompare(b.computerDnsName) || a.id.localeCompare(b.id));
	const counts = new Map<string, number>();
	for (const { computerDnsName } of found) counts.set(computerDnsName, (counts.get(computerDnsName) ?? 0) + 1);
	const page = pageOf(found, start);
	const entries = page.entries.map((machine) => {
		const { id, computerDnsName, lastSeen, entity } = machine;
		const seen = ago(lastSeen, serviceNow(session));
		const details = [
			textOrEmpty(entity.osPlatform),
			textOrEmpty(entity.healthStatus),
			!isOnboarded(machine) && textOrEmpty(entity.onboardingStatus),
			seen && `seen ${seen}`,
			(counts.get(computerDnsName) ?? 0) > 1 && `ID ${id.slice(0, ID_START)}…`,
		];
		const shown = details.filter(Boolean).join(', ');
		return { name: `${computerDnsName || id}${shown && ` (${shown})`}`, value: id };
	});
	return { ...page, entries };
});
