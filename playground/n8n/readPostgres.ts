/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Installation } from './install';
import type { DatabaseAddress } from './postgresServer';
import type { DatabaseRow } from './readDatabase';

interface Client {
	connect(): Promise<void>;
	query<Row>(text: string): Promise<{ rows: Row[] }>;
	end(): Promise<void>;
}

/** Every row of some tables of n8n's database in PostgreSQL, read with the client that n8n itself uses. */
export async function readPostgres({ folder }: Installation, address: DatabaseAddress, tables: string[]): Promise<DatabaseRow[]> {
	const { Client } = createRequire(join(folder, 'package.json'))('pg') as { Client: new (address: DatabaseAddress) => Client };
	const client = new Client(address);
	await client.connect();
	const rows: DatabaseRow[] = [];
	try {
		for (const table of tables) {
			const found = await client.query<Pick<DatabaseRow, 'row'>>(`SELECT row_to_json(t) AS row FROM "${table}" t`);
			rows.push(...found.rows.map(({ row }) => ({ table, row })));
		}
	} finally {
		await client.end();
	}
	return rows;
}
