/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs beside n8n, not in it */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { N8nHome } from './n8nHome';

export interface DatabaseRow {
	table: string;
	row: Record<string, unknown>;
}

/** Every row of every table of a home's database, while n8n runs or afterwards. */
export function readDatabase({ installation, n8nFolder }: N8nHome): DatabaseRow[] {
	const args = [join(__dirname, 'printDatabase.mjs'), join(n8nFolder, 'database.sqlite')];
	const lines = execFileSync(installation.node, args, { encoding: 'utf8', maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'ignore'] });
	return lines
		.split('\n')
		.filter(Boolean)
		.map((line) => JSON.parse(line) as DatabaseRow);
}

/** What an execution's `data` holds: n8n stores it as text of a form of its own. */
export function parseExecutionData({ folder }: N8nHome['installation'], data: string): unknown {
	const { parse } = createRequire(join(folder, 'package.json'))('flatted') as { parse(text: string): unknown };
	return parse(data);
}
