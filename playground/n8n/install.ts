/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE_FOLDER } from './cacheFolder';
import { installPinned, npm, tell, whileTelling } from './pinnedPackages';

/** The versions that have lock files. */
const PINNED = { newest: '2.41.1', oldest: '1.123.81' };

/** The oldest and the newest n8n that the package is tried with. `N8N_NEWEST` names another one, e.g. 2.48.0. */
export const OLDEST = PINNED.oldest;
export const NEWEST = process.env.N8N_NEWEST || PINNED.newest;
export const VERSIONS: readonly string[] = [NEWEST, OLDEST];

/** A version of n8n, ready to be run. */
export interface Installation {
	version: string;
	/** The folder whose `node_modules` n8n is in. */
	folder: string;
	/** The Node to run it with: 24, which n8n 2.41 needs. */
	node: string;
	/** What that Node has to run. */
	script: string;
}

const run = promisify(execFile);

/** Node 24, and the folder with its headers where there is one. */
async function installNode(): Promise<{ node: string; headers?: string }> {
	const system = process.platform === 'win32' ? 'win' : process.platform;
	const known = ['linux-arm64', 'linux-x64', 'win-x64'].includes(`${system}-${process.arch}`);
	if (known) {
		const place = await installPinned(join(__dirname, 'node'), 'Node 24');
		const headers = join(place, 'node_modules', `node-${system}-${process.arch}`);
		return { node: join(headers, 'bin', system === 'win' ? 'node.exe' : 'node'), headers };
	}
	if (Number(process.versions.node.split('.')[0]) >= 24) return { node: process.execPath };
	throw new Error(
		`n8n ${NEWEST} needs Node 24, which npm does not have for ${process.platform} ${process.arch}: run this command with Node 24.`,
	);
}

/** @returns the folder with the lock file of a version: the repository's, or one that is made */
async function lockOf(version: string): Promise<string> {
	if (Object.values(PINNED).includes(version)) return join(__dirname, version);
	if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version)) throw new Error(`"${version}" is not a version of n8n: enter one such as ${PINNED.newest}.`);
	const folder = join(CACHE_FOLDER, 'locks', version);
	if (existsSync(join(folder, 'package-lock.json'))) return folder;
	mkdirSync(folder, { recursive: true });
	const like = readFileSync(join(__dirname, PINNED.newest, 'package.json'), 'utf8');
	writeFileSync(join(folder, 'package.json'), like.replaceAll(PINNED.newest, version));
	await npm(['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folder);
	return folder;
}

/** Installs a version of n8n once, which takes some minutes; each further call gives it at once. */
export async function installN8n(version: string): Promise<Installation> {
	const { node, headers } = await installNode();
	const folder = await installPinned(await lockOf(version), `n8n ${version}`, async (place) => {
		// Of all its packages n8n needs the install script of this one alone. Without a ready-made binary it compiles one.
		const env = {
			...process.env,
			PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
			...(headers && { npm_config_nodedir: headers }),
		};
		const rebuild = async () => await npm(['rebuild', 'sqlite3', '--ignore-scripts=false', '--loglevel=error'], place, env);
		await whileTelling(() => 'making its SQLite binding', rebuild).catch((error: Error) => {
			throw new Error(`Its SQLite binding was neither found nor compiled, which needs Python, make and a C++ compiler. ${error.message}`);
		});
		await run(node, ['-e', "require('sqlite3')"], { cwd: place });
	});
	return { version, folder, node, script: join(folder, 'node_modules', 'n8n', 'bin', 'n8n') };
}

async function main(): Promise<void> {
	const versions = process.argv.slice(2);
	if (versions.length === 0) versions.push(...VERSIONS);
	for (const version of versions) await installN8n(version);
}

if (require.main === module) {
	main().catch((error: Error) => {
		tell(`n8n was not installed. ${error.message}`);
		process.exitCode = 1;
	});
}
