import type { IDataObject } from 'n8n-workflow';
import { NO_FILE } from './item';

/** The most items that are made of one output: more of them than a workflow can do anything with. */
export const MAX_ITEMS = 10_000;

/** The keys of the first item only: texts and whole entities, which would otherwise be repeated for each element. */
const FIRST_ITEM_ONLY = ['script_output', 'script_error', 'machineAction', 'command', 'transcript', 'download', ...Object.keys(NO_FILE)];

/**
 * One item for each element of the parsed output, where it is a list; else the item alone. What is long and the same for
 * all is in the first.
 */
export function splitItem(item: IDataObject): IDataObject[] {
	const { output } = item;
	// An empty list keeps its item: a device without findings is a result too.
	if (!Array.isArray(output) || output.length === 0) return [item];
	const [element, ...others] = output.slice(0, MAX_ITEMS) as IDataObject[];
	const first: IDataObject = { ...item, output: element };
	const omitted = output.length - MAX_ITEMS;
	if (omitted > 0) {
		const note = `The output has ${output.length} elements; there are items for the first ${MAX_ITEMS}`;
		first.errors = [...(item.errors as string[]), note];
	}
	const common = Object.fromEntries(Object.entries(item).filter(([key]) => !FIRST_ITEM_ONLY.includes(key)));
	return [first, ...others.map((each) => ({ ...common, errors: [], output: each }))];
}
