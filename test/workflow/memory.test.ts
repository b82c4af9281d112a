import { inOwnProcess } from '../support/inOwnProcess';
import type { AnswersOrder, KeptOfAnswers } from '../support/keptOfAnswers';
import type { TranscriptsOrder } from '../support/keptOfTranscripts';
import { startSetting } from '../support/setting';

interface Kept {
	count: number;
	outcomes: string[];
	/** What stays in the heap after all that is garbage was collected, in MB. */
	kept: number;
	paths: number;
	/** Bytes of one transcript as downloaded. */
	packed: number;
}

const keptOf = async (order: TranscriptsOrder) => await inOwnProcess<Kept>('keptOfTranscripts.ts', order);

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

// Others: test/reliability/answerMemory.test.ts.
it('a list that never ends leaves nothing', async () => {
	const setting = await startSetting();
	setting.emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'endless', piece: '{"id":"0"},'.repeat(6_000) } });
	const order: AnswersOrder = {
		credential: setting.emulator.credentialData(),
		clock: setting.clock.share(),
		parameters: { resource: 'machineAction', operation: 'getMany' },
		items: [{}],
	};
	const { said, kept } = await inOwnProcess<KeptOfAnswers>('keptOfAnswers.ts', order).finally(async () => await setting.close());
	expect(said).toEqual([expect.stringContaining('answered with more than 64 MB')]);
	expect(kept).toBeLessThan(30);
});
