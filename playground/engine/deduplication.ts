import './environment';
import { DataDeduplicationService } from 'n8n-core';
import type { DeduplicationItemTypes, ICheckProcessedContextData, ICheckProcessedOptions, IDataDeduplicator } from 'n8n-workflow';
import { UnexpectedError } from 'n8n-workflow';

/** What nodes have seen before, by workflow and node: n8n keeps it in its database. */
const entries = new Map<string, DeduplicationItemTypes[]>();

function refuse(): never {
	throw new UnexpectedError('What nodes have seen before can only be checked and entered here');
}

/** As n8n does it (n8n 2.41.1, `DeduplicationHelper.handleHashedItems`): all entries of a node are read and written at once. */
const inMemory: IDataDeduplicator = {
	async checkProcessedAndRecord(
		items,
		scope,
		{ workflow, node }: ICheckProcessedContextData,
		{ mode, maxEntries }: ICheckProcessedOptions,
	) {
		if (mode !== 'entries' || scope !== 'node') return refuse();
		const place = `${workflow.id} ${node?.id}`;
		const before = entries.get(place) ?? [];
		const fresh = items.filter((item) => !before.includes(item));
		const after = [...before, ...fresh];
		entries.set(place, maxEntries ? after.slice(-maxEntries) : after);
		return { new: fresh, processed: items.filter((item) => before.includes(item)) };
	},
	removeProcessed: refuse,
	clearAllProcessedItems: refuse,
	getProcessedDataCount: refuse,
};

let isThere = false;

/** Lets nodes keep what they have seen, beginning with nothing, as a new n8n does. */
export async function forgetSeen(): Promise<void> {
	entries.clear();
	// There is one for each process.
	if (!isThere) await DataDeduplicationService.init(inMemory);
	isThere = true;
}
