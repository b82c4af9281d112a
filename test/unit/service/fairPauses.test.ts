/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setImmediate as macrotask } from 'node:timers/promises';
import { systemClock } from '../../../nodes/DefenderLiveResponse/service/clock';
import { fairPauses } from '../../../nodes/DefenderLiveResponse/service/fairPauses';

/** A clock that passes only by work, and on which others get their turn while work pauses. */
function workClock() {
	let time = 0;
	const turns: number[] = [];
	const sleep = async () => {
		turns.push(time);
		await macrotask();
	};
	return { clock: { ...systemClock, elapsed: () => time, sleep }, turns, work: (ms: number) => (time += ms) };
}

/** The longest time without a turn for others. */
const longest = (turns: number[], end: number) => Math.max(...[...turns, end].map((at, place) => at - (turns[place - 1] ?? 0)));

it.each(['one after the other', 'all at the same moment'])('gives others their turn in the middle of much work, %s', async (how) => {
	const { clock, turns, work } = workClock();
	const pause = fairPauses(clock);
	const piece = async () => {
		await pause();
		work(2);
	};
	if (how === 'all at the same moment') await Promise.all(Array.from({ length: 500 }, piece));
	else for (let done = 0; done < 500; done++) await piece();
	expect(longest(turns, 1000)).toBeLessThanOrEqual(50);
});

it('does not wait where there is little to do', async () => {
	const { clock, turns, work } = workClock();
	work(1_000);
	const pause = fairPauses(clock);
	for (let done = 0; done < 9; done++) {
		await pause();
		work(2);
	}
	expect(turns).toEqual([]);
});
