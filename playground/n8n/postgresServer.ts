/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs beside n8n, not in it */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from './freePort';
import type { User } from './serverProgram';
import { ServerProgram } from './serverProgram';
import { programPath } from './systemPackages';

/** PostgreSQL refuses to run as root: then it runs as the user that Debian makes for it, or as the user nobody. */
function unprivileged(): User {
	if (process.getuid?.() !== 0) return {};
	const idOf = (name: string, what: '-u' | '-g') =>
		Number(execFileSync('id', [what, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
	for (const name of ['postgres', 'nobody']) {
		try {
			return { uid: idOf(name, '-u'), gid: idOf(name, '-g') };
		} catch {
			// The system has no such user.
		}
	}
	throw new Error('PostgreSQL cannot run as root, and there is neither a user postgres nor a user nobody.');
}

/** How to sign in to a database. */
export interface DatabaseAddress {
	host: string;
	port: number;
	database: string;
	user: string;
	password: string;
}

/** A PostgreSQL of its own on a free port, with an empty database in a temporary folder. */
export class PostgresServer {
	private constructor(
		private readonly program: ServerProgram,
		private readonly folder: string,
		readonly address: DatabaseAddress,
	) {}

	static async start(): Promise<PostgresServer> {
		const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
		const user = unprivileged();
		const address = { host: '127.0.0.1', port: await freePort(), database: 'postgres', user: 'n8n', password: randomUUID() };
		const [data, passwordFile] = [join(folder, 'data'), join(folder, 'password')];
		writeFileSync(passwordFile, address.password, { mode: 0o600 });
		for (const path of [folder, passwordFile]) if (user.uid !== undefined) chownSync(path, user.uid, user.gid!);
		const postgres = realpathSync(programPath('postgres'));
		const initialize = [
			`--pgdata=${data}`,
			`--username=${address.user}`,
			`--pwfile=${passwordFile}`,
			'--auth=scram-sha-256',
			'--encoding=UTF8',
			'--locale=C',
			'--no-sync',
		];
		execFileSync(join(dirname(postgres), 'initdb'), initialize, { cwd: '/', ...user, stdio: ['ignore', 'ignore', 'pipe'] });
		// No socket besides the port; and nothing of it has to outlive a power cut.
		const options = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'].flatMap((option) => ['-c', option]);
		const args = ['-D', data, '-p', String(address.port), ...options];
		const program = await ServerProgram.start(postgres, { args, port: address.port, ...user });
		return new PostgresServer(program, folder, address);
	}

	/** The environment variables by which n8n finds it. */
	get settings(): Record<string, string> {
		const { host, port, database, user, password } = this.address;
		const values = { HOST: host, PORT: String(port), DATABASE: database, USER: user, PASSWORD: password };
		const named = Object.entries(values).map(([name, value]) => [`DB_POSTGRESDB_${name}`, value]);
		return { DB_TYPE: 'postgresdb', ...(Object.fromEntries(named) as Record<string, string>) };
	}

	/** Stops it, without waiting for those who are connected, and removes everything. */
	async remove(): Promise<void> {
		await this.program.stop('SIGINT');
		rmSync(this.folder, { recursive: true, force: true });
	}
}
