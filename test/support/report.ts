/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A table of docs/reliability.md. */
export interface Table {
	columns: string[];
	rows: Array<Array<string | number>>;
}

/** Where `npm run reliability` collects what was measured; without it no one asks. */
const folder = process.env.RELIABILITY_REPORT;

/** Puts a picture into docs/images, where a report is collected. */
export function reportPicture(name: string, svg: string): void {
	if (folder) writeFileSync(join(folder, '..', 'images', `${name}.svg`), svg);
}

/** Reports what a test has measured, for the part of docs/reliability.md of this name. */
export function report(part: string, table: Table): void {
	if (!folder) return;
	mkdirSync(folder, { recursive: true });
	const measured = `Measured on ${new Date().toISOString().slice(0, 10)} with Node.js ${process.versions.node}.`;
	writeFileSync(join(folder, `${part}.json`), `${JSON.stringify({ ...table, measured }, null, '\t')}\n`);
}
