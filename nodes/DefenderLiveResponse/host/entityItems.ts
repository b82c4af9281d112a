import type { IDataObject } from 'n8n-workflow';
import type { Routed } from './eachItem';

/** An entity as the service sent it; an item holds an object, so that anything else is the value of one. */
function jsonOf(entity: unknown): IDataObject {
	const isRecord = typeof entity === 'object' && entity !== null && !Array.isArray(entity);
	return (isRecord ? entity : { value: entity }) as IDataObject;
}

/** Items of entities as the service sent them, by the node's only output. */
export function entityItems(entities: unknown[], itemIndex: number): Routed[] {
	return entities.map((entity) => ({
		output: 0,
		item: { json: jsonOf(entity), pairedItem: { item: itemIndex } },
	}));
}

/** For `forEachItem`, where an operation has one output. */
export const ONE_OUTPUT = { count: 1, forErrors: 0 };
