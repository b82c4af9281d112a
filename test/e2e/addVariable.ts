/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions -- runs beside n8n, not in it */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { N8nHome } from '../../playground/n8n/n8nHome';

const PROGRAM = `
	const { DatabaseSync } = require('node:sqlite');
	const [file, key, value] = process.argv.slice(1);
	const database = new DatabaseSync(file);
	database.prepare("INSERT INTO variables (id, key, type, value) VALUES (?, ?, 'string', ?)").run(key, key, value);
	database.close();
`;

/** Gives n8n a variable. Its own way to do so needs a licence, reading one does not. n8n must not be running. */
export function addVariable({ installation, n8nFolder }: N8nHome, key: string, value: string): void {
	execFileSync(installation.node, ['-e', PROGRAM, '--', join(n8nFolder, 'database.sqlite'), key, value], {
		stdio: ['ignore', 'ignore', 'pipe'],
	});
}
