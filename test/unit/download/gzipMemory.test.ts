/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { gunzip } from '../../../nodes/DefenderLiveResponse/download/gzip';
import { sourceOf } from './gzipSource';

it('takes a bomb to pieces, and stops when its reader does', async () => {
	const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024));
	const { state, source } = sourceOf([bomb]);
	const before = process.memoryUsage().arrayBuffers;
	let read = 0;
	for await (const chunk of gunzip(source)) {
		expect(chunk.length).toBeLessThanOrEqual(1024 * 1024);
		read += chunk.length;
		// Time in which a decompressor that heeds no reader would fill the memory.
		await wait(50);
		if (read > 100_000) break;
	}
	expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
	expect(state.closed).toBe(true);
});
