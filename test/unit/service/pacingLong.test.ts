import fc from 'fast-check';
import { Pacer, SERVICE_LIMITS } from '../../../nodes/DefenderLiveResponse/service/pacing';
import { fuzz } from '../result/fuzzRuns';
import { FakeClock } from './fakeClock';
import { call, HOUR, MINUTE, mostWithin, SECOND, take } from './pacedCalls';

it('meets both limits over hours, using them up', async () => {
	const clock = new FakeClock();
	const start = clock.now();
	const times = await take(new Pacer(), SERVICE_LIMITS.results, clock, 3_100);
	expect(mostWithin(MINUTE, times)).toBe(100);
	expect(mostWithin(HOUR, times)).toBe(1_500);
	// 3,000 calls fit into two hours; what is left comes at once in the third.
	expect(times[3_099] - start).toBeLessThan(2 * HOUR + MINUTE);
});

it('meets any limits, whenever calls are asked for', async () => {
	const limits = fc.record({ perMinute: fc.integer({ min: 1, max: 6 }), perHour: fc.integer({ min: 1, max: 12 }) });
	const gaps = fc.array(fc.oneof(fc.constant(0), fc.nat(20 * SECOND), fc.nat(10 * MINUTE)), { maxLength: 20 });
	await fc.assert(
		fc.asyncProperty(limits, gaps, async ({ perMinute, perHour }, waits) => {
			const clock = new FakeClock();
			const pacer = new Pacer();
			const times: number[] = [];
			const calls: Array<Promise<void>> = [];
			const order: number[] = [];
			for (const [place, gap] of waits.entries()) {
				if (gap > 0) await clock.sleep(gap);
				calls.push(
					call(pacer, { perMinute, perHour }, clock).then((time) => {
						times.push(time);
						order.push(place);
					}),
				);
			}
			await Promise.all(calls);
			expect(mostWithin(MINUTE, times)).toBeLessThanOrEqual(perMinute);
			expect(mostWithin(HOUR, times)).toBeLessThanOrEqual(perHour);
			expect(order).toEqual(waits.map((_, place) => place));
		}),
		fuzz(15),
	);
});

it('keeps its limits after many calls', async () => {
	const clock = new FakeClock();
	const pacer = new Pacer();
	for (let minute = 0; minute < 60; minute++) {
		await take(pacer, { perMinute: 0, perHour: 0 }, clock, 1_000);
		await clock.sleep(61 * SECOND);
	}
	const start = clock.now();
	const times = await take(pacer, { perMinute: 5, perHour: 0 }, clock, 6);
	expect(times.slice(0, 5)).toEqual(Array(5).fill(start));
	expect(times[5]).toBeGreaterThanOrEqual(start + MINUTE);
});
