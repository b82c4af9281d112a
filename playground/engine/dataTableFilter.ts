import type { DataTableColumnJsType, DataTableFilter, DataTableRowReturn } from 'n8n-workflow';

type Condition = DataTableFilter['filters'][number];

/** Dates compare by their time, as n8n's database has them as text of fixed length. */
function comparable(value: DataTableColumnJsType | undefined): string | number | boolean | null {
	return value instanceof Date ? value.getTime() : (value ?? null);
}

/** SQL's LIKE with `%`; n8n puts one on either side of a value that has none. */
function like(text: string, pattern: string, flags: string): boolean {
	const parts = (pattern.includes('%') ? pattern : `%${pattern}%`).split('%');
	const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
	return new RegExp(`^${escaped.join('.*')}$`, `s${flags}`).test(text);
}

function holds(row: DataTableRowReturn, { columnName, condition, value }: Condition): boolean {
	const cell = comparable(row[columnName]);
	const wanted = comparable(value);
	switch (condition) {
		case 'isEmpty':
			return cell === null || cell === '';
		case 'isNotEmpty':
			return cell !== null && cell !== '';
		case 'eq':
			return cell === wanted;
		case 'neq':
			return cell !== wanted;
	}
	// As in SQL, nothing is true of an empty cell.
	if (cell === null || wanted === null) return false;
	switch (condition) {
		case 'gt':
			return cell > wanted;
		case 'gte':
			return cell >= wanted;
		case 'lt':
			return cell < wanted;
		case 'lte':
			return cell <= wanted;
		case 'like':
			return like(String(cell), String(wanted), '');
		case 'ilike':
			return like(String(cell), String(wanted), 'i');
	}
}

/** Whether a row is one that a filter finds; without conditions it finds all. */
export function matches(row: DataTableRowReturn, filter: DataTableFilter | undefined): boolean {
	if (!filter?.filters.length) return true;
	const one = (condition: Condition) => holds(row, condition);
	return filter.type === 'or' ? filter.filters.some(one) : filter.filters.every(one);
}
