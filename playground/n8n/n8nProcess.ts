/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs beside n8n, not in it */
import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { Installation } from './install';

/** How long n8n may take to end by itself; after that it is killed. */
const STOP_MS = 30_000;

/** One run of n8n's program. */
export class N8nProcess {
	stdout = '';
	stderr = '';
	/** Its exit code, once it has ended; null where a signal ended it. */
	readonly ended: Promise<number | null>;
	private readonly child;
	private readonly killNow = () => void this.child.kill('SIGKILL');

	constructor(
		{ node, script }: Installation,
		readonly args: string[],
		env: NodeJS.ProcessEnv,
		cwd: string,
	) {
		this.child = spawn(node, [script, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
		this.child.stdout.on('data', (data: Buffer) => (this.stdout += data.toString()));
		this.child.stderr.on('data', (data: Buffer) => (this.stderr += data.toString()));
		// It must end with the process that started it.
		process.once('exit', this.killNow);
		this.ended = new Promise((resolve, reject) => this.child.once('error', reject).once('close', resolve));
		void this.ended.catch(() => undefined).then(() => process.removeListener('exit', this.killNow));
	}

	get pid(): number | undefined {
		return this.child.pid;
	}

	/** Ends it as an operator would, and waits until it has ended. */
	async stop(): Promise<number | null> {
		this.child.kill('SIGTERM');
		const given = new AbortController();
		void wait(STOP_MS, undefined, { signal: given.signal }).then(this.killNow, () => undefined);
		return await this.ended.finally(() => given.abort());
	}

	/** Ends it as a power cut would, and waits until it has ended. */
	async kill(): Promise<void> {
		this.killNow();
		await this.ended;
	}
}
