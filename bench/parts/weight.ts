/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- a tool for developers */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json';
import { installN8n, NEWEST } from '../../playground/n8n/install';
import { N8nHome } from '../../playground/n8n/n8nHome';
import { inTurn, middleHalf, repeated, shown } from '../pairs';
import type { Figures, Part } from '../part';

/** Starts of n8n with the package, and as many without it: they vary by more than what the package adds. */
const STARTS = 20;

const ROOT = join(__dirname, '..', '..');

interface Packed {
	size: number;
	unpackedSize: number;
	entryCount: number;
}

/** Milliseconds that a new process takes to load both node classes, where n8n-workflow and zod are loaded already. */
function loadTime(): number {
	const load = manifest.n8n.nodes.map((file) => `require(${JSON.stringify(join(ROOT, file))})`).join(';');
	const script = `require('n8n-workflow');require('zod');const began=performance.now();${load};console.log(performance.now()-began)`;
	return Number(execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' }));
}

/** A home of n8n with its database made, with or without our package. */
async function readyHome(withPackage: boolean): Promise<N8nHome> {
	const home = new N8nHome(await installN8n(NEWEST));
	if (!withPackage) rmSync(join(home.n8nFolder, 'nodes'), { recursive: true });
	const server = await home.start();
	await server.stop();
	return home;
}

async function startTime(home: N8nHome): Promise<number> {
	const began = performance.now();
	const server = await home.start();
	const took = performance.now() - began;
	await server.stop();
	return took / 1000;
}

async function measure(): Promise<Figures> {
	const [packed] = JSON.parse(
		execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8' }),
	) as Packed[];
	const loads = (await inTurn({ load: async () => loadTime() })).load;
	const homes = { with: await readyHome(true), without: await readyHome(false) };
	const starts = await inTurn(
		{ with: async () => await startTime(homes.with), without: async () => await startTime(homes.without) },
		{ rounds: STARTS },
	);
	await homes.with.remove();
	await homes.without.remove();
	const added = starts.with.map((time, i) => (time - starts.without[i]) * 1000);
	return {
		goals: [],
		tables: [
			{
				columns: ['', ''],
				rows: [
					['tarball (kB)', Math.round(packed.size / 1000)],
					['unpacked (kB)', Math.round(packed.unpackedSize / 1000)],
					['files', packed.entryCount],
					['dependencies to install', Object.keys((manifest as { dependencies?: object }).dependencies ?? {}).length],
					['loading both node classes (ms)', shown(repeated(loads), 1)],
					[`start of n8n ${NEWEST} without the package (s)`, shown(middleHalf(starts.without))],
					['start with it (s)', shown(middleHalf(starts.with))],
					['what it adds (ms)', shown(middleHalf(added), 0)],
				],
			},
		],
	};
}

export const weight: Part = {
	title: 'Weight',
	text: `What npm packs, what Node.js takes to load it (n8n-workflow and zod are n8n's own and loaded before), and what it adds to the start of n8n ${NEWEST}, from the command until n8n says that it is ready: ${STARTS} pairs of starts, in turn; in brackets the middle half of them.`,
	measure,
};
