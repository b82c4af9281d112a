import { startEmulator } from '../../playground/emulator';
import { endedScript } from '../../test/support/actions';
import type { Run } from '../n8n/benchN8n';
import { BenchN8n } from '../n8n/benchN8n';
import { ourNode, plainNodes, plainNodesInTens } from '../n8n/workflows';
import { inTurn, ratio, repeated, shown } from '../pairs';
import type { Figures, Goal, Part, Plot } from '../part';

/** How many are compared with the plain nodes. */
const RESULTS = 1_000;

/** How it grows. */
const SIZES = [100, 1_000, 10_000];

const NAMES = { ours: 'the node', plain: 'plain nodes', tens: 'plain nodes, ten at a time' } as const;
type Side = keyof typeof NAMES;

/** The nodes that do the work, and the one that gives the items. */
const NODES: Record<Side, string[]> = {
	ours: ['Defender'],
	plain: ['Status', 'Link', 'Blob', 'Decode', 'Switch'],
	tens: ['Loop', 'Status', 'Link', 'Blob', 'Decode', 'Switch'],
};

/** What a script is expected to return, so that lost and mixed up items are found. */
const exitCodeOf = (i: number) => i % 7;
const outputOf = (i: number) => `output ${i}\n`;

/** A run, and how many of its items were lost. */
type Counted = Run & { lost: number; nodeMs: number };

async function measure(): Promise<Figures> {
	const emulator = await startEmulator({ limits: 'none' });
	const ids: string[] = [];
	// No more than are asked for: the emulator searches everything that it has for each list.
	const haveActions = (count: number) => {
		for (let i = ids.length; i < count; i++) ids.push(endedScript(emulator, { exitCode: exitCodeOf(i), output: outputOf(i).repeat(20) }));
	};
	haveActions(RESULTS);
	const workflows = { ours: ourNode(), plain: plainNodes(emulator), tens: plainNodesInTens(emulator) };
	const n8n = await BenchN8n.start(emulator, Object.values(workflows));
	const run = async (side: Side, count: number): Promise<Counted> => {
		const made = await n8n.run(workflows[side], { ids: ids.slice(0, count) });
		const items = made.json(NODES[side].at(-1)!);
		const right = new Set(
			items.flatMap(({ exit_code, script_output }) => {
				const [, place] = /output (\d+)\n/.exec(String(script_output)) ?? [];
				return place !== undefined && exit_code === exitCodeOf(Number(place)) ? [place] : [];
			}),
		);
		return { ...made, lost: count - right.size, nodeMs: NODES[side].reduce((sum, node) => sum + made.nodesMs[node], 0) };
	};

	const beside = await inTurn({
		ours: async () => await run('ours', RESULTS),
		plain: async () => await run('plain', RESULTS),
		tens: async () => await run('tens', RESULTS),
	});
	haveActions(Math.max(...SIZES));
	const grown = await inTurn(
		Object.fromEntries(SIZES.map((count) => [count, async () => await run('ours', count)])) as Record<number, () => Promise<Counted>>,
	);
	await n8n.stop();
	await emulator.close();

	const goal = (what: string, figure: (counted: Counted) => number, atMost: number): Goal => {
		const { median, least, most: greatest } = ratio(beside.ours, beside.plain, figure);
		return { what, figure: median, spread: [least, greatest], atMost };
	};
	const cells = (runs: Counted[]) => [
		shown(repeated(runs.map(({ nodeMs }) => nodeMs / 1000))),
		shown(repeated(runs.map(({ wallMs }) => wallMs / 1000))),
		shown(repeated(runs.map(({ cpuMs }) => cpuMs / 1000))),
		runs[0].calls,
		Math.max(...runs.map(({ lost }) => lost)),
	];
	const columns = ['time in the nodes (s)', 'whole execution (s)', 'CPU time (s)', 'requests', 'items lost'];
	const perItem = (count: number, figure: (counted: Counted) => number) =>
		repeated(grown[count].map((counted) => figure(counted) / count)).median;
	const nodeMs = ({ nodeMs: ms }: Counted) => ms;
	const plot: Plot = {
		file: 'bench-results',
		title: 'Time in the node as results grow',
		x: 'results',
		y: 'seconds',
		lines: [
			{ name: 'the node', points: SIZES.map((count) => [count, (perItem(count, nodeMs) * count) / 1000]) },
			{ name: 'plain nodes', points: [[RESULTS, repeated(beside.plain.map(nodeMs)).median / 1000]] },
		],
	};
	return {
		goals: [
			goal('time in the nodes beside the plain nodes', nodeMs, 0.4),
			goal('CPU time beside the plain nodes', ({ cpuMs }) => cpuMs, 1 / 3),
			{
				what: 'items lost',
				figure: Math.max(...[...beside.ours, ...SIZES.flatMap((count) => grown[count])].map(({ lost }) => lost)),
				atMost: 0,
			},
			{
				what: 'time for each of 10,000 results beside that for each of 1,000',
				figure: perItem(10_000, nodeMs) / perItem(1_000, nodeMs),
				atMost: 1.1,
			},
		],
		tables: [
			{
				columns: [`${RESULTS} results`, ...columns],
				rows: (Object.keys(NAMES) as Side[]).map((side) => [NAMES[side], ...cells(beside[side])]),
			},
			{
				columns: ['the node with results', 'for each, in the node (ms)', ...columns],
				rows: SIZES.map((count) => [count.toLocaleString('en-US'), perItem(count, nodeMs).toFixed(2), ...cells(grown[count])]),
			},
		],
		plots: [plot],
	};
}

export const results: Part = {
	title: 'Results',
	text: `RunScript results in the real n8n, as items on branches by their exit code: our node with Route by Outcome, beside HTTP Request for status, link and blob, Code to decode, and Switch. The plain nodes send the requests of all items at once; with Loop Over Items they have ten under way. CPU time is that of n8n and its task runner; garbage of the runs before is collected before each.`,
	measure,
};
