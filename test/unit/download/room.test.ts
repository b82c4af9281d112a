import { SMALL_BYTES, withRoom } from '../../../nodes/DefenderLiveResponse/download/room';
import { FakeClock } from '../service/fakeClock';
import type { Budget } from '../../../nodes/DefenderLiveResponse/service/deadline';
import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import { Cancelled } from '../../../nodes/DefenderLiveResponse/service/clock';

const always = () => true;
const endless = { start() {}, hold: () => () => undefined, charge() {}, leftMs: () => Infinity };

/** All that can go on without anything from outside. */
async function settled(): Promise<void> {
	for (let turns = 0; turns < 20; turns++) await Promise.resolve();
}

/** Works that note what they do, and go on on request. */
function works() {
	const log: string[] = [];
	const start = (
		name: string,
		bytes: number[],
		{ isNeeded = always, signal, deadline = endless }: { isNeeded?: () => boolean; signal?: AbortSignal; deadline?: Budget } = {},
	) => {
		let finish: (error?: Error) => void = () => undefined;
		const until = new Promise<void>((resolve, reject) => {
			finish = (error) => (error ? reject(error) : resolve());
		});
		const done = withRoom({ signal, deadline }, isNeeded, async (makeRoom) => {
			for (const each of bytes) await makeRoom(each);
			log.push(`${name} has room`);
			await until;
			log.push(`${name} ends`);
		});
		return { done, finish };
	};
	return { log, start };
}

it('lets what is small go on side by side, and what is large one after the other', async () => {
	const { log, start } = works();
	const first = start('first', [1, SMALL_BYTES, SMALL_BYTES + 1, SMALL_BYTES * 9]);
	await settled();
	const second = start('second', [SMALL_BYTES + 1]);
	const small = start('small', [SMALL_BYTES]);
	await settled();
	expect(log).toEqual(['first has room', 'small has room']);
	first.finish();
	await first.done;
	await settled();
	expect(log.slice(2)).toEqual(['first ends', 'second has room']);
	second.finish();
	small.finish();
	await Promise.all([second.done, small.done]);
});

it('lets small results hold a budget together, in the order in which they came', async () => {
	const { log, start } = works();
	const holders = Array.from({ length: 10 }, (_, n) => start(`holder ${n}`, [SMALL_BYTES]));
	await settled();
	const user = new AbortController();
	const cancelled = start('cancelled', [SMALL_BYTES], { signal: user.signal });
	const next = start('next', [SMALL_BYTES]);
	const tiny = start('tiny', [10_000]);
	await settled();
	expect(log).toHaveLength(11);
	expect(log.at(-1)).toBe('tiny has room');
	user.abort();
	await expect(cancelled.done).rejects.toThrow(Cancelled);
	holders[0].finish();
	await holders[0].done;
	holders[1].finish();
	await holders[1].done;
	await settled();
	expect(log).toContain('next has room');
	for (const each of [...holders, next, tiny]) each.finish();
	await Promise.all([...holders, next, tiny].map(async ({ done }) => await done));
	// The cancelled one keeps nothing of it.
	const again = Array.from({ length: 10 }, (_, n) => start(`again ${n}`, [SMALL_BYTES]));
	await settled();
	expect(log.filter((line) => /^again \d has room$/.test(line))).toHaveLength(10);
	for (const each of again) each.finish();
	await Promise.all(again.map(async ({ done }) => await done));
});

it('serves what needs a little of the budget behind what needs more and came before', async () => {
	const { log, start } = works();
	const holders = Array.from({ length: 10 }, (_, n) => start(`holder ${n}`, [SMALL_BYTES - 100_000]));
	await settled();
	const others = [start('more', [SMALL_BYTES]), start('little', [64 * 1024 + 1]), start('next to nothing', [64 * 1024])];
	await settled();
	expect(log.slice(10)).toEqual(['next to nothing has room']);
	holders[0].finish();
	await holders[0].done;
	await settled();
	expect(log.slice(11)).toEqual(['holder 0 ends', 'more has room', 'little has room']);
	for (const each of [...holders, ...others]) each.finish();
	await Promise.all([...holders, ...others].map(async ({ done }) => await done));
});

it('lets small results grow within the budget, also while a large one has its turn', async () => {
	const { log, start } = works();
	const large = start('large', [SMALL_BYTES + 1]);
	const growing = Array.from({ length: 10 }, (_, n) => start(`growing ${n}`, [SMALL_BYTES / 2, SMALL_BYTES]));
	await settled();
	expect(log).toHaveLength(11);
	for (const each of [large, ...growing]) each.finish();
	await Promise.all([large, ...growing].map(async ({ done }) => await done));
});

it.each([SMALL_BYTES, SMALL_BYTES + 1])('lets Max Wait stand still only while there is no room for %i bytes', async (bytes) => {
	const { log, start } = works();
	const clock = new FakeClock();
	const deadline = new Deadline(clock, 60_000, 0);
	deadline.start();
	const holders = Array.from({ length: 10 }, (_, n) => start(`holder ${n}`, [bytes]));
	await settled();
	const waiting = start('waiting', [bytes], { deadline });
	await clock.sleep(20_000);
	for (const each of holders) each.finish();
	await Promise.all(holders.map(async ({ done }) => await done));
	await settled();
	expect(log.at(-1)).toBe('waiting has room');
	expect(deadline.leftMs()).toBe(60_000);
	await clock.sleep(20_000);
	expect(deadline.leftMs()).toBe(40_000);
	waiting.finish();
	await waiting.done;
});

it('lets what grows beyond the budget go on with the turn of the large', async () => {
	const { log, start } = works();
	const holders = Array.from({ length: 10 }, (_, n) => start(`holder ${n}`, [SMALL_BYTES - 100_000]));
	await settled();
	const growing = start('growing', [900_000, 2_000_000]);
	await settled();
	expect(log.at(-1)).toBe('growing has room');
	for (const each of [...holders, growing]) each.finish();
	await Promise.all([...holders, growing].map(async ({ done }) => await done));
	expect(log.filter((line) => line.endsWith('ends'))).toHaveLength(11);
});

it('gives room back where work fails', async () => {
	const { log, start } = works();
	const failing = start('failing', [SMALL_BYTES + 1]);
	const next = start('next', [SMALL_BYTES + 1]);
	await settled();
	failing.finish(new Error('failed'));
	await expect(failing.done).rejects.toThrow('failed');
	next.finish();
	await next.done;
	expect(log).toEqual(['failing has room', 'next has room', 'next ends']);
});

it('releases a cancelled execution at once, and of its turn when that comes', async () => {
	const { log, start } = works();
	const user = new AbortController();
	const holder = start('holder', [SMALL_BYTES + 1]);
	const waiting = start('waiting', [SMALL_BYTES + 1], { signal: user.signal });
	const next = start('next', [SMALL_BYTES + 1]);
	await settled();
	user.abort();
	await expect(waiting.done).rejects.toBeInstanceOf(Cancelled);
	holder.finish();
	next.finish();
	await Promise.all([holder.done, next.done]);
	expect(log).toEqual(['holder has room', 'holder ends', 'next has room', 'next ends']);
});

it('is not needed where nothing is held, and not kept where that turns out meanwhile', async () => {
	const { log, start } = works();
	let isNeeded = true;
	const holder = start('holder', [SMALL_BYTES + 1]);
	const never = start('never', [SMALL_BYTES + 1], { isNeeded: () => false });
	const one = start('one', [SMALL_BYTES + 1], { isNeeded: () => isNeeded });
	const other = start('other', [SMALL_BYTES + 1], { isNeeded: () => isNeeded });
	await settled();
	expect(log).toEqual(['never has room', 'holder has room']);
	isNeeded = false;
	holder.finish();
	await holder.done;
	await settled();
	expect(log.slice(2)).toEqual(['holder ends', 'one has room', 'other has room']);
	for (const each of [never, one, other]) each.finish();
	await Promise.all([never, one, other].map(({ done }) => done));
});
