import { literal } from '../service/odata';
import type { Row, Values } from './row';

/** A filter: its field, how it is read, and what it asks of the service. */
export interface Filter<Value = unknown> extends Row<Value> {
	/**
	 * @param others the other filters that were added, by name
	 * @returns OData; empty for what filters nothing
	 */
	odata(value: Value, others: Record<string, unknown>): string;
	/** OData where the filter is not added, or is left empty. */
	absent?: string;
}

/** A row as a filter. */
export function filter<Value>(row: Row<Value>, odata: Filter<Value>['odata'], absent?: string): Filter<Value> {
	return { ...row, odata, absent };
}

/** A filter for a property that has exactly the text that was entered. */
export function equalTo(property: string, row: Row<string>): Filter<string> {
	return filter(row, (value) => `${property} eq ${literal(value)}`);
}

const isEmpty = (value: unknown) => value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** The OData of the filters that were added; an empty one filters nothing. */
export function odataOf<F extends Record<string, Filter>>(filters: F, added: Partial<Values<F>>): string {
	const parts = Object.entries(filters)
		.map(([name, { odata, absent = '' }]) => (isEmpty(added[name]) ? absent : odata(added[name], added)))
		.filter((part) => part !== '');
	return parts.length > 1 ? parts.map((part) => `(${part})`).join(' and ') : parts.join('');
}
