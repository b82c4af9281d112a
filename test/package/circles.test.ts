/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const FOLDERS = ['credentials', 'nodes', 'playground', 'bench'];

/** Every source file with the files that it imports, types included. */
function importsOf(folders: string[]): Map<string, string[]> {
	const files = folders.flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.ts'))
			.map((name) => join(ROOT, folder, name)),
	);
	return new Map(
		files.map((file) => {
			const names = [...readFileSync(file, 'utf8').matchAll(/\bfrom '(\.[^']+)'/g)].map(([, name]) => resolve(dirname(file), name));
			return [file, names.flatMap((name) => [`${name}.ts`, join(name, 'index.ts')].find((path) => existsSync(path)) ?? [])];
		}),
	);
}

/** The circles that are met going from file to file, each named by its files. */
function circlesIn(imports: Map<string, string[]>): string[] {
	const done = new Set<string>();
	const circles: string[] = [];
	const visit = (file: string, path: string[]): void => {
		const at = path.indexOf(file);
		if (at >= 0) circles.push([...path.slice(at), file].map((each) => each.slice(ROOT.length + 1)).join(' → '));
		if (at >= 0 || done.has(file)) return;
		for (const imported of imports.get(file) ?? []) visit(imported, [...path, file]);
		done.add(file);
	};
	for (const file of imports.keys()) visit(file, []);
	return circles;
}

test('no file imports itself by way of others, not even types', () => {
	const imports = importsOf(FOLDERS);
	expect(imports.size).toBeGreaterThan(150);
	expect(circlesIn(imports)).toEqual([]);
});

test('a circle is found', () => {
	const [a, b, c] = ['a', 'b', 'c'].map((name) => join(ROOT, name));
	expect(
		circlesIn(
			new Map([
				[a, [b]],
				[b, [c]],
				[c, [b]],
			]),
		),
	).toEqual(['b → c → b']);
});
