import { Cancelled } from '../../../nodes/DefenderLiveResponse/service/clock';
import { Pacer } from '../../../nodes/DefenderLiveResponse/service/pacing';
import { FakeClock } from './fakeClock';
import { call, MINUTE, SECOND, take } from './pacedCalls';

const NONE = { perMinute: 0, perHour: 0 };

/** A call that the service refuses at once, asking for `ms` of rest. */
async function refuse(pacer: Pacer, clock: FakeClock, ms: number): Promise<void> {
	(await pacer.take({ caller: clock, clock }, NONE)).refused(clock.now() + ms);
}

describe('refused by the service', () => {
	it('lets nobody through before the longest time that it named', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		const [first, second] = await Promise.all([1, 2].map(async () => await pacer.take({ caller: clock, clock }, NONE)));
		first.refused(start + 30 * SECOND);
		second.refused(start + 10 * SECOND);
		expect(await call(pacer, NONE, clock)).toBe(start + 30 * SECOND);
	});

	it('holds back who waits already', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		const limits = { perMinute: 2, perHour: 0 };
		const underWay = await pacer.take({ caller: clock, clock }, limits);
		const times = take(pacer, limits, clock, 2);
		await clock.at(start + 30 * SECOND, () => underWay.refused(start + 5 * MINUTE));
		expect((await times)[1]).toBe(start + 5 * MINUTE);
	});

	it('goes on with one call, and one more with each that passes', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		await refuse(pacer, clock, SECOND);
		let underWay = 0;
		const most: number[] = [];
		await Promise.all(
			Array.from({ length: 15 }, async () => {
				const turn = await pacer.take({ caller: clock, clock }, NONE);
				most.push(++underWay);
				await clock.sleep(SECOND);
				underWay--;
				turn.done();
			}),
		);
		expect(most.slice(0, 3)).toEqual([1, 1, 2]);
		expect(Math.max(...most)).toBeGreaterThan(4);
	});

	it('is as before when a minute went well', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		await refuse(pacer, clock, SECOND);
		await clock.sleep(2 * MINUTE);
		await Promise.all([1, 2, 3].map(async () => await pacer.take({ caller: clock, clock }, NONE)));
		expect(clock.now()).toBe(start + 2 * MINUTE);
	});

	it('knows for how long no call has passed', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		expect(pacer.refusedForMs(clock.now())).toBe(0);
		await refuse(pacer, clock, MINUTE);
		await refuse(pacer, clock, MINUTE);
		expect(pacer.refusedForMs(clock.now())).toBe(MINUTE);
		await call(pacer, NONE, clock);
		expect(pacer.refusedForMs(clock.now())).toBe(0);
	});
});

describe('cancelled', () => {
	const limits = { perMinute: 1, perHour: 0 };

	it('leaves the queue within a second, and the others go on', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		const user = new AbortController();
		await call(pacer, limits, clock);
		const second = call(pacer, limits, clock, user.signal).catch((error: unknown) => ({ error, at: clock.now() }));
		const third = call(pacer, limits, clock);
		await clock.at(start + 10 * SECOND, () => user.abort());
		expect(await second).toEqual({ error: expect.any(Cancelled) as Cancelled, at: expect.any(Number) as number });
		expect(((await second) as { at: number }).at).toBeLessThanOrEqual(start + 11 * SECOND);
		const passed = await third;
		expect(passed).toBeGreaterThanOrEqual(start + MINUTE);
		expect(passed).toBeLessThan(start + MINUTE + 5 * SECOND);
	});

	// The queue is shared by all executions of the process, so who is first may wait for its own reasons.
	it('leaves the queue within a second also behind others', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		const user = new AbortController();
		await call(pacer, limits, clock);
		const others = call(pacer, limits, clock);
		const ours = call(pacer, limits, clock, user.signal).catch(() => clock.now());
		await clock.at(start + 10 * SECOND, () => user.abort());
		expect(await others).toBeGreaterThanOrEqual(start + MINUTE);
		expect(await ours).toBeLessThanOrEqual(start + 11 * SECOND);
	});

	it('makes no room for another execution by leaving', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		const user = new AbortController();
		await call(pacer, limits, clock);
		const other = call(pacer, limits, clock, undefined, {});
		const ours = call(pacer, limits, clock, user.signal, {}).catch(() => undefined);
		await clock.at(start + 10 * SECOND, () => user.abort());
		await ours;
		expect(await other).toBeGreaterThanOrEqual(start + MINUTE);
	});

	it('makes room where it was let pass at the very moment, and takes nobody else with it', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		const user = new AbortController();
		const first = await pacer.take({ caller: clock, clock }, limits);
		const second = pacer.take({ caller: clock, clock, signal: user.signal }, limits).catch((error: unknown) => error);
		const third = call(pacer, limits, clock);
		first.refused(start);
		user.abort();
		expect(await second).toBeInstanceOf(Cancelled);
		expect(await third).toBe(start);
	});
});
