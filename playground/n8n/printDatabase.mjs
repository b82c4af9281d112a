// Prints every row of n8n's SQLite database, one as JSON in each line: `node printDatabase.mjs <file>`. Needs Node 24.
import { DatabaseSync } from 'node:sqlite';

// n8n may write at this very moment.
const database = new DatabaseSync(process.argv[2], { readOnly: true, timeout: 10_000 });
const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
for (const { name: table } of tables) {
	for (const row of database.prepare(`SELECT * FROM "${table}"`).iterate()) {
		for (const [column, value] of Object.entries(row)) {
			if (value instanceof Uint8Array) row[column] = Buffer.from(value).toString('latin1');
		}
		process.stdout.write(`${JSON.stringify({ table, row })}\n`);
	}
}
database.close();
