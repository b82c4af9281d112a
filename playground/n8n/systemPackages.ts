/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs beside n8n, not in it */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tell } from './pinnedPackages';

/** A program of the system that npm does not have. */
interface Program {
	/** Its names. */
	names: string[];
	/** The environment variable that names another place of it. */
	variable: string;
	/** The Debian package that has it. */
	debian: string;
	/** Where it may be besides PATH. */
	elsewhere?: () => string[];
}

const POSTGRESQL = '/usr/lib/postgresql';

const PROGRAMS = {
	chromium: {
		names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
		variable: 'CHROMIUM',
		debian: 'chromium',
		elsewhere: () => ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
	},
	redis: { names: ['redis-server'], variable: 'REDIS_SERVER', debian: 'redis-server' },
	postgres: {
		names: ['postgres'],
		variable: 'POSTGRES',
		debian: 'postgresql',
		// Debian keeps them off PATH, one folder for each version.
		elsewhere: () => (existsSync(POSTGRESQL) ? readdirSync(POSTGRESQL).map((version) => join(POSTGRESQL, version, 'bin', 'postgres')) : []),
	},
} satisfies Record<string, Program>;
export type ProgramName = keyof typeof PROGRAMS;

function isProgram(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

function find({ names, variable, elsewhere }: Program): string | undefined {
	const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
	return [process.env[variable] ?? '', ...onPath, ...(elsewhere?.() ?? [])].filter(Boolean).find(isProgram);
}

/**
 * The path of a program.
 *
 * @throws with what to install where it is missing
 */
export function programPath(name: ProgramName): string {
	const program: Program = PROGRAMS[name];
	const path = find(program);
	if (path) return path;
	throw new Error(
		`${program.names[0]} is missing: install it (on Debian the package ${program.debian}), or name its path in the environment variable ${program.variable}.`,
	);
}

/** Installs from Debian what is missing, where that is possible; elsewhere it says what to install. */
function installMissing(): void {
	const missing = Object.values(PROGRAMS).filter((program) => !find(program));
	if (missing.length === 0) return;
	const packages = missing.map(({ debian }) => debian);
	const isRoot = process.getuid?.() === 0;
	const apt = (...args: string[]) => {
		const [program, ...rest] = [...(isRoot ? [] : ['sudo', '-n']), 'apt-get', '-q', '-y', ...args];
		// RUNLEVEL keeps Debian from starting the services that come with the programs, where no systemd decides over it.
		const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
		execFileSync(program, rest, { stdio: ['ignore', 'ignore', 'inherit'], env });
	};
	tell(`Installing ${packages.join(', ')} from Debian …`);
	try {
		apt('update');
		apt('install', '--no-install-recommends', ...packages);
	} catch {
		tell('That did not work, or this system is not Debian.');
	}
	for (const name of Object.keys(PROGRAMS) as ProgramName[]) programPath(name);
}

if (require.main === module) {
	try {
		installMissing();
	} catch (error) {
		tell((error as Error).message);
		process.exitCode = 1;
	}
}
