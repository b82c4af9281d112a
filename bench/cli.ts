/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions, no-console -- a command for developers */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { installN8n, NEWEST } from '../playground/n8n/install';
import type { Measured } from './page';
import { pageOf } from './page';
import { isMet } from './part';
import { PARTS } from './parts';
import { drawPlot } from './plot';

const DOCS = join(__dirname, '..', 'docs');
const FIGURES = join(DOCS, 'benchmarks');

function measuredOn(): string {
	const [{ model }] = cpus();
	const memory = Math.round(totalmem() / 2 ** 30);
	return `Measured on ${new Date().toISOString().slice(0, 10)} with n8n ${NEWEST} and Node.js ${process.versions.node} on ${process.platform} ${process.arch}, ${cpus().length} cores of ${model}, ${memory} GB.`;
}

function readFigures(name: string): Measured | undefined {
	const file = join(FIGURES, `${name}.json`);
	return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Measured) : undefined;
}

async function main(): Promise<void> {
	const asked = process.argv.slice(2);
	const unknown = asked.filter((name) => !Object.hasOwn(PARTS, name));
	if (unknown.length > 0) throw new Error(`Unknown part ${unknown.join(', ')}. There are: ${Object.keys(PARTS).join(', ')}`);
	if (process.platform !== 'linux') throw new Error('The benchmarks read times and memory of processes from /proc, which only Linux has.');
	const { node } = await installN8n(NEWEST);
	if (process.execPath !== node) {
		// On the Node.js that n8n has, so that what is measured here and in n8n can be compared.
		const { status } = spawnSync(node, ['--expose-gc', '--import', 'tsx', __filename, ...asked], { stdio: 'inherit' });
		process.exit(status ?? 1);
	}
	mkdirSync(FIGURES, { recursive: true });
	const missed: string[] = [];
	for (const name of asked.length > 0 ? asked : Object.keys(PARTS)) {
		const { title, measure } = PARTS[name];
		console.log(`${title} …`);
		const figures: Measured = { ...(await measure()), measured: measuredOn() };
		writeFileSync(join(FIGURES, `${name}.json`), `${JSON.stringify(figures, null, '\t')}\n`);
		for (const plot of figures.plots ?? []) writeFileSync(join(DOCS, 'images', `${plot.file}.svg`), drawPlot(plot));
		for (const goal of figures.goals) {
			console.log(`  ${goal.what}: ${goal.figure}`);
			if (!isMet(goal)) missed.push(`${title}: ${goal.what}`);
		}
	}
	const all = Object.fromEntries(Object.keys(PARTS).map((name) => [name, readFigures(name)]));
	writeFileSync(join(DOCS, 'benchmarks.md'), pageOf(PARTS, all));
	console.log('docs/benchmarks.md is rewritten.');
	if (missed.length > 0) throw new Error(`Not met: ${missed.join('; ')}`);
	// n8n's engine leaves timers behind.
	process.exit();
}

main().catch((error: Error) => {
	console.error(error.message);
	process.exit(1);
});
