/* eslint-disable no-console -- says how far it is */
import type { Emulator } from '../../playground/emulator';
import { startEmulator } from '../../playground/emulator';
import { endedScript } from '../../test/support/actions';
import type { Run } from '../n8n/benchN8n';
import { BenchN8n } from '../n8n/benchN8n';
import { floorNode, linksOf, ourNode, plainNodes } from '../n8n/workflows';
import { inTurn, ratio, repeated, shown } from '../pairs';
import type { Figures, Goal, Line, Part } from '../part';

/** What the service's answers take longer, in ms. */
const DELAYS = [0, 20, 100, 200, 300];

/** How many results, in how many rounds (short runs differ more), and what the node may take beside the plain nodes, by delay. */
const GOALS: Array<[count: number, rounds: number, goals: Record<number, number>]> = [
	[10, 3, {}],
	[100, 9, { 20: 0.3, 100: 0.45, 200: 0.55, 300: 0.6 }],
	[1_000, 3, { 20: 0.25, 100: 0.3, 200: 0.4, 300: 0.45 }],
];

/** In the table and the plot. */
const NAMES = { ours: 'the node', helpers: "n8n's helpers alone", plain: 'plain nodes' } as const;
type Side = keyof typeof NAMES;

const NODES: Record<Side, string[]> = {
	ours: ['Defender'],
	helpers: ['Bench'],
	plain: ['Status', 'Link', 'Blob', 'Decode', 'Switch'],
};

/** The list, the link, and the file: none of them can be asked for before the answer to the one before it. */
const ROUND_TRIPS = 3;

/** Large transcripts, in bytes. */
const LARGE = 10_000_000;
const LARGE_COUNT = 100;

type Counted = Run & { nodeMs: number };

/** Answers of the service that come later, until the next call. */
function delayer(emulator: Emulator): (ms: number) => void {
	let last: Array<{ remove(): void }> = [];
	return (ms) => {
		for (const fault of last) fault.remove();
		// One fault for each, since a request counts for one only.
		last = (['action.list', 'action.get', 'link', 'blob'] as const).map((on) =>
			emulator.fault({ on, times: Infinity, effect: { kind: 'delay', ms } }),
		);
	};
}

async function measure(): Promise<Figures> {
	const emulator = await startEmulator({ limits: 'none' });
	const delay = delayer(emulator);
	const ids = Array.from({ length: 1_000 }, (_, i) => endedScript(emulator, { output: `output ${i}\n`.repeat(20) }));
	const workflows = { ours: ourNode(), helpers: floorNode(emulator, 'helpers'), plain: plainNodes(emulator) };
	// What the items hold is the user's choice; here it is little, so that the rest shows.
	const cut = ourNode({ maxOutputLength: 10_000 }, 'cut');
	const n8n = await BenchN8n.start(emulator, [...Object.values(workflows), cut]);
	const listUrl = `${emulator.apiUrl}/api/machineactions?$top=1`;
	const run = async (side: Side, some: string[]): Promise<Counted> => {
		const body = side === 'helpers' ? { status: [listUrl], links: linksOf(emulator, some) } : { ids: some };
		const made = await n8n.run(workflows[side], body);
		const items = made.json(NODES[side].at(-1)!);
		const results = side === 'helpers' ? items[0]?.results : items.filter(({ exit_code }) => exit_code === 0).length;
		if (results !== some.length) throw new Error(`${NAMES[side]}: ${String(results)} of ${some.length} results`);
		return { ...made, nodeMs: NODES[side].reduce((sum, node) => sum + made.nodesMs[node], 0) };
	};

	const goals: Goal[] = [];
	const rows: Array<Array<string | number>> = [];
	const lines: Record<Side, Line> = {
		ours: { name: NAMES.ours, points: [] },
		helpers: { name: NAMES.helpers, points: [] },
		plain: { name: NAMES.plain, points: [] },
	};
	const loops: number[] = [];
	for (const [count, rounds, wanted] of GOALS) {
		for (const ms of DELAYS) {
			delay(ms);
			const some = ids.slice(0, count);
			const measured = await inTurn(
				{
					ours: async () => await run('ours', some),
					helpers: async () => await run('helpers', some),
					plain: async () => await run('plain', some),
				},
				{ rounds, uncounted: ms === DELAYS[0] ? 1 : 0 },
			);
			const beside = (figure: (counted: Counted) => number) => ratio(measured.ours, measured.plain, figure);
			const time = beside(({ nodeMs }) => nodeMs);
			const cpu = beside(({ cpuMs }) => cpuMs);
			const what = `${count.toLocaleString('en-US')} results at ${ms} ms`;
			if (wanted[ms] !== undefined) {
				goals.push({
					what: `${what}: time beside the plain nodes`,
					figure: time.median,
					spread: [time.least, time.most],
					atMost: wanted[ms],
				});
				goals.push({ what: `${what}: CPU time beside the plain nodes`, figure: cpu.median, spread: [cpu.least, cpu.most], atMost: 0.25 });
			}
			const seconds = (side: Side) => shown(repeated(measured[side].map(({ nodeMs }) => nodeMs / 1000)));
			rows.push([
				count.toLocaleString('en-US'),
				ms,
				seconds('ours'),
				seconds('helpers'),
				seconds('plain'),
				shown(time),
				shown(cpu),
				((ROUND_TRIPS * ms) / 1000).toFixed(2),
			]);
			console.log(`  ${rows.at(-1)!.join(' | ')}`);
			if (count === 1_000) {
				for (const side of Object.keys(NAMES) as Side[]) {
					lines[side].points.push([ms, repeated(measured[side].map(({ nodeMs }) => nodeMs / 1000)).median]);
				}
				loops.push(...measured.ours.map(({ loopP99Ms }) => loopP99Ms));
			}
		}
	}
	// In an n8n of its own: what the runs before it have taken stays with the process.
	const peakAlone = async (side: Side) => {
		await n8n.restart();
		await run(side, ids.slice(0, 10));
		return (await run(side, ids)).peakMb;
	};
	const peaks: number[] = [];
	for (const ms of DELAYS) {
		delay(ms);
		peaks.push((await peakAlone('ours')) / (await peakAlone('plain')));
	}
	delay(0);
	const large = Array.from({ length: LARGE_COUNT }, (_, i) => endedScript(emulator, { output: `${i} ${'x'.repeat(LARGE)}` }));
	await n8n.restart();
	await n8n.run(cut, { ids: ids.slice(0, 10) });
	const { peakMb, beforeMb, json } = await n8n.run(cut, { ids: large });
	const whole = json('Defender').filter(({ exit_code }) => exit_code === 0).length;
	if (whole !== LARGE_COUNT) throw new Error(`${whole} of ${LARGE_COUNT} large results`);
	await n8n.stop();
	await emulator.close();
	goals.push(
		{
			what: "1,000 results: 99th percentile of the event loop's delay, the worst of all runs (ms)",
			figure: Math.max(...loops),
			atMost: 200,
		},
		{
			what: '1,000 results: peak memory beside that of the plain nodes, each in an n8n of its own, the worst delay',
			figure: Math.max(...peaks),
			atMost: 1,
		},
		{
			what: `${LARGE_COUNT} transcripts of 10 MB, of which the items keep 10 kB: memory above what it was (MB)`,
			figure: peakMb - beforeMb,
			atMost: 300,
		},
	);
	return {
		goals,
		tables: [
			{
				columns: [
					'results',
					'delay (ms)',
					'the node (s)',
					"n8n's helpers alone (s)",
					'plain nodes (s)',
					'time beside the plain nodes',
					'CPU beside them',
					'round trips that cannot be avoided (s)',
				],
				rows,
			},
		],
		plots: [
			{
				file: 'bench-delays',
				title: 'Time of 1,000 results by the time of an answer',
				x: 'ms until the service answers',
				y: 'seconds',
				axes: 'value',
				lines: Object.values(lines),
			},
		],
	};
}

export const delays: Part = {
	title: 'A service that takes its time',
	text: `RunScript results in the real n8n, from a service in a process of its own that answers each request after a delay, with the service's limits lifted. The plain nodes send the requests of all items at once. n8n's helpers alone send the same requests as the node, 100 at a time, and do nothing else. What no client can avoid is the list, then the link, then the file, one after the other. Time is that in the nodes; CPU time is that of n8n and its task runner. Medians of ${GOALS.map(([count, rounds]) => `${rounds} rounds with ${count.toLocaleString('en-US')} results`).join(', ')}.`,
	measure,
};
