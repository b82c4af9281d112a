import type { DataTableColumnJsType, DataTableFilter, DataTableRowReturn } from 'n8n-workflow';

type Condition = DataTableFilter['filters'][number];

type Comparable = string | number | boolean | null;

/** Dates compare by their time, as n8n's database has them as text of fixed length. */
function comparable(value: DataTableColumnJsType | undefined): Comparable {
	return value instanceof Date ? value.getTime() : (value ?? null);
}

/** SQL's LIKE with `%`; n8n puts one on either side of a value that has none. */
function like(text: string, pattern: string, flags: string): boolean {
	const parts = (pattern.includes('%') ? pattern : `%${pattern}%`).split('%');
	const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
	return new RegExp(`^${escaped.join('.*')}$`, `s${flags}`).test(text);
}

function holds(cell: Comparable, condition: Condition['condition'], wanted: Comparable): boolean {
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

/** Whether a filter finds a row; one without conditions finds all. */
export function matching(filter: DataTableFilter | undefined): (row: DataTableRowReturn) => boolean {
	if (!filter?.filters.length) return () => true;
	const conditions = filter.filters.map(({ columnName, condition, value }) => {
		const wanted = comparable(value);
		return (row: DataTableRowReturn) => holds(comparable(row[columnName]), condition, wanted);
	});
	return filter.type === 'or' ? (row) => conditions.some((one) => one(row)) : (row) => conditions.every((one) => one(row));
}
