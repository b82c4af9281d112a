import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import type { MachineAction } from '../service/machineAction';
import { listMachineActions } from '../service/machineActions';
import { newTally } from '../service/tally';
import { fillList, nextPage, PAGE_SIZE, pageStart } from './pickerSession';

/** How many of the newest live responses are searched for what the user typed. */
const SEARCHED = 1_000;

/** As in "check.ps1, out.zip on ws-01: Succeeded (2026-01-31 08:00, case 4711)"; times are UTC. */
function nameOf({ commands, computerDnsName, machineId, status, ...action }: MachineAction): string {
	const subjects = commands.map(({ command }) => command?.params.find(({ key }) => key !== 'Args')?.value);
	const what = subjects.filter(Boolean).join(', ') || 'live response';
	const when = (action.creationDateTimeUtc ?? '').slice(0, 16).replace('T', ' ');
	const details = [when, action.requestorComment].filter(Boolean).join(', ');
	return `${what} on ${computerDnsName ?? machineId ?? 'a device'}: ${status}${details && ` (${details})`}`;
}

/** Recent live responses, newest first; with what the user typed in name, device, status, comment or id. */
export async function searchMachineActions(
	this: ILoadOptionsFunctions,
	typed?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await fillList(this, async (session) => {
		const start = pageStart(paginationToken);
		const wanted = typed?.trim().toLowerCase() ?? '';
		// The service cannot search for what the names are made of.
		const [most, skip] = wanted ? [SEARCHED, 0] : [PAGE_SIZE, start];
		const actions = await listMachineActions(session, "type eq 'LiveResponse'", most, newTally(), skip);
		const named = actions.map((action) => ({ name: nameOf(action), value: action.id }));
		if (!wanted) return { results: named, paginationToken: nextPage(start, actions.length) };
		const found = named.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(wanted));
		const results = found.slice(start, start + PAGE_SIZE);
		return { results, paginationToken: nextPage(start, results.length) };
	});
}
