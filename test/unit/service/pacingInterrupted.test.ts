import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import { Cancelled } from '../../../nodes/DefenderLiveResponse/service/clock';
import { PacingTimeout, Pacer } from '../../../nodes/DefenderLiveResponse/service/pacing';
import { callApi } from '../../../nodes/DefenderLiveResponse/service/request';
import { FakeClock } from './fakeClock';
import { fakeSession } from './fakeSession';
import { call, MINUTE, SECOND, take } from './pacedCalls';

const NONE = { perMinute: 0, perHour: 0 };

/** A call that the service refuses at once, asking for `ms` of rest. */
async function refuse(pacer: Pacer, clock: FakeClock, ms: number): Promise<void> {
	(await pacer.take({ caller: clock, clock }, NONE)).refused(ms);
}

describe('refused by the service', () => {
	it('lets no one through before the longest time that it named', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		const [first, second] = await Promise.all([1, 2].map(async () => await pacer.take({ caller: clock, clock }, NONE)));
		first.refused(30 * SECOND);
		second.refused(10 * SECOND);
		expect(await call(pacer, NONE, clock)).toBe(start + 30 * SECOND);
	});

	it('holds back who waits already', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		const limits = { perMinute: 2, perHour: 0 };
		const underWay = await pacer.take({ caller: clock, clock }, limits);
		const times = take(pacer, limits, clock, 2);
		await clock.at(start + 30 * SECOND, () => underWay.refused(50 * SECOND));
		expect((await times)[1]).toBe(start + 80 * SECOND);
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

	it('keeps all back for a minute at most, whatever it asks of the one', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		await refuse(pacer, clock, 65 * MINUTE);
		expect(await take(pacer, NONE, clock, 3)).toEqual(Array(3).fill(start + MINUTE));
	});

	it('keeps no one back for longer than it may wait', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		await refuse(pacer, clock, MINUTE);
		// The last moments before the service lets calls pass again are half a second long.
		const ends = [0, MINUTE - 500, MINUTE].map(
			async (patienceMs) =>
				await pacer.take({ caller: clock, clock }, NONE, patienceMs).then(
					({ done, closedMs, waitedMs }) => {
						done();
						return [clock.now() - start, closedMs, waitedMs];
					},
					(error: unknown) => [clock.now() - start, error],
				),
		);
		const [first, second, third] = await Promise.all(ends);
		expect([first[1], second[1]]).toEqual([expect.any(PacingTimeout), expect.any(PacingTimeout)]);
		expect(first[0]).toBeLessThanOrEqual(SECOND);
		expect(second[0]).toBe(MINUTE - 500);
		expect(third).toEqual([MINUTE, MINUTE, MINUTE]);
	});

	it('keeps no one back for longer either while a call before it has no answer', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		const unanswered = await pacer.take({ caller: clock, clock }, NONE);
		await refuse(pacer, clock, MINUTE);
		const ended = pacer.take({ caller: clock, clock }, NONE, 10 * SECOND).catch(() => clock.now() - start);
		await clock.at(start + 30 * SECOND, () => unanswered.done());
		expect(await ended).toBe(10 * SECOND);
	});

	it('tells who waits that it is the service that keeps it back, at once and as soon as it does', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		const told: string[] = [];
		const waiting = (name: string, limits = NONE) =>
			pacer.take({ caller: clock, clock, keptBack: () => void told.push(`${name} ${(clock.now() - start) / SECOND}`) }, limits);
		const limits = { perMinute: 1, perHour: 0 };
		const underWay = await waiting('first', limits);
		const second = waiting('second', limits);
		await clock.at(start + 10 * SECOND, () => underWay.refused(20 * SECOND));
		const third = waiting('third', limits);
		expect(told).toEqual(['second 10', 'third 10']);
		const { waitedMs, closedMs, done } = await second;
		expect([waitedMs, closedMs]).toEqual([30 * SECOND, 20 * SECOND]);
		done();
		(await third).done();
		expect(told).toHaveLength(2);
	});

	it('tells no one who waits where it asks for no time, and no one who comes when it has ended', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const told = jest.fn();
		const limits = { perMinute: 1, perHour: 0 };
		const first = await pacer.take({ caller: clock, clock }, limits);
		const second = pacer.take({ caller: clock, clock, keptBack: told }, limits);
		first.refused(0);
		(await second).refused(20 * SECOND);
		await clock.sleep(20 * SECOND);
		(await pacer.take({ caller: clock, clock, keptBack: told }, limits)).done();
		expect(told).not.toHaveBeenCalled();
	});

	it('counts the times in which no call may pass together', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const limits = { perMinute: 1, perHour: 0 };
		const first = await pacer.take({ caller: clock, clock }, limits);
		const waiting = pacer.take({ caller: clock, clock }, limits);
		const second = pacer.take({ caller: {}, clock }, NONE);
		first.refused(10 * SECOND);
		await clock.sleep(5 * SECOND);
		(await second).refused(10 * SECOND);
		(await waiting).refused(20 * SECOND);
		const { closedMs } = await pacer.take({ caller: clock, clock }, limits);
		expect(closedMs).toBe(20 * SECOND);
	});

	it('does not count the wait for room as its own', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		const limits = { perMinute: 1, perHour: 0 };
		await call(pacer, limits, clock);
		const turn = await pacer.take({ caller: clock, clock }, limits, 0);
		expect([clock.now() - start, turn.waitedMs, turn.closedMs]).toEqual([MINUTE, MINUTE, 0]);
	});
});

it('an execution that is stopped the moment that its turn comes leaves its place to others', async () => {
	const { session, clock, calls } = fakeSession(() => ({}));
	const request = { kind: CALLS.packageLink, method: 'GET' as const, path: '/x' };
	const start = clock.now();
	const budget = { hold: () => () => undefined, charge: () => undefined, leftMs: () => MINUTE };
	// Two such calls are all that a minute allows. Each has a signal of its own, as each execution does.
	for (let count = 0; count < 2; count++) {
		const stop = new AbortController();
		const deadline = { ...budget, start: () => stop.abort() };
		await expect(callApi({ ...session, deadline, signal: stop.signal }, request)).rejects.toThrow(Cancelled);
	}
	await callApi(session, request);
	expect(calls.map(({ at }) => at)).toEqual([start + MINUTE]);
});

describe("n8n's clock is set", () => {
	it.each([-60 * MINUTE, 60 * MINUTE])('by %i ms, and no one waits for longer or for less', async (ms) => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const limits = { perMinute: 10, perHour: 0 };
		const start = clock.elapsed();
		await take(pacer, limits, clock, 10);
		clock.set(ms);
		await call(pacer, limits, clock);
		expect(clock.elapsed() - start).toBe(MINUTE);
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

	it('makes room where it was let pass at the very moment, and takes no one else with it', async () => {
		const clock = new FakeClock();
		const pacer = new Pacer();
		const start = clock.now();
		const user = new AbortController();
		const first = await pacer.take({ caller: clock, clock }, limits);
		const second = pacer.take({ caller: clock, clock, signal: user.signal }, limits).catch((error: unknown) => error);
		const third = call(pacer, limits, clock);
		first.refused(0);
		user.abort();
		expect(await second).toBeInstanceOf(Cancelled);
		expect(await third).toBe(start);
	});
});
