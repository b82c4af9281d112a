import fc from 'fast-check';
import type { Limits } from '../../../nodes/DefenderLiveResponse/service/pacing';
import { Pacer, pacerFor, SERVICE_LIMITS } from '../../../nodes/DefenderLiveResponse/service/pacing';
import { fuzz } from '../result/fuzzRuns';
import { FakeClock } from './fakeClock';
import { call, HOUR, MINUTE, mostWithin, SECOND, take } from './pacedCalls';

it("knows the service's limits", () => {
	const usual = { perMinute: 100, perHour: 1500 };
	expect(SERVICE_LIMITS).toEqual({
		results: usual,
		actions: usual,
		machines: usual,
		library: usual,
		responses: usual,
		tags: usual,
		run: { perMinute: 10, perHour: 0 },
		packages: { perMinute: 2, perHour: 120 },
	});
});

it('lets a small job through at once', async () => {
	const clock = new FakeClock();
	const start = clock.now();
	expect(await take(new Pacer(), SERVICE_LIMITS.results, clock, 100)).toEqual(Array(100).fill(start));
	expect(await take(new Pacer(), SERVICE_LIMITS.run, clock, 10)).toEqual(Array(10).fill(start));
});

it('counts calls of an earlier process, unless it has made some itself', async () => {
	const clock = new FakeClock();
	const pacer = new Pacer();
	const limits = { perMinute: 2, perHour: 0 };
	const start = clock.now();
	pacer.startAfter([start - 50 * SECOND, start - 20 * SECOND]);
	expect(await take(pacer, limits, clock, 3)).toEqual([start + 10 * SECOND, start + 40 * SECOND, start + 70 * SECOND]);
	pacer.startAfter([clock.now(), clock.now()]);
	const [next] = await take(pacer, limits, clock, 1);
	expect(next).toBe(start + 100 * SECOND);
	// One of its own is on its way.
	const other = new Pacer();
	void other.take({ caller: clock, clock }, limits);
	other.startAfter([clock.now(), clock.now()]);
	expect(await call(other, limits, clock)).toBe(start + 100 * SECOND);
});

it("lets a job as large as a minute's limit and one more wait for little longer than a minute", async () => {
	const clock = new FakeClock();
	const start = clock.now();
	const times = await take(new Pacer(), SERVICE_LIMITS.results, clock, 101);
	expect(times[100] - start).toBeGreaterThanOrEqual(MINUTE);
	expect(times[100] - start).toBeLessThan(MINUTE + 5 * SECOND);
});

it('says how long a call was kept waiting', async () => {
	const clock = new FakeClock();
	const pacer = new Pacer();
	const limits = { perMinute: 1, perHour: 0 };
	const first = await pacer.take({ caller: clock, clock }, limits);
	expect(first.waitedMs).toBe(0);
	first.done();
	const before = clock.now();
	const { waitedMs } = await pacer.take({ caller: clock, clock }, limits);
	expect(waitedMs).toBe(clock.now() - before);
	expect(waitedMs).toBeGreaterThanOrEqual(MINUTE);
});

it('meets both limits, using them up', async () => {
	const clock = new FakeClock();
	const start = clock.now();
	const times = await take(new Pacer(), { perMinute: 2, perHour: 5 }, clock, 11);
	const minutes = times.map((time) => Math.floor((time - start) / MINUTE));
	expect(minutes).toEqual([0, 0, 1, 1, 2, 60, 60, 61, 61, 62, 120]);
});

it('counts the calls of an hour also after it has forgotten older ones', async () => {
	const clock = new FakeClock();
	const pacer = new Pacer();
	const none = { perMinute: 0, perHour: 0 };
	for (let count = 0; count < 20_000; count++) (await pacer.take({ caller: clock, clock }, none)).done();
	await call(pacer, { perMinute: 0, perHour: 30_000 }, clock);
	const start = clock.now();
	expect((await call(pacer, { perMinute: 0, perHour: 20_001 }, clock)) - start).toBe(HOUR);
	expect((await call(pacer, { perMinute: 1, perHour: 0 }, clock)) - start).toBe(HOUR + MINUTE);
});

it.each<[string, Limits, number]>([
	['no limits', { perMinute: 0, perHour: 0 }, 0],
	['no limit by the minute', { perMinute: 0, perHour: 6_000 }, 0],
	['no limit by the hour', { perMinute: 6_000, perHour: 0 }, 0],
])('does not slow down with %s', async (_, limits, expected) => {
	const clock = new FakeClock();
	const start = clock.now();
	const times = await take(new Pacer(), limits, clock, 5_000);
	expect(times.at(-1)).toBe(start + expected);
});

describe('calls that take their time', () => {
	const limits = { perMinute: 3, perHour: 0 };

	it('are within the limit whenever they arrive, between their start and their answer', async () => {
		const durations = fc.array(fc.nat(90 * SECOND), { minLength: 1, maxLength: 12 });
		await fc.assert(
			fc.asyncProperty(durations, fc.constantFrom(0, 0.5, 1), async (all, arrivesAfter) => {
				const clock = new FakeClock();
				const pacer = new Pacer();
				const arrivals = await Promise.all(
					all.map(async (duration) => {
						const { done } = await pacer.take({ caller: clock, clock }, limits);
						const arrival = clock.now() + duration * arrivesAfter;
						await clock.sleep(duration);
						done();
						return arrival;
					}),
				);
				expect(
					mostWithin(
						MINUTE,
						arrivals.sort((a, b) => a - b),
					),
				).toBeLessThanOrEqual(3);
			}),
			fuzz(15),
		);
	});

	it('make room when the service did not count them', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		for (let count = 0; count < 5; count++) (await pacer.take({ caller: clock, clock }, limits)).refused(0);
		expect(clock.now()).toBe(start);
	});
});

describe('executions that wait for the same limit take turns', () => {
	const limits = { perMinute: 10, perHour: 0 };

	it('so that one device need not wait for the end of five hundred', async () => {
		const clock = new FakeClock();
		const start = clock.now();
		const pacer = new Pacer();
		const sweep = take(pacer, limits, clock, 500, {});
		const single = await call(pacer, limits, clock, undefined, {});
		expect(single - start).toBeLessThan(MINUTE + 5 * SECOND);
		expect((await sweep).at(-1)! - start).toBeGreaterThanOrEqual(50 * MINUTE);
	});

	it('each getting its share, and one alone all of it', async () => {
		const clock = new FakeClock();
		const start = clock.now();
		const pacer = new Pacer();
		const [long, short] = await Promise.all([take(pacer, limits, clock, 60, {}), take(pacer, limits, clock, 20, {})]);
		const soon = (times: number[]) => times.filter((time) => time < start + 3 * MINUTE + 5 * SECOND).length;
		// 40 calls in the first minutes: ten at once for the first, then five each.
		expect([soon(long), soon(short)]).toEqual([25, 15]);
		expect(long.at(-1)! - start).toBeLessThan(7 * MINUTE + 5 * SECOND);
	});

	it('and who waits for an hour holds no one back who waits for a minute', async () => {
		const clock = new FakeClock();
		const start = clock.now();
		const pacer = new Pacer();
		const slow = take(pacer, { perMinute: 0, perHour: 1 }, clock, 2, {});
		await clock.sleep(SECOND);
		const quick = await take(pacer, { perMinute: 2, perHour: 0 }, clock, 2, {});
		expect(quick[1] - start).toBeLessThan(MINUTE + SECOND);
		await slow;
	});

	it('and the low limit of one holds no one back', async () => {
		const clock = new FakeClock();
		const start = clock.now();
		const pacer = new Pacer();
		const slow = take(pacer, { perMinute: 1, perHour: 0 }, clock, 3, {});
		expect(await take(pacer, limits, clock, 5, {})).toEqual(Array(5).fill(start));
		await slow;
	});
});

it('is shared by application and limit, and by nothing else', () => {
	const pacer = pacerFor('tenant app', 'results');
	expect(pacerFor('tenant app', 'results')).toBe(pacer);
	expect(pacerFor('tenant app', 'actions')).not.toBe(pacer);
	expect(pacerFor('tenant other', 'results')).not.toBe(pacer);
});
