/* eslint-disable @n8n/community-nodes/no-restricted-imports -- reads the repository */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportedNames, importsOf, mentions, ROOT, sources } from './imports';

const NODE = 'nodes/DefenderLiveResponse/';

/** The folders of the node from the service up: a folder imports from itself and from those before it. */
const FLOORS = [['service'], ['fields'], ['download'], ['result'], ['host'], ['operations', 'trigger', 'pickers'], ['']];

/** `download` for `nodes/DefenderLiveResponse/download/gzip.ts`, empty for the node's own files. */
function folderOf(file: string): string {
	const [folder, inside] = file.slice(NODE.length).split('/');
	return inside === undefined ? '' : folder;
}

function mayImport(from: string, to: string): boolean {
	const floorOf = (folder: string) => FLOORS.findIndex((floor) => floor.includes(folder));
	return from === to || floorOf(to) < floorOf(from);
}

it('has every folder of the node on a floor', () => {
	const folders = new Set(sources(NODE).map(folderOf));
	expect([...folders].filter((folder) => !FLOORS.flat().includes(folder))).toEqual([]);
});

it('lets no import of the node run back, or from a sibling to a sibling', () => {
	const wrong = sources(NODE).flatMap((file) =>
		importsOf(file)
			.filter((imported) => !imported.startsWith(NODE) || !mayImport(folderOf(file), folderOf(imported)))
			.map((imported) => `${file} imports ${imported}`),
	);
	expect(wrong).toEqual([]);
});

it('has no circle of imports anywhere', () => {
	const graph = new Map(sources('nodes', 'credentials', 'playground', 'bench', 'test').map((file) => [file, importsOf(file)]));
	const circles: string[] = [];
	const done = new Set<string>();
	const visit = (file: string, path: string[]) => {
		if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
		if (done.has(file) || path.includes(file)) return;
		for (const imported of graph.get(file) ?? []) visit(imported, [...path, file]);
		done.add(file);
	};
	for (const file of graph.keys()) visit(file, []);
	expect(circles).toEqual([]);
});

it('exports nothing that no other file imports', () => {
	const everywhere = sources('nodes', 'credentials', 'playground', 'bench', 'test');
	const isUsed = (file: string, name: string) => everywhere.some((other) => other !== file && mentions(other, name) > 0);
	const unused = sources('nodes', 'credentials').flatMap((file) =>
		exportedNames(file)
			.filter((name) => !isUsed(file, name))
			.map((name) => `${file}: ${name}`),
	);
	expect(unused).toEqual([]);
});

it('has a line in CONTRIBUTING.md for each folder of the node', () => {
	const guide = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
	const named = [...guide.matchAll(/^\| `(\w+)\/` \|/gm)].map(([, folder]) => folder);
	expect(named.sort()).toEqual(FLOORS.flat().filter(Boolean).sort());
});

it('keeps the tests that `npm run reliability kinds` counts', () => {
	const kinds = readFileSync(join(ROOT, 'test/reliability/kinds.json'), 'utf8');
	const named = [...kinds.matchAll(/\["(\w+\/[^"]+)"/g)].map(([, name]) => `test/${name}.test.ts`);
	expect(named.length).toBeGreaterThan(50);
	expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
