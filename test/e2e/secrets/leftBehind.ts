/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { N8nHome } from '../../../playground/n8n/n8nHome';
import type { DatabaseRow } from '../../../playground/n8n/readDatabase';
import { parseExecutionData } from '../../../playground/n8n/readDatabase';
import type { SecretRun } from './secretRun';

/** The one field that may hold a link. */
export const LINK_FIELD = 'downloadLink';

export const DATABASE_FILES = 'database files, byte by byte';

/** Something that n8n left behind. */
export interface Piece {
	/** A file, or table and row. */
	where: string;
	content: string | Buffer;
	/** Links of fields that are there for one; they are not part of `content`. */
	links: string[];
}

export interface Place {
	what: string;
	pieces: Piece[];
}

/** All texts in a value, field names too, one in each line; links of the field for links are kept apart. */
function textsOf(value: unknown): Pick<Piece, 'content' | 'links'> {
	const texts: string[] = [];
	const links: string[] = [];
	const seen = new Set<unknown>();
	const walk = (part: unknown, field: string) => {
		if (typeof part !== 'object' || part === null) {
			(field === LINK_FIELD ? links : texts).push(String(part));
			return;
		}
		if (seen.has(part)) return;
		seen.add(part);
		for (const [key, inner] of Object.entries(part)) {
			if (!Array.isArray(part)) texts.push(key);
			walk(inner, Array.isArray(part) ? field : key);
		}
	};
	walk(value, '');
	return { content: texts.join('\n'), links };
}

function isExecutionData({ table }: DatabaseRow): boolean {
	return table === 'execution_data';
}

/** What an execution stored, unfolded. */
function parsed(home: N8nHome, { row }: DatabaseRow): Record<string, unknown> {
	return { ...row, data: parseExecutionData(home.installation, String(row.data)) };
}

function databasePlaces(home: N8nHome, rows: DatabaseRow[]): Place[] {
	const piece = (entry: DatabaseRow, i: number): Piece => ({
		where: `${entry.table}[${String(entry.row.executionId ?? entry.row.id ?? i)}]`,
		...textsOf(isExecutionData(entry) ? parsed(home, entry) : entry.row),
	});
	return [
		{ what: 'executions in the database, parsed', pieces: rows.filter(isExecutionData).map(piece) },
		{ what: 'all other tables of the database', pieces: rows.filter((entry) => !isExecutionData(entry)).map(piece) },
	];
}

/** The first whose pattern matches a file's path below n8n's home. */
const FILE_PLACES: Array<[string, RegExp]> = [
	[DATABASE_FILES, /^\.n8n\/database\.sqlite/],
	['binary data and its metadata', /^\.n8n\/(storage|binaryData)\//],
	["n8n's log files, at debug level", /^\.n8n\/.*\.log$/],
	["all other files below n8n's home", /./],
];

function filePlaces({ folder }: N8nHome): Place[] {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
	const placed = files.map((file) => {
		const where = relative(folder, file).replaceAll(sep, '/');
		const what = FILE_PLACES.find(([, pattern]) => pattern.test(where))?.[0];
		// A name can hold a secret too.
		return { what, piece: { where, content: Buffer.concat([readFileSync(file), Buffer.from(where)]), links: [] } };
	});
	return FILE_PLACES.map(([what]) => ({ what, pieces: placed.filter((file) => file.what === what).map(({ piece }) => piece) }));
}

function asPiece(content: string, i: number): Piece {
	return { where: `number ${i}`, content, links: [] };
}

/** Everything that there is to search once n8n has stopped. */
export function leftBehind(home: N8nHome, rows: DatabaseRow[], { answers, toolResults }: SecretRun): Place[] {
	const printed = home.processes.flatMap(({ args, stdout, stderr }) => [
		{ where: `stdout of n8n ${args[0]}`, content: stdout, links: [] },
		{ where: `stderr of n8n ${args[0]}`, content: stderr, links: [] },
	]);
	return [
		...databasePlaces(home, rows),
		...filePlaces(home),
		{ what: 'what n8n printed, at debug level', pieces: printed },
		{ what: 'what n8n answered its editor', pieces: answers.map(asPiece) },
		{ what: 'what AI agents gave to their model', pieces: toolResults.map(asPiece) },
	];
}
