import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { listMachines } from '../service/machines';
import { literal } from '../service/odata';
import { newTally } from '../service/tally';
import { fillList, nextPage, PAGE_SIZE, pageStart } from './pickerSession';

/** Devices whose DNS name starts with what the user typed. */
export async function searchMachines(
	this: ILoadOptionsFunctions,
	typed?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await fillList(this, async (session) => {
		const start = pageStart(paginationToken);
		const name = typed?.trim().toLowerCase();
		const filter = name ? `startswith(computerDnsName,${literal(name)})` : '';
		const machines = await listMachines(session, filter, PAGE_SIZE, newTally(), start);
		const results = machines.map(({ id, computerDnsName, entity }) => {
			const { osPlatform, healthStatus } = entity;
			const details = [osPlatform, healthStatus].filter(Boolean).join(', ');
			return { name: `${computerDnsName || id}${details && ` (${details})`}`, value: id };
		});
		return { results, paginationToken: nextPage(start, machines.length) };
	});
}
