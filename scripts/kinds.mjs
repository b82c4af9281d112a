// What `npm run reliability kinds` measures: for each kind of fault that was found in November 2026 the tests of its inputs.
// test/reliability/kinds.json names them by file and title; a file or title that is no longer there is an error.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(readFileSync(join(root, 'test', 'reliability', 'kinds.json'), 'utf8'));

const pathOf = (name) => `test/${name}.test.ts`;
const kinds = Object.entries(manifest).flatMap(([section, inSection]) =>
	Object.entries(inSection).map(([name, entry]) => {
		const { tests, busy } = Array.isArray(entry) ? { tests: entry, busy: 0 } : entry;
		return { section, name, busy, tests: tests.map(([file, title]) => ({ path: pathOf(file), title: new RegExp(title ?? '') })) };
	}),
);
const missing = kinds.flatMap(({ tests }) => tests.map(({ path }) => path)).filter((path) => !existsSync(join(root, path)));
if (missing.length > 0) {
	console.error(`These files of test/reliability/kinds.json do not exist: ${missing.join(', ')}`);
	process.exit(1);
}

/** All tests of some files, by path, run beside a number of processes that never rest. */
function resultsOf(paths, busy) {
	const folder = mkdtempSync(join(tmpdir(), 'kinds-'));
	const outputFile = join(folder, 'results.json');
	const others = Array.from({ length: busy }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
	try {
		const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
		const args = [jest, '--json', '--outputFile', outputFile, '--maxWorkers', '1', '--runTestsByPath', ...paths];
		spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
		const { testResults } = JSON.parse(readFileSync(outputFile, 'utf8'));
		return new Map(testResults.map(({ name, assertionResults }) => [relative(root, name).replaceAll('\\', '/'), assertionResults]));
	} finally {
		for (const each of others) each.kill('SIGKILL');
		rmSync(folder, { recursive: true, force: true });
	}
}

const byPath = new Map();
for (const busy of new Set(kinds.map((kind) => kind.busy))) {
	const paths = kinds.filter((kind) => kind.busy === busy).flatMap(({ tests }) => tests.map(({ path }) => path));
	byPath.set(busy, resultsOf([...new Set(paths)], busy));
}

const problems = [];
const rows = kinds.map(({ section, name, busy, tests }) => {
	const found = tests.flatMap(({ path, title }) => {
		const all = byPath.get(busy).get(path) ?? [];
		const named = all.filter(({ fullName, status }) => title.test(fullName) && status !== 'pending' && status !== 'todo');
		if (named.length === 0) problems.push(`${path} has no test that ran with the title ${title}`);
		return named;
	});
	const failed = found.filter(({ status }) => status !== 'passed');
	for (const { fullName } of failed) problems.push(`failed: ${fullName}`);
	const comparisons = found.reduce((sum, { numPassingAsserts = 0 }) => sum + numPassingAsserts, 0);
	return [section, name, found.length, comparisons, failed.length];
});

const table = { columns: ['section', 'kind', 'tests', 'comparisons that held', 'tests that failed'], rows };
console.table(rows.map((row) => Object.fromEntries(row.map((cell, at) => [table.columns[at], cell]))));
for (const problem of problems) console.error(problem);
const folder = process.env.RELIABILITY_REPORT;
if (folder) {
	mkdirSync(folder, { recursive: true });
	const measured = `Measured on ${new Date().toISOString().slice(0, 10)} with Node.js ${process.versions.node}.`;
	writeFileSync(join(folder, 'kinds.json'), `${JSON.stringify({ ...table, measured }, null, '\t')}\n`);
}
process.exitCode = problems.length > 0 ? 1 : 0;
