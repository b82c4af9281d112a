import { boundsOf } from '../support/sweep/bounds';
import { judge } from '../support/sweep/judge';
import { sweepThrough } from '../support/sweep/sweepRun';

it('the sweep brings each of 50 devices that are on and off to one end, once, although n8n is killed twice', async () => {
	const kills = [
		{ minute: 3, after: 'run' as const },
		{ minute: 16, after: 'action.list' as const },
	];
	const swept = await sweepThrough({ devices: 50, seed: 2, hours: 0.75, kills });
	const judged = judge(swept, 2);
	expect(boundsOf(50, [judged]).filter(({ figure, bound }) => !(figure <= bound))).toEqual([]);
	expect(swept.wentOn).toHaveLength(2);
	// Those that were on; the ideal client has 43.
	expect(judged.done + judged.failed).toBeGreaterThan(35);
}, 600_000);
