/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { addOwnPackage } from './communityPackage';
import { freePort } from './freePort';
import type { Installation } from './install';
import { N8nProcess } from './n8nProcess';
import { N8nServer } from './n8nServer';

/** An entry of `n8n import:credentials`; n8n encrypts `data`. */
export interface CredentialEntry {
	id: string;
	name: string;
	type: string;
	data: Record<string, unknown>;
}

const SETTINGS = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	// The browser keeps the session although this is not https.
	N8N_SECURE_COOKIE: 'false',
	// For workers: shows when one is ready.
	QUEUE_HEALTH_CHECK_ACTIVE: 'true',
	NO_COLOR: '1',
	NO_PROXY: '127.0.0.1,localhost',
};

/** The environment of this process, without variables that would configure n8n, npm or jest. */
function plainEnvironment(): NodeJS.ProcessEnv {
	const foreign = /^(n8n_|npm_|db_|executions_|generic_|node_|jest_|queue_|init_cwd)/i;
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** A home of n8n in a folder of its own, with this package installed; the developer's own is never touched. */
export class N8nHome {
	/** All runs of n8n's program so far. */
	readonly processes: N8nProcess[] = [];
	readonly folder: string;
	/** Where n8n keeps its database, its files and its packages. */
	readonly n8nFolder: string;
	private readonly temporary: string;

	/**
	 * @param settings environment variables that n8n reads
	 * @param kept a folder that stays when this is removed; else a new temporary one
	 */
	constructor(
		readonly installation: Installation,
		private readonly settings: Record<string, string> = {},
		private readonly kept?: string,
	) {
		this.folder = kept ?? mkdtempSync(join(tmpdir(), 'n8n-home-'));
		this.n8nFolder = join(this.folder, '.n8n');
		this.temporary = join(this.folder, 'tmp');
		mkdirSync(this.temporary, { recursive: true });
		addOwnPackage(this.n8nFolder);
	}

	private async begin(args: string[], env: Record<string, string> = {}): Promise<N8nProcess> {
		const all = {
			...plainEnvironment(),
			...SETTINGS,
			PATH: [dirname(this.installation.node), process.env.PATH].join(process.platform === 'win32' ? ';' : ':'),
			HOME: this.folder,
			TMPDIR: this.temporary,
			N8N_USER_FOLDER: this.folder,
			// Two processes of n8n on one machine need two of these.
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			...this.settings,
			...env,
		};
		const begun = new N8nProcess(this.installation, args, all, this.folder);
		this.processes.push(begun);
		return begun;
	}

	/** Runs a command of n8n to its end. */
	async run(...args: string[]): Promise<N8nProcess & { code: number | null }> {
		const begun = await this.begin(args);
		const code = await begun.ended;
		return Object.assign(begun, { code });
	}

	private async import(what: 'credentials' | 'workflow', entries: object[]): Promise<void> {
		// Elsewhere, and gone at once: the home holds what n8n itself makes of it.
		const folder = mkdtempSync(join(tmpdir(), 'import-'));
		const file = join(folder, 'entries.json');
		writeFileSync(file, JSON.stringify(entries), { mode: 0o600 });
		const { code, stdout, stderr } = await this.run(`import:${what}`, `--input=${file}`);
		rmSync(folder, { recursive: true });
		if (code !== 0) throw new Error(`n8n import:${what} ended with ${code}:\n${stdout.slice(-2000)}${stderr.slice(-2000)}`);
	}

	async importCredentials(entries: CredentialEntry[]): Promise<void> {
		await this.import('credentials', entries);
	}

	async importWorkflows(workflows: object[]): Promise<void> {
		await this.import('workflow', workflows);
	}

	/** Runs a workflow that has a Manual Trigger. */
	async execute(workflowId: string): Promise<N8nProcess & { code: number | null }> {
		return await this.run('execute', `--id=${workflowId}`);
	}

	private async serve(
		command: 'start' | 'worker',
		portVariable: string,
		port?: number,
		settings: Record<string, string> = {},
	): Promise<N8nServer> {
		const chosen = port ?? (await freePort());
		const begun = await this.begin([command], { [portVariable]: String(chosen), ...settings });
		const server = new N8nServer(begun, `http://127.0.0.1:${chosen}`);
		await server.whenReady();
		return server;
	}

	/**
	 * Starts the server, and gives it when it answers.
	 *
	 * @param settings environment variables of this start alone
	 */
	async start(port?: number, settings?: Record<string, string>): Promise<N8nServer> {
		return await this.serve('start', 'N8N_PORT', port, settings);
	}

	/** Starts a worker of queue mode, and gives it when it takes executions. */
	async startWorker(): Promise<N8nServer> {
		return await this.serve('worker', 'QUEUE_HEALTH_CHECK_PORT');
	}

	/** Stops what still runs, and removes everything that is not to be kept. */
	async remove(): Promise<void> {
		await Promise.all(this.processes.map(async (begun) => await begun.stop()));
		rmSync(this.kept === undefined ? this.folder : this.temporary, { recursive: true, force: true });
	}
}
