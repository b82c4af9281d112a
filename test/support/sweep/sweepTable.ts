/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { drawPlot } from '../../../bench/plot';
import { report, reportPicture } from '../report';
import type { Bound } from './bounds';
import { boundsOf, SIZES } from './bounds';
import type { Judged } from './judge';
import { judge, resultTimes } from './judge';
import { MINUTE_MS } from './minutes';
import type { Swept } from './sweepRun';
import { sweepThrough } from './sweepRun';

/**
 * Of the worlds; figures are of all of them together. Of the first six these are the ones in which enough of 100 devices
 * are on at first for a client that knows who is online to have 70 % in half an hour.
 */
const SEEDS = (process.env.SWEEP_SEEDS ?? '2,5,6').split(',').map(Number);

const shown = (value: number, digits = 0) =>
	Number.isFinite(value) ? value.toLocaleString('en-US', { maximumFractionDigits: digits }) : '-';

/** How many devices had their result by when, in steps that a picture shows. */
function curve(times: number[]): Array<[number, number]> {
	const step = Math.max(1, Math.floor(times.length / 200));
	return [[0, 0], ...times.flatMap((at, place): Array<[number, number]> => ((place + 1) % step ? [] : [[at / MINUTE_MS, place + 1]]))];
}

function picture(devices: number, swept: Swept, seed: number): string {
	const { own, ideal } = resultTimes(swept, seed);
	return drawPlot({
		file: '',
		title: `${devices} devices`,
		x: 'minutes',
		y: 'devices with a result',
		axes: 'value',
		lines: [
			{ name: 'sweep', points: curve(own) },
			{ name: 'a client that knows who is online', points: curve(ideal) },
		],
	});
}

/** Tests that sweep these numbers of devices and compare what happened with what has to; makes a part of docs/reliability.md of it. */
export function sweepTable(part: string, sizes: number[]): void {
	const columns = new Map<number, Bound[]>();

	afterAll(() => {
		const measured = [...columns];
		if (measured.length === 0) return;
		report(part, {
			columns: [
				`what, in worlds ${SEEDS.join(', ')}`,
				...measured.flatMap(([devices]) => [`at most, ${shown(devices)} devices`, 'measured']),
			],
			rows: measured[0][1].map(({ what }, place) => [
				what,
				...measured.flatMap(([, bounds]) => [shown(bounds[place].bound, 1), shown(bounds[place].figure, bounds[place].digits)]),
			]),
		});
	});

	it.each(sizes)(
		'brings each of %i devices to one end, once',
		async (devices) => {
			const judged: Judged[] = [];
			for (const seed of SEEDS) {
				const { hours } = SIZES[devices];
				const kills = [
					{ minute: 3, after: 'run' as const },
					{ minute: 40, after: 'action.list' as const },
				];
				const swept = await sweepThrough({ devices, seed, hours, kills, memoryEvery: 30 });
				judged.push(judge(swept, seed));
				if (seed === SEEDS[0]) reportPicture(`${part}-${devices}`, picture(devices, swept, seed));
			}
			const bounds = boundsOf(devices, judged);
			columns.set(devices, bounds);
			expect(bounds.filter(({ figure, bound }) => !(figure <= bound))).toEqual([]);
		},
		3 * 3_600_000,
	);
}
