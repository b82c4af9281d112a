/* eslint-disable @n8n/community-nodes/no-restricted-imports, no-console -- a process of its own, which must not end early */
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { gunzip } from '../../nodes/DefenderLiveResponse/download/gzip';

const bomb = gzipSync(Buffer.alloc(4 * 1024 * 1024));

let seed = 1;
const below = (most: number) => Math.floor(((seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647) * most);

async function* source() {
	if (below(3) === 0) await wait(below(3));
	yield bomb;
	if (below(2) === 0) throw new Error('lost');
}

async function readSome(): Promise<void> {
	const most = below(40);
	let chunks = 0;
	for await (const chunk of gunzip(source())) {
		if (below(20) === 0) await wait(below(2));
		if (chunks++ >= most || chunk.length === 0) break;
	}
}

/** Stops in the middle of a file, or loses its source, 300 times: one in ten once threw where no one could catch it. */
async function main(): Promise<void> {
	for (let round = 0; round < 50; round++) {
		await Promise.all(Array.from({ length: 6 }, async () => await readSome().catch(() => undefined)));
	}
	await wait(20);
	console.log('still here');
}

void main();
