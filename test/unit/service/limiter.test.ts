import fc from 'fast-check';
import { limiter, withTurn } from '../../../nodes/DefenderLiveResponse/service/limiter';
import { fuzz } from '../result/fuzzRuns';
import { FakeClock } from './fakeClock';

it('runs tasks in their order, never more than so many, and gives each its own end', async () => {
	const task = fc.record({ ms: fc.nat(5), fails: fc.boolean() });
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(task, { maxLength: 12 }), async (most, tasks) => {
			const clock = new FakeClock();
			const limited = limiter(most);
			const began: number[] = [];
			let running = 0;
			let highest = 0;
			const ends = await Promise.allSettled(
				tasks.map(
					async ({ ms, fails }, place) =>
						await limited(async () => {
							began.push(place);
							highest = Math.max(highest, ++running);
							await clock.sleep(ms);
							running--;
							if (fails) throw new Error(`task ${place}`);
							return place;
						}),
				),
			);
			expect(began).toEqual(tasks.map((_, place) => place));
			expect(highest).toBe(Math.min(most, tasks.length));
			ends.forEach((end, place) => {
				expect(end).toMatchObject(tasks[place].fails ? { reason: { message: `task ${place}` } } : { value: place });
			});
		}),
		fuzz(50),
	);
});

it('lets no one wait while there is room, also after tasks that failed', async () => {
	const limited = limiter(2);
	for (let round = 0; round < 5; round++) {
		await expect(limited(async () => await Promise.reject(new Error('no')))).rejects.toThrow('no');
	}
	let running = 0;
	const forever = async () => await new Promise<void>(() => running++);
	void limited(forever);
	void limited(forever);
	void limited(forever);
	await new FakeClock().sleep(1);
	expect(running).toBe(2);
});

describe('a turn', () => {
	it.each<[string, boolean, number[]]>([
		['with the task', false, [0, 10, 20]],
		['earlier, where the task says so, and the task goes on', true, [0, 2, 4]],
	])('ends %s', async (_, endsEarly, expected) => {
		const clock = new FakeClock();
		const start = clock.now();
		const limited = limiter(1);
		const began: number[] = [];
		const task = async (place: number) =>
			await withTurn(limited, async (endTurn) => {
				began.push(clock.now() - start);
				await clock.sleep(2);
				if (endsEarly) endTurn();
				await clock.sleep(8);
				return place;
			});
		expect(await Promise.all([0, 1, 2].map(task))).toEqual([0, 1, 2]);
		expect(began).toEqual(expected);
		expect(clock.now() - start).toBe(expected[2] + 10);
	});

	it('that fails ends too, with its reason', async () => {
		const limited = limiter(1);
		await expect(withTurn(limited, async () => await Promise.reject(new Error('no')))).rejects.toThrow('no');
		expect(await withTurn(limited, async () => await Promise.resolve(5))).toBe(5);
	});
});
