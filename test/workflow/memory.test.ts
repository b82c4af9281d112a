/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TranscriptsOrder } from '../support/keptOfTranscripts';

interface Kept {
	count: number;
	outcomes: string[];
	/** What stays in the heap after all that is garbage was collected, in MB. */
	kept: number;
	paths: number;
	/** Bytes of one transcript as downloaded. */
	packed: number;
}

/** Gets results in a process of its own with a heap of 2 GB. */
async function keptOf(order: TranscriptsOrder): Promise<Kept> {
	const script = join(__dirname, '..', 'support', 'keptOfTranscripts.ts');
	const flags = ['--max-old-space-size=2048', '--expose-gc', '--import', 'tsx'];
	const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, JSON.stringify(order)]);
	return JSON.parse(stdout.trim().split('\n').at(-1)!) as Kept;
}

it('thirty transcripts of 49 kB that unpack to 49 MB leave nothing but what is shown of them', async () => {
	const { kept, packed, ...read } = await keptOf({ transcripts: 30, megabytes: 49, of: 'x', options: { maxOutputLength: 1_000 } });
	expect(read).toEqual({ count: 30, outcomes: ['succeeded'], paths: 30 });
	expect(packed).toBeLessThan(60_000);
	expect(kept).toBeLessThan(30);
}, 600_000);

it('a hundred transcripts of 10 MB leave nothing but what is shown of them, also where they are parsed and nearly all NULs', async () => {
	const exitCodePattern = '^RESULT=(\\d+)';
	const { kept, packed, ...read } = await keptOf({
		transcripts: 100,
		megabytes: 10,
		of: '\0',
		options: { exitCodePattern, parseOutput: 'lines' },
	});
	expect(read).toEqual({ count: 100, outcomes: ['succeeded'], paths: 100 });
	expect(packed).toBeLessThan(60_000);
	expect(kept).toBeLessThan(30);
}, 600_000);
