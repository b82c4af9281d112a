import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { listLibraryFiles } from '../service/library';
import { newTally } from '../service/tally';
import { fillList, nextPage, PAGE_SIZE, pageStart } from './pickerSession';

/** Files of the library, by name; with what the user typed in name or description. */
export async function searchLibraryFiles(
	this: ILoadOptionsFunctions,
	typed?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await fillList(this, async (session) => {
		const start = pageStart(paginationToken);
		const wanted = typed?.trim().toLowerCase() ?? '';
		const files = await listLibraryFiles(session, Infinity, newTally());
		const found = files
			.map(({ fileName, description }) => ({
				name: description ? `${fileName} (${String(description)})` : fileName,
				value: fileName,
			}))
			.filter(({ name }) => name.toLowerCase().includes(wanted))
			.sort((a, b) => a.name.localeCompare(b.name));
		const results = found.slice(start, start + PAGE_SIZE);
		return { results, paginationToken: nextPage(start, results.length) };
	});
}
