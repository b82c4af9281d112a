import type { IDataObject } from 'n8n-workflow';
import type { N8nServer } from '../../../playground/n8n/n8nServer';

/** Where a user's own data tables are. */
async function tablesPath(server: N8nServer): Promise<string> {
	const { data } = await server.call('GET', '/projects/personal');
	return `/projects/${(data as { id: string }).id}/data-tables`;
}

/** Makes a data table as a user does, and gives its id. */
export async function createTable(server: N8nServer, name: string, columns: Array<{ name: string; type: string }>): Promise<string> {
	const { status, data, text } = await server.call('POST', await tablesPath(server), { name, columns });
	if (status !== 200) throw new Error(`The data table was not made: ${status} ${text}`);
	return (data as { id: string }).id;
}

/** The id of a data table. */
export async function tableNamed(server: N8nServer, name: string): Promise<string> {
	const { data } = await server.call('GET', await tablesPath(server));
	return (data as { data: Array<{ id: string; name: string }> }).data.find((table) => table.name === name)!.id;
}

/** All rows of a data table, in the order in which they were written. */
export async function rowsOf(server: N8nServer, table: string): Promise<IDataObject[]> {
	const { data } = await server.call('GET', `${await tablesPath(server)}/${table}/rows`);
	return (data as { data: IDataObject[] }).data;
}

/** Changes the rows of a data table in which a column has a value. */
export async function changeRows(server: N8nServer, table: string, [columnName, value]: [string, string], to: IDataObject): Promise<void> {
	const filter = { type: 'and', filters: [{ columnName, condition: 'eq', value }] };
	const { status, text } = await server.call('PATCH', `${await tablesPath(server)}/${table}/rows`, { filter, data: to });
	if (status !== 200) throw new Error(`The rows were not changed: ${status} ${text}`);
}
