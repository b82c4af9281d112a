/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './freePort';
import { ServerProgram } from './serverProgram';
import { programPath } from './systemPackages';

/** A Redis of its own on a free port, which forgets everything when it ends. */
export class RedisServer {
	private constructor(
		private readonly program: ServerProgram,
		private readonly folder: string,
		/** The environment variables by which n8n finds it. */
		readonly settings: Record<string, string>,
	) {}

	static async start(): Promise<RedisServer> {
		const folder = mkdtempSync(join(tmpdir(), 'redis-'));
		const port = await freePort();
		const password = randomUUID();
		// Through its input: every user of the machine can see arguments.
		const input = ['bind 127.0.0.1', `port ${port}`, `requirepass ${password}`, `dir ${folder}`, 'save ""', 'appendonly no'].join('\n');
		const settings = { QUEUE_BULL_REDIS_HOST: '127.0.0.1', QUEUE_BULL_REDIS_PORT: String(port), QUEUE_BULL_REDIS_PASSWORD: password };
		const program = await ServerProgram.start(programPath('redis'), { args: ['-'], port, input });
		return new RedisServer(program, folder, settings);
	}

	/** Stops it, and removes everything. */
	async remove(): Promise<void> {
		await this.program.stop();
		rmSync(this.folder, { recursive: true, force: true });
	}
}
