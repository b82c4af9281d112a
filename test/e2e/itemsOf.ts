import type { IDataObject } from 'n8n-workflow';

/** The items that a tool gave, however n8n wraps them. */
export function itemsOf(result: string): IDataObject[] {
	const parsed = [JSON.parse(result) as IDataObject | IDataObject[]].flat();
	return parsed.flatMap(({ response, ...item }) => (response ?? item) as IDataObject[]);
}
