/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { execFile } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { installPinned, npm, tell, whileTelling } from './pinnedPackages';

/** The oldest and the newest n8n that this package is made for. */
export const OLDEST = '1.123.81';
export const NEWEST = '2.41.1';
export type N8nVersion = typeof OLDEST | typeof NEWEST;
export const VERSIONS: readonly N8nVersion[] = [NEWEST, OLDEST];

/** A version of n8n, ready to be run. */
export interface Installation {
	version: N8nVersion;
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

/** Installs a version of n8n once, which takes some minutes; each further call gives it at once. */
export async function installN8n(version: N8nVersion): Promise<Installation> {
	if (!VERSIONS.includes(version)) throw new Error(`There is no lock file for ${version}: choose ${VERSIONS.join(' or ')}.`);
	const { node, headers } = await installNode();
	const folder = await installPinned(join(__dirname, version), `n8n ${version}`, async (place) => {
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
	const versions = process.argv.slice(2) as N8nVersion[];
	if (versions.length === 0) versions.push(...VERSIONS);
	for (const version of versions) await installN8n(version);
}

if (require.main === module) {
	main().catch((error: Error) => {
		tell(`n8n was not installed. ${error.message}`);
		process.exitCode = 1;
	});
}
