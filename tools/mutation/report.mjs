// Prints the results of `npm run mutation` by folder, writes them for docs/reliability.md where RELIABILITY_REPORT names
// a folder, and ends with 1 where tests find too few mutants. Survivors that survivors.md does not name are printed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { files } = JSON.parse(readFileSync(join(root, 'coverage', 'mutation', 'mutation.json'), 'utf8'));

/** In % of all mutants. */
const LEAST_SCORE = 95;

const SOURCES = 'nodes/DefenderLiveResponse/';
const FOLDERS = ['result', 'download', 'service'];

/** A mutant that runs without end is found as well. */
const KILLED = ['Killed', 'Timeout'];
const LIVING = ['Survived', 'NoCoverage'];

const short = (text) => {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > 90 ? `${line.slice(0, 89)}…` : line;
};

/** What was there before a mutant took its place. */
function original(source, { start, end }) {
	const lines = source.split('\n').slice(start.line - 1, end.line);
	lines[lines.length - 1] = lines[lines.length - 1].slice(0, end.column - 1);
	lines[0] = lines[0].slice(start.column - 1);
	return lines.join('\n');
}

const mutants = Object.entries(files).flatMap(([path, { source, mutants: all }]) =>
	all.map(({ status, location, replacement }) => ({
		file: path.replace(SOURCES, ''),
		status,
		name: `\`${short(original(source, location))}\` → \`${short(replacement)}\``,
	})),
);

function row(folder, of) {
	const count = (...statuses) => of.filter(({ status }) => statuses.includes(status)).length;
	const [killed, survived, uncovered] = [count(...KILLED), count('Survived'), count('NoCoverage')];
	const all = killed + survived + uncovered;
	return [folder, all, killed, survived, uncovered, ((100 * killed) / all).toFixed(1)];
}

const table = {
	columns: ['folder', 'mutants', 'killed', 'survived', 'no coverage', 'score'],
	rows: [
		...FOLDERS.map((folder) =>
			row(
				folder,
				mutants.filter(({ file }) => file.startsWith(`${folder}/`)),
			),
		),
		row('all', mutants),
	],
};
console.table(table.rows.map((cells) => Object.fromEntries(cells.map((cell, at) => [table.columns[at], cell]))));

/** The names that survivors.md has, by file: its headings are files. */
const named = readFileSync(new URL('survivors.md', import.meta.url), 'utf8').split(/^## /m);
const unnamed = mutants.filter(({ file, name, status }) => {
	const part = named.find((each) => each.startsWith(`${file}\n`));
	// Code that has backticks of its own stands between two.
	return LIVING.includes(status) && !part?.replaceAll('``', '`').includes(name);
});
for (const { file, name, status } of unnamed) console.log(`${status}, and not in survivors.md: ${file} ${name}`);

const folder = process.env.RELIABILITY_REPORT;
if (folder) {
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'mutation.json'), JSON.stringify(table, null, '\t'));
}
if (table.rows.some((cells) => Number(cells.at(-1)) < LEAST_SCORE)) {
	console.error(`Tests find less than ${LEAST_SCORE} % of the mutants.`);
	process.exitCode = 1;
}
