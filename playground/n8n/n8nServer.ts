/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { setTimeout as wait } from 'node:timers/promises';
import { N8nEditor } from './n8nEditor';
import type { N8nProcess } from './n8nProcess';

/** Longest start: the first one makes the database. */
const START_MS = 120_000;

/** An n8n that runs on this machine. */
export class N8nServer extends N8nEditor {
	constructor(
		readonly process: N8nProcess,
		url: string,
	) {
		super(url);
	}

	/** Waits until n8n answers. */
	async whenReady(): Promise<void> {
		const latest = Date.now() + START_MS;
		let over: number | null | undefined;
		void this.process.ended.then(
			(code) => (over = code),
			() => (over = null),
		);
		for (;;) {
			const isReady = await fetch(`${this.url}/healthz/readiness`).then(
				({ ok }) => ok,
				() => false,
			);
			if (isReady) return;
			if (over !== undefined)
				throw new Error(`n8n ended with ${over}:\n${this.process.stdout.slice(-2000)}${this.process.stderr.slice(-2000)}`);
			if (Date.now() > latest) throw new Error(`n8n is not ready after ${START_MS / 1000} s`);
			await wait(200);
		}
	}

	async stop(): Promise<number | null> {
		return await this.process.stop();
	}
}
