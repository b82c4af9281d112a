import { startEmulator } from '../../playground/emulator';
import { endedScript } from '../../test/support/actions';
import { BenchN8n } from '../n8n/benchN8n';
import { ourNode, plainNodes } from '../n8n/workflows';
import { inTurn, PAIRS, repeated, shown } from '../pairs';
import type { Figures, Part } from '../part';

/** Items that load all the code before anything is measured. */
const FIRST = 10;

const NAMES = { ours: 'the node', plain: 'plain nodes' } as const;

/** Who, and how many results. */
const RUNS = [
	['ours', 100],
	['ours', 1_000],
	['ours', 10_000],
	['plain', 1_000],
] as const;

/** In MB. */
interface Memory {
	peak: number;
	/** Of the peak, what came with the run. */
	more: number;
}

async function measure(): Promise<Figures> {
	const emulator = await startEmulator({ limits: 'none' });
	const most = Math.max(...RUNS.map(([, count]) => count));
	const ids = Array.from({ length: most }, (_, i) => endedScript(emulator, { output: `output ${i}\n`.repeat(20) }));
	const workflows = { ours: ourNode(), plain: plainNodes(emulator) };
	const last = { ours: 'Defender', plain: 'Switch' } as const;
	const n8n = await BenchN8n.start(emulator, Object.values(workflows));
	const peakOf = async (side: keyof typeof NAMES, count: number): Promise<Memory> => {
		await n8n.restart();
		await n8n.run(workflows[side], { ids: ids.slice(0, FIRST) });
		const { peakMb, beforeMb, json } = await n8n.run(workflows[side], { ids: ids.slice(0, count) });
		const items = json(last[side]).length;
		if (items !== count) throw new Error(`${NAMES[side]}: ${items} of ${count} items`);
		return { peak: peakMb, more: peakMb - beforeMb };
	};
	const measured = await inTurn(
		Object.fromEntries(RUNS.map(([side, count], i) => [String(i), async () => await peakOf(side, count)])) as Record<string, () => Promise<Memory>>,
	);
	await n8n.stop();
	await emulator.close();
	const each = RUNS.map(([, count], i) => repeated(measured[String(i)].map(({ more }) => (more * 1024) / count)).median);
	return {
		goals: [{ what: 'memory for each of 10,000 results beside that for each of 1,000', figure: each[2] / each[1], atMost: 1.1 }],
		tables: [
			{
				columns: ['results', 'peak memory (MB)', 'of it by the run (MB)', 'for each (kB)'],
				rows: RUNS.map(([side, count], i) => [
					`${count.toLocaleString('en-US')}, ${NAMES[side]}`,
					shown(repeated(measured[String(i)].map(({ peak }) => peak)), 0),
					shown(repeated(measured[String(i)].map(({ more }) => more)), 0),
					Math.round(each[i]),
				]),
			},
		],
	};
}

export const memory: Part = {
	title: 'Memory',
	text: `What RunScript results take in a real n8n that has just been started and has run the same workflow once, with ${FIRST} items: n8n gives memory back late, so that later runs show nothing of it. Resident memory of n8n and its task runner. Medians of ${PAIRS} starts.`,
	measure,
};
