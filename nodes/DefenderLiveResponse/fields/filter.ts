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

type Filters = Record<string, Filter>;

/** A row as a filter. */
export function filter<Value>(row: Row<Value>, odata: Filter<Value>['odata'], absent?: string): Filter<Value> {
	return { ...row, odata, absent };
}

/** A filter for a property that has exactly the text that was entered. */
export function equalTo(property: string, row: Row<string>, absent?: string): Filter<string> {
	return filter(row, (value) => `${property} eq ${literal(value)}`, absent);
}

/** The OData of the filters that were added; an empty one filters nothing. */
export function odataOf<F extends Filters>(filters: F, added: Partial<Values<F>>): string {
	return Object.entries(filters)
		.map(([name, { odata, absent = '' }]) => {
			const value = added[name];
			return value === undefined || value === '' ? absent : odata(value, added);
		})
		.filter((part) => part !== '')
		.join(' and ');
}
