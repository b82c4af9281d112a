import { pageOf } from '../../../bench/page';
import type { Part } from '../../../bench/part';
import { inTurn, ratio, repeated, shown } from '../../../bench/pairs';

it('measures the sides in turn, every other round backwards, and leaves the first round out', async () => {
	const order: string[] = [];
	const side = (name: string) => async () => {
		order.push(name);
		return await Promise.resolve(order.length);
	};
	const measured = await inTurn({ ours: side('ours'), theirs: side('theirs') }, { rounds: 2 });
	expect(order).toEqual(['ours', 'theirs', 'theirs', 'ours', 'ours', 'theirs']);
	expect(measured).toEqual({ ours: [4, 5], theirs: [3, 6] });
});

it('tells median, least and most', () => {
	expect(repeated([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5 });
	expect(repeated([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, most: 4 });
	expect(shown(repeated([1.234, 1000, 2]), 1)).toBe('2 (1.2 to 1,000)');
});

it('makes ratios pair by pair', () => {
	expect(ratio([1, 2, 9], [2, 4, 3], (ms) => ms)).toEqual({ median: 0.5, least: 0.5, most: 3 });
});

it('says on the page which goals are met, and what was not measured', () => {
	const part: Part = { title: 'Speed', text: 'How fast.', measure: async () => await Promise.resolve({ tables: [], goals: [] }) };
	const goals = [
		{ what: 'time', figure: 0.3, atMost: 0.4 },
		{ what: 'throughput', figure: 0.8, spread: [0.7, 0.9] as [number, number], atLeast: 0.9 },
	];
	const page = pageOf(
		{ speed: part, size: { ...part, title: 'Size' } },
		{ speed: { goals, tables: [], measured: 'Here.' }, size: undefined },
	);
	expect(page).toContain('| time | at most 0.4 | 0.3 | yes |');
	expect(page).toContain('| throughput | at least 0.9 | 0.8 (0.7 to 0.9) | **no** |');
	expect(page).toContain('Not measured yet: `npm run bench size`');
});
