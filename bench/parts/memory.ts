import { startEmulator } from '../../playground/emulator';
import { endedScript } from '../../test/support/actions';
import { BenchN8n } from '../n8n/benchN8n';
import { leastNode, linksOf, ourNode, plainNodes } from '../n8n/workflows';
import { inTurn, PAIRS, ratio, repeated, shown } from '../pairs';
import type { Figures, Line, Part } from '../part';

/** Items that load all the code before anything is measured. */
const FIRST = 10;

const NAMES = { ours: 'the node', helpers: "n8n's helpers alone", plain: 'plain nodes' } as const;
type Side = keyof typeof NAMES;

/** Who, how many results, and whether garbage is collected all the time. */
const RUNS = {
	inUse100: ['ours', 100, true],
	inUse1000: ['ours', 1_000, true],
	inUse10000: ['ours', 10_000, true],
	ours1000: ['ours', 1_000, false],
	plain1000: ['plain', 1_000, false],
	ours10000: ['ours', 10_000, false],
	helpers10000: ['helpers', 10_000, false],
} as const;
type Name = keyof typeof RUNS;

/** In MB. */
interface Memory {
	peak: number;
	/** Of the peak, what came with the run. */
	more: number;
}

async function measure(): Promise<Figures> {
	const emulator = await startEmulator({ limits: 'none' });
	const most = Math.max(...Object.values(RUNS).map(([, count]) => count));
	const ids = Array.from({ length: most }, (_, i) => endedScript(emulator, { output: `output ${i}\n`.repeat(20) }));
	const workflows = { ours: ourNode(), helpers: leastNode(emulator), plain: plainNodes(emulator) };
	/** The node that gives the items. */
	const last: Record<Side, string> = { ours: 'Defender', helpers: 'Bench', plain: 'Switch' };
	const n8n = await BenchN8n.start(emulator, Object.values(workflows));
	const peakOf = async ([side, count, collecting]: (typeof RUNS)[Name]): Promise<Memory> => {
		const bodyOf = (some: string[]) => (side === 'helpers' ? { links: linksOf(emulator, some) } : { ids: some });
		await n8n.restart();
		await n8n.run(workflows[side], bodyOf(ids.slice(0, FIRST)));
		const { peakMb, beforeMb, inUseMb, inUseBeforeMb, json } = await n8n.run(workflows[side], bodyOf(ids.slice(0, count)), { collecting });
		const { length } = json(last[side]);
		if (length !== count) throw new Error(`${NAMES[side]}: ${length} of ${count} results`);
		return collecting ? { peak: inUseMb, more: inUseMb - inUseBeforeMb } : { peak: peakMb, more: peakMb - beforeMb };
	};
	const names = Object.keys(RUNS) as Name[];
	const measured = await inTurn(
		Object.fromEntries(names.map((name) => [name, async () => await peakOf(RUNS[name])])) as Record<Name, () => Promise<Memory>>,
		// Each begins with a new n8n.
		{ uncounted: 0 },
	);
	await n8n.stop();
	await emulator.close();
	const each = (name: Name) => measured[name].map(({ more }) => (more * 1024) / RUNS[name][1]);
	const beside = (what: string, ours: Name, theirs: Name, atMost: number) => {
		const { median, least, most: greatest } = ratio(each(ours), each(theirs), (kB) => kB);
		return {
			what,
			figure: median,
			spread: [least, greatest] as [number, number],
			atMost,
		};
	};
	const moreMb = (name: Name) => repeated(measured[name].map(({ more }) => more));
	const line = (name: string, ...of: Name[]): Line => ({ name, points: of.map((one) => [RUNS[one][1], moreMb(one).median]) });
	return {
		goals: [
			beside('memory in use for each of 10,000 results beside that for each of 1,000', 'inUse10000', 'inUse1000', 1.1),
			// V8 lets the garbage of requests lie: it is the same for all who make them. What waits for its turn comes on top.
			beside("10,000 results: memory with garbage beside n8n's helpers alone", 'ours10000', 'helpers10000', 1.2),
		],
		tables: [
			{
				columns: ['results', 'peak memory (MB)', 'of it by the run (MB)', 'for each (kB)'],
				rows: names.map((name) => {
					const [side, count, collecting] = RUNS[name];
					return [
						`${count.toLocaleString('en-US')}, ${NAMES[side]}, ${collecting ? 'in use' : 'with garbage'}`,
						shown(repeated(measured[name].map(({ peak }) => peak)), 0),
						shown(moreMb(name), 0),
						shown(repeated(each(name)), 0),
					];
				}),
			},
		],
		plots: [
			{
				file: 'bench-memory',
				title: 'Memory as results grow',
				x: 'results',
				y: 'MB that came with the run',
				lines: [
					line('the node, in use', 'inUse100', 'inUse1000', 'inUse10000'),
					line('with garbage', 'ours1000', 'ours10000'),
					line("n8n's helpers alone", 'helpers10000'),
					line('plain nodes', 'plain1000'),
				],
			},
		],
	};
}

export const memory: Part = {
	title: 'Memory',
	text: `What RunScript results take in a real n8n that has just been started and has run the same workflow once, with ${FIRST} items: n8n gives memory back late, so that later runs show nothing of it. "In use" is what n8n's process has on its heap and beside it after a collection of garbage, twice a second; "with garbage" is the resident memory of n8n and its task runner as V8 leaves it, which lets its heap grow to more than twice of what is in use before it goes through all of it: 1,000 results end before that, 10,000 do not. n8n's helpers alone send the same requests for links and files, 100 at a time, and give an item for each result, which is the least that any node can do for it; the node also keeps what each result that waits for its turn needs, 8 kB. Medians of ${PAIRS} starts.`,
	measure,
};
