import { Cancelled } from '../../../nodes/DefenderLiveResponse/service/clock';
import { Pacer } from '../../../nodes/DefenderLiveResponse/service/pacing';
import { FakeClock } from './fakeClock';
import { call, MINUTE, SECOND, take } from './pacedCalls';

describe('closed by the service', () => {
	it('lets nobody through before it opens, then everybody in line', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const opens = clock.now() + 30 * SECOND;
		pacer.closeUntil(opens);
		pacer.closeUntil(opens - 20 * SECOND);
		expect(await take(pacer, { perMinute: 0, perHour: 0 }, clock, 3)).toEqual([opens, opens, opens]);
	});

	it('holds back who waits already', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		const limits = { perMinute: 1, perHour: 0 };
		const times = take(pacer, limits, clock, 2);
		await clock.at(start + 30 * SECOND, () => pacer.closeUntil(start + 5 * MINUTE));
		expect((await times)[1]).toBe(start + 5 * MINUTE);
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
		await others;
		expect(await ours).toBeLessThanOrEqual(start + 11 * SECOND);
	});
});
