import type {
	DataTable,
	DataTableColumn,
	DataTableColumnType,
	DataTableFilter,
	DataTableInsertRowsResult,
	DataTableInsertRowsReturnType,
	DataTableProxyProvider,
	DataTableRow,
	DataTableRowReturn,
	FieldType,
	IDataObject,
	IDataTableProjectAggregateService,
	IDataTableProjectService,
} from 'n8n-workflow';
import { UnexpectedError, UserError, validateFieldType } from 'n8n-workflow';
import { matching } from './dataTableFilter';

const FIELD_TYPES: Record<DataTableColumnType, FieldType> = { string: 'string', number: 'number', boolean: 'boolean', date: 'dateTime' };

interface Table extends DataTable {
	rows: DataTableRowReturn[];
	nextRowId: number;
}

function refuse(): never {
	throw new UnexpectedError('The tables in memory can only be created, listed and read, and their rows be written and deleted');
}

/** What a column takes for a value, or an error in n8n's words (n8n 2.41.1, `DataTableService`). */
function cell(value: unknown, { name, type }: DataTableColumn): DataTableRow[string] {
	if (value === null || value === undefined) return null;
	const result = validateFieldType(name, value, FIELD_TYPES[type]);
	if (!result.valid) throw new UserError(`value '${String(value)}' does not match column type '${type}': ${result.errorMessage}`);
	const { newValue } = result as { newValue: unknown };
	return (type === 'date' ? (newValue as { toJSDate(): Date }).toJSDate() : newValue) as DataTableRow[string];
}

function cells(data: DataTableRow, { columns }: Table): DataTableRow {
	return Object.fromEntries(
		Object.entries(data).map(([name, value]) => {
			const column = columns.find((candidate) => candidate.name === name);
			if (!column) throw new UserError(`unknown column name '${name}'`);
			return [name, cell(value, column)];
		}),
	);
}

/** n8n's data tables, in memory, for its Data Table node. */
export class MemoryDataTables implements DataTableProxyProvider {
	private tables: Table[] = [];

	/**
	 * Makes a table, as a user does in n8n before the workflow runs.
	 *
	 * @param id what a node names that chose the table from the list
	 * @returns the table's id
	 */
	create(name: string, columns: Record<string, DataTableColumnType>, id = `table-${this.tables.length + 1}`): string {
		if (this.tables.some((table) => table.name === name))
			throw new UserError(`Data table with name '${name}' already exists in this project`);
		const now = new Date();
		const all = Object.entries(columns).map(([column, type], index) => ({
			id: `${id}-${column}`,
			name: column,
			type,
			index,
			dataTableId: id,
		}));
		this.tables.push({ id, name, columns: all, createdAt: now, updatedAt: now, projectId: 'project', rows: [], nextRowId: 1 });
		return id;
	}

	/** Removes a table, if it is there. */
	remove(name: string): void {
		this.tables = this.tables.filter((table) => table.name !== name);
	}

	/** The rows of a table in the order in which they came, without the columns that n8n adds; dates as text. */
	rows(name: string): IDataObject[] {
		const table = this.tables.find((candidate) => candidate.name === name);
		if (!table) throw new UserError(`No such data table: "${name}"`);
		const shown = (value: DataTableRow[string]) => (value instanceof Date ? value.toJSON() : value);
		return table.rows.map((row) => Object.fromEntries(table.columns.map(({ name: column }) => [column, shown(row[column])])));
	}

	async getDataTableAggregateProxy(): Promise<IDataTableProjectAggregateService> {
		return {
			getProjectId: () => 'project',
			getManyAndCount: async ({ filter, take }) => {
				// n8n takes every table whose name contains the text, the last one written to first.
				const names = [filter?.name ?? []].flat().map((name) => name.toLowerCase());
				const found = this.tables
					.filter((table) => names.every((name) => table.name.toLowerCase().includes(name)))
					.sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime());
				return { count: found.length, data: found.slice(0, take) };
			},
			createDataTable: async ({ name, columns }) => {
				const id = this.create(name, Object.fromEntries(columns.map((column) => [column.name, column.type])));
				return this.byId(id);
			},
			deleteDataTableAll: refuse,
		};
	}

	async getDataTableProxy(_workflow: unknown, _node: unknown, dataTableId: string): Promise<IDataTableProjectService> {
		const table = this.byId(dataTableId);
		const found = (filter?: DataTableFilter) => table.rows.filter(matching(filter));
		const insert = (rows: DataTableRow[]) => {
			const empty = Object.fromEntries(table.columns.map(({ name }) => [name, null]));
			const now = new Date();
			const complete = rows.map((row) => ({ ...empty, ...cells(row, table) }));
			const added = complete.map((row) => ({ ...row, id: table.nextRowId++, createdAt: now, updatedAt: now }) as DataTableRowReturn);
			table.rows.push(...added);
			table.updatedAt = now;
			return added.map((row) => ({ ...row }));
		};
		const update = (filter: DataTableFilter, data: DataTableRow) => {
			if (filter.filters.length === 0) throw new UserError('Filter must not be empty');
			table.updatedAt = new Date();
			return found(filter).map((row) => ({ ...Object.assign(row, cells(data, table), { updatedAt: table.updatedAt }) }));
		};
		return {
			getColumns: async () => table.columns,
			getManyRowsAndCount: async ({ filter, sortBy: [field, order] = ['id', 'ASC'], skip = 0, take }) => {
				const compare = (a: DataTableRow[string], b: DataTableRow[string]) => Number((a ?? '') > (b ?? '')) - Number((a ?? '') < (b ?? ''));
				const sorted = found(filter).sort((a, b) => (order === 'ASC' ? 1 : -1) * compare(a[field], b[field]));
				return { count: sorted.length, data: sorted.slice(skip, take ? skip + take : undefined).map((row) => ({ ...row })) };
			},
			async insertRows<T extends DataTableInsertRowsReturnType>(rows: DataTableRow[], returnType: T) {
				const added = insert(rows);
				const results = { all: added, id: added.map(({ id }) => ({ id })), count: { success: true, insertedRows: added.length } };
				return results[returnType] as unknown as DataTableInsertRowsResult<T>;
			},
			updateRows: async ({ filter, data, dryRun }) => (dryRun ? refuse() : update(filter, data)),
			async upsertRow({ filter, data, dryRun }) {
				if (dryRun) refuse();
				const updated = update(filter, data);
				return updated.length > 0 ? updated : insert([data]);
			},
			async deleteRows({ filter, dryRun }) {
				if (dryRun) refuse();
				const gone = found(filter);
				table.rows = table.rows.filter((row) => !gone.includes(row));
				return gone;
			},
			async clearRows() {
				return { deletedCount: table.rows.splice(0).length };
			},
			updateDataTable: refuse,
			deleteDataTable: refuse,
			addColumn: refuse,
			moveColumn: refuse,
			deleteColumn: refuse,
		};
	}

	private byId(id: string): Table {
		const table = this.tables.find((candidate) => candidate.id === id);
		if (table) return table;
		throw new UserError(`Data table with ID '${id}' could not be found in this project`);
	}
}
