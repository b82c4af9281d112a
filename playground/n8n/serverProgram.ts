/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs beside n8n, not in it */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** How long a server may take until it listens, and until it has ended. */
const START_MS = 60_000;
const STOP_MS = 10_000;

/** The user of the system that a program runs as; none for oneself. */
export interface User {
	uid?: number;
	gid?: number;
}

interface Start extends User {
	args: string[];
	/** The port of 127.0.0.1 that it will listen on. */
	port: number;
	/** What it reads from its standard input. */
	input?: string;
}

async function listens(port: number): Promise<boolean> {
	const socket = connect(port, '127.0.0.1');
	const isOpen = await new Promise<boolean>((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)));
	socket.destroy();
	return isOpen;
}

/** A server of the system, such as a database, that runs as long as it is needed. */
export class ServerProgram {
	private output = '';
	private readonly child;
	private readonly ended: Promise<number | null>;
	private readonly killNow = () => void this.child.kill('SIGKILL');

	private constructor(program: string, { args, input, uid, gid }: Start) {
		this.child = spawn(program, args, { cwd: '/', uid, gid, stdio: ['pipe', 'pipe', 'pipe'] });
		for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', (data: Buffer) => (this.output += data.toString()));
		this.child.stdin.on('error', () => undefined).end(input ?? '');
		// It must end with the process that started it.
		process.once('exit', this.killNow);
		this.ended = new Promise((resolve, reject) => this.child.once('error', reject).once('close', resolve));
		void this.ended.catch(() => undefined).then(() => process.removeListener('exit', this.killNow));
	}

	/** Starts a program, and gives it when it listens. */
	static async start(program: string, start: Start): Promise<ServerProgram> {
		const server = new ServerProgram(program, start);
		let over = false;
		void server.ended.catch(() => undefined).then(() => (over = true));
		for (const latest = Date.now() + START_MS; !(await listens(start.port)); await wait(100)) {
			if (!over && Date.now() < latest) continue;
			await server.stop('SIGKILL').catch(() => undefined);
			throw new Error(`${program} did not start:\n${server.output.slice(-2000)}`);
		}
		return server;
	}

	/** Ends it, and waits until it has ended. */
	async stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
		this.child.kill(signal);
		const given = new AbortController();
		void wait(STOP_MS, undefined, { signal: given.signal }).then(this.killNow, () => undefined);
		await this.ended.finally(() => given.abort());
	}
}
