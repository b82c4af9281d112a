/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs beside n8n, not in it */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CACHE_FOLDER } from './cacheFolder';

const TELL_EVERY_MS = 15_000;
/** Written last, so that a folder which has it is complete. */
const STAMP = '.installed';

/** Shows progress to people, separately from a command's result. */
export function tell(line: string): void {
	process.stderr.write(`${line}\n`);
}

/** @throws with what npm said, the middle left out where it said much */
export async function npm(args: string[], cwd: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
	let said = '';
	const code = await new Promise<number | null>((resolve, reject) => {
		const child = spawn('npm', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
		for (const stream of [child.stdout, child.stderr])
			stream.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-100_000)));
		child.once('error', reject).once('close', resolve);
	});
	if (code === 0) return;
	const lines = said.trim().split('\n');
	const shown = lines.length > 40 ? [...lines.slice(0, 20), '…', ...lines.slice(-20)] : lines;
	throw new Error(`npm ${args[0]} ended with ${code}:\n${shown.join('\n')}`);
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/** Removes what installations that were broken off have left. */
function removeRemains(target: string): void {
	const prefix = `${basename(target)}.partial-`;
	for (const name of readdirSync(dirname(target))) {
		if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue;
		rmSync(join(dirname(target), name), { recursive: true, force: true });
	}
}

interface LockedPackage {
	os?: string | string[];
	cpu?: string | string[];
}

/** Where the lock file's packages go, but for those of other platforms. */
function placesOf(folder: string): string[] {
	const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: Record<string, LockedPackage> };
	const fits = (allowed: string | string[] | undefined, own: string) => [allowed ?? own].flat().includes(own);
	const places = Object.entries(packages).filter(([place, { os, cpu }]) => place && fits(os, process.platform) && fits(cpu, process.arch));
	return places.map(([place]) => place);
}

/** Prints a line and the time every few seconds while something runs. */
export async function whileTelling(line: () => string, work: () => Promise<void>): Promise<void> {
	const started = Date.now();
	const watch = setInterval(() => tell(`  ${line()} after ${Math.round((Date.now() - started) / 1000)} s`), TELL_EVERY_MS);
	await work().finally(() => clearInterval(watch));
}

/**
 * Installs the packages of a folder that has a `package.json` and a lock file, once, and gives the place they are in.
 *
 * @param what for people, e.g. "n8n 2.41.1"
 * @param finish what is to be done in the new place before it counts as installed
 */
export async function installPinned(folder: string, what: string, finish?: (place: string) => Promise<void>): Promise<string> {
	const files = ['package.json', 'package-lock.json'];
	const hash = createHash('sha256');
	for (const file of files) hash.update(readFileSync(join(folder, file)));
	const wanted = `${hash.digest('hex')} ${process.platform} ${process.arch}`;
	const place = join(CACHE_FOLDER, basename(folder));
	const isThere = () => existsSync(join(place, STAMP)) && readFileSync(join(place, STAMP), 'utf8') === wanted;
	if (isThere()) return place;

	mkdirSync(CACHE_FOLDER, { recursive: true });
	removeRemains(place);
	// Moved into place when it is complete, so that another installation at the same time never finds half of it.
	const partial = `${place}.partial-${process.pid}`;
	rmSync(partial, { recursive: true, force: true });
	mkdirSync(partial);
	for (const file of files) copyFileSync(join(folder, file), join(partial, file));
	tell(`Installing ${what} into ${place} …`);
	const started = Date.now();
	const places = placesOf(partial);
	const countThere = () => places.filter((where) => existsSync(join(partial, where, 'package.json'))).length;
	try {
		await whileTelling(
			() => `${countThere()} of ${places.length} packages`,
			async () => await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], partial),
		);
		await finish?.(partial);
		writeFileSync(join(partial, STAMP), wanted);
		if (!isThere()) {
			rmSync(place, { recursive: true, force: true });
			renameSync(partial, place);
		}
	} finally {
		rmSync(partial, { recursive: true, force: true });
	}
	tell(`Installed ${what} in ${Math.round((Date.now() - started) / 1000)} s.`);
	return place;
}
