/* eslint-disable @n8n/community-nodes/no-restricted-imports -- a tool for developers */
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { startEmulator } from '../../playground/emulator';
import { endedFile } from '../../test/support/actions';
import type { Run } from '../n8n/benchN8n';
import { BenchN8n } from '../n8n/benchN8n';
import { benchNode, fileNodes, ourNode } from '../n8n/workflows';
import { inTurn, PAIRS, ratio, repeated, shown } from '../pairs';
import type { Figures, Goal, Line, Part } from '../part';
import { gzippedLog } from './gzippedFile';

const MEGABYTE = 1024 * 1024;
const SIZES = [
	// What else the machine does weighs more in a tenth of a second.
	['10 MB', 10 * MEGABYTE, 61],
	['100 MB', 100 * MEGABYTE, PAIRS],
	['1 GB', 1024 * MEGABYTE, PAIRS],
] as const;

const NAMES = { ours: 'the node', zlib: 'node:zlib', hashed: 'node:zlib and SHA-256', plain: 'HTTP Request and Compression' } as const;
type Side = keyof typeof NAMES;

async function sha256Of(file: string): Promise<string> {
	const hash = createHash('sha256');
	await pipeline(createReadStream(file), hash);
	return hash.digest('hex');
}

/** Files of a size below a folder. */
function filesOf(folder: string, bytes: number): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((file) => statSync(file).size === bytes);
}

async function measure(): Promise<Figures> {
	const emulator = await startEmulator({ limits: 'none' });
	const folder = mkdtempSync(join(tmpdir(), 'bench-files-'));
	const target = join(folder, 'file');
	const asked = { status: '={{ $json.body.status }}', link: '={{ $json.body.link }}', target: '={{ $json.body.target }}' };
	const workflows = {
		ours: ourNode({ maxDownloadSize: 2_000 }),
		zlib: benchNode(emulator, 'zlib', 'benchGunzip', asked),
		hashed: benchNode(emulator, 'hashed', 'benchGunzip', { ...asked, hashed: true }),
		plain: fileNodes(emulator),
	};
	const n8n = await BenchN8n.start(emulator, Object.values(workflows), { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' });
	const goals: Goal[] = [];
	const rows: string[][] = [];
	const more: number[] = [];
	const line = (side: Side): Line => ({ name: NAMES[side], points: [] });
	const lines = { ours: line('ours'), zlib: line('zlib'), hashed: line('hashed'), plain: line('plain') };
	for (const [name, bytes, rounds] of SIZES) {
		await n8n.restart();
		const { gzipped, sha256 } = await gzippedLog(bytes);
		const id = endedFile(emulator, { raw: gzipped }, 'C:\\Logs\\events.log');
		const status = `${emulator.apiUrl}/api/machineactions/${id}`;
		const link = `${status}/GetLiveResponseResultDownloadLink(index=0)`;
		/** Whether a run stored the file that is on the device; the stored file is removed. */
		const isWhole = async (place: string) => {
			const files = filesOf(place, bytes);
			const right = files.length === 1 && (await sha256Of(files[0])) === sha256;
			for (const file of files) rmSync(file);
			return right;
		};
		const run = async (workflow: keyof typeof workflows, place: string) => {
			const made = await n8n.run(workflows[workflow], { ids: [id], status, link, target });
			const whole = await isWhole(place);
			// What else it has stored, such as the packed file.
			for (const file of filesOf(n8n.folder, gzipped.length)) rmSync(file);
			return { ...made, whole };
		};
		const sides = {
			ours: async () => await run('ours', n8n.folder),
			zlib: async () => await run('zlib', folder),
			hashed: async () => await run('hashed', folder),
			plain: async () => await run('plain', n8n.folder),
		};
		const measured = await inTurn(sides, { rounds });
		const nodesMs = ({ nodesMs: all }: Run) =>
			Object.entries(all).reduce((sum, [node, ms]) => (node === 'Start' || node === 'Split Out' ? sum : sum + ms), 0);
		const speed = (one: Run) => bytes / MEGABYTE / (nodesMs(one) / 1000);
		const wrong = [...measured.ours, ...measured.zlib, ...measured.hashed].filter(({ whole }) => !whole).length;
		const { median, least, most } = ratio(measured.ours, measured.hashed, speed);
		goals.push({ what: `${name}: throughput beside ${NAMES.hashed}`, figure: median, spread: [least, most], atLeast: 0.9 });
		goals.push({ what: `${name}: files whose SHA-256 is another one`, figure: wrong, atMost: 0 });
		const grown = ({ peakMb, beforeMb }: Run) => peakMb - beforeMb;
		more.push(repeated(measured.ours.map(grown)).median);
		for (const side of Object.keys(NAMES) as Side[]) {
			const runs = measured[side];
			const failed = runs.filter(({ whole }) => !whole).length;
			rows.push([
				`${name}, ${NAMES[side]}`,
				failed === runs.length ? 'fails' : shown(repeated(runs.map(speed)), 0),
				failed === runs.length ? '' : shown(ratio(runs, measured.zlib, speed), 2),
				shown(repeated(runs.map(({ cpuMs }) => cpuMs / 1000))),
				shown(repeated(runs.map(({ peakMb }) => peakMb)), 0),
				shown(repeated(runs.map(grown)), 0),
			]);
			if (failed < runs.length) lines[side].points.push([bytes / MEGABYTE, repeated(runs.map(nodesMs)).median / 1000]);
		}
	}
	await n8n.stop();
	await emulator.close();
	rmSync(folder, { recursive: true });
	// Not its peak: n8n's own memory grows from file to file, whatever copies them.
	goals.push({ what: 'memory that came with 1 GB beyond that with 10 MB (MB)', figure: more[2] - more[0], atMost: 80 });
	return {
		goals,
		tables: [
			{
				columns: [
					'',
					'MB of the file in a second',
					'beside node:zlib',
					'CPU time (s)',
					'peak memory of n8n (MB)',
					'above what it was (MB)',
				],
				rows,
			},
		],
		plots: [{ file: 'bench-files', title: 'Time for a file as it grows', x: 'MB', y: 'seconds', lines: Object.values(lines) }],
	};
}

export const files: Part = {
	title: 'Collected files',
	text: "GetFile of logs in gzip, about a fifth of their size, in the real n8n with binary data on the disk. node:zlib is a node that asks for status and link by n8n's helper and pipes `http.get` through `createGunzip` into a file. With SHA-256 it knows as much about the file as our item shows, and our node is compared with it; without SHA-256 it checks nothing. Our node computes SHA-256 of the file, and SHA-256 and MD5 of the download, and n8n stores the file. The plain nodes are HTTP Request for status, link and file, and Compression. n8n lets no community node import `node:zlib`; what it may use is `DecompressionStream`, which copies every piece that zlib gives. The rest is garbage collection, according to V8 (`--trace-gc`, run by hand on 2026-11-25): pieces of a file lie outside its heap, and Node.js 24 goes through all of n8n's heap, about 200 MB, for every 20 MB of them, in 0.1 to 0.3 s. For 100 MB node:zlib takes three to six such passes. The node makes V8 collect its young objects earlier (`shortLived` in `download/gzip.ts`) and needs no such pass; without that it needed six to eight. n8n's garbage of the runs before is collected before each. n8n is restarted for each size. Medians of 61 rounds for 10 MB, of 5 for the others.",
	measure,
};
