/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- reads the repository */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { preProcessFile } from 'typescript';

export const ROOT = join(__dirname, '..', '..');

/** Every TypeScript file below these folders, by its path from the root. */
export function sources(...folders: string[]): string[] {
	const below = (folder: string) =>
		readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file).replaceAll('\\', '/'));
	return folders.flatMap(below).filter((file) => file.endsWith('.ts') && !file.includes('node_modules'));
}

/** The file that a relative import names, by its path from the root; undefined for a package. */
function target(from: string, imported: string): string | undefined {
	if (!imported.startsWith('.')) return undefined;
	const path = join(ROOT, dirname(from), imported);
	const file = [`${path}.ts`, join(path, 'index.ts'), path].find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
	return file && relative(ROOT, file).replaceAll('\\', '/');
}

/** What a file imports of the repository, types included. */
export function importsOf(file: string): string[] {
	const { importedFiles } = preProcessFile(textOf(file));
	return importedFiles.map(({ fileName }) => target(file, fileName)).filter((path) => path !== undefined);
}

const texts = new Map<string, string>();

function textOf(file: string): string {
	let text = texts.get(file);
	if (text === undefined) texts.set(file, (text = readFileSync(join(ROOT, file), 'utf8')));
	return text;
}

/** How often a file has a name as a word of its own. */
export function mentions(file: string, name: string): number {
	return textOf(file).match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
}

/**
 * Names that a file exports for others. A type that its own exports are made of is in use by them; classes of nodes and
 * credentials are loaded by n8n.
 */
export function exportedNames(file: string): string[] {
	if (/\.(node|credentials)\.ts$/.test(file)) return [];
	const exported = textOf(file).matchAll(/^export (?:async )?(function\*?|const|let|class|interface|type) (\w+)/gm);
	return [...exported].filter(([, kind, name]) => !/interface|type/.test(kind) || mentions(file, name) === 1).map(([, , name]) => name);
}
