import type { INodeProperties } from 'n8n-workflow';
import type { Parameters } from './parameters';
import { parameterError } from './parameters';

/** A collection of the editor, such as Options or Filters, and those of its entries that are asked for. */
export interface Entries {
	name: string;
	displayName: string;
	entries: Array<Pick<INodeProperties, 'name' | 'displayName' | 'type'>>;
}

/**
 * The entries of a collection that were added, by name. One that was added and whose expression gives nothing is
 * refused: a dry run that is off because a field was missing would run the script.
 *
 * @throws NodeOperationError naming the entry
 */
export function readCollection(context: Parameters, asked: Entries, itemIndex: number): Record<string, unknown> {
	const collection = context.getNodeParameter(asked.name, itemIndex, {});
	if (typeof collection !== 'object' || collection === null || Array.isArray(collection)) {
		throw parameterError(context, itemIndex, asked.displayName, 'is not a collection', 'Remove its expression, and add what you need.');
	}
	const read: Record<string, unknown> = {};
	for (const { name, displayName, type } of asked.entries) {
		if (!Object.hasOwn(collection, name)) continue;
		const value = (collection as Record<string, unknown>)[name];
		if (value === undefined || value === null) {
			const what = type === 'string' ? 'gives no text' : 'gives nothing';
			throw parameterError(
				context,
				itemIndex,
				displayName,
				what,
				`It was added to ${asked.displayName}. Check its expression, or remove it.`,
			);
		}
		read[name] = value;
	}
	return read;
}
