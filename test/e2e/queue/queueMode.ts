import { randomUUID } from 'node:crypto';
import type { Installation } from '../../../playground/n8n/install';
import { N8nHome } from '../../../playground/n8n/n8nHome';
import type { N8nServer } from '../../../playground/n8n/n8nServer';
import { PostgresServer } from '../../../playground/n8n/postgresServer';
import { readPostgres } from '../../../playground/n8n/readPostgres';
import { RedisServer } from '../../../playground/n8n/redisServer';
import type { StoredExecution } from '../executionsIn';
import { executionsIn } from '../executionsIn';

/** A worker of queue mode, on a machine of its own. */
export interface Worker {
	home: N8nHome;
	server: N8nServer;
}

/**
 * n8n's own distribution: one main, several workers, each with a home of its own, and what they share: the database,
 * Redis and the key for credentials.
 */
export class QueueMode {
	readonly workers: Worker[] = [];
	private redis: RedisServer | undefined;
	private postgres: PostgresServer | undefined;
	private readonly homes: N8nHome[] = [];
	private settings: Record<string, string> = {};

	/** The caller must remove it, also if only a part has started. */
	constructor(readonly installation: Installation) {}

	/**
	 * Brings Redis and PostgreSQL; n8n itself is started later, when its workflows are there.
	 *
	 * @param settings more environment variables for all of n8n's processes
	 */
	async prepare(settings: Record<string, string>): Promise<void> {
		this.redis = await RedisServer.start();
		this.postgres = await PostgresServer.start();
		const shared = { EXECUTIONS_MODE: 'queue', N8N_ENCRYPTION_KEY: randomUUID() };
		this.settings = { ...shared, ...settings, ...this.redis.settings, ...this.postgres.settings };
	}

	/** Another machine with n8n and this package. */
	newHome(): N8nHome {
		const home = new N8nHome(this.installation, this.settings);
		this.homes.push(home);
		return home;
	}

	async startWorkers(count: number): Promise<void> {
		const homes = Array.from({ length: count }, () => this.newHome());
		this.workers.push(...(await Promise.all(homes.map(async (home) => ({ home, server: await home.startWorker() })))));
	}

	/** All executions with what they came to. */
	async executions(): Promise<StoredExecution[]> {
		if (!this.postgres) return [];
		const rows = await readPostgres(this.installation, this.postgres.address, ['execution_entity', 'execution_data']);
		return executionsIn(this, rows);
	}

	/** Stops everything and removes it. */
	async remove(): Promise<void> {
		await Promise.all(this.homes.map(async (home) => await home.remove()));
		await this.redis?.remove();
		await this.postgres?.remove();
	}
}

/** Ids of the executions that a worker has begun, in their order, by its own log; one run again comes again. */
export function begunBy({ server }: Worker): string[] {
	return [...server.process.stdout.matchAll(/Worker started execution (\d+)/g)].map(([, id]) => id);
}
