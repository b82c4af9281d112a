import type { IDataObject } from 'n8n-workflow';
import type { Routed } from './eachItem';

/** Items of entities as the service sent them, by the node's only output. */
export function entityItems(entities: Array<Record<string, unknown>>, itemIndex: number): Routed[] {
	return entities.map((entity) => ({
		output: 0,
		item: { json: entity as IDataObject, pairedItem: { item: itemIndex } },
	}));
}

/** For `forEachItem`, where an operation has one output. */
export const ONE_OUTPUT = { count: 1, forErrors: 0 };
