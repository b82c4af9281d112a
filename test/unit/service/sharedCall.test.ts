import { Cancelled, pause } from '../../../nodes/DefenderLiveResponse/service/clock';
import type { Budget } from '../../../nodes/DefenderLiveResponse/service/deadline';
import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import type { Session } from '../../../nodes/DefenderLiveResponse/service/session';
import { SharedCall } from '../../../nodes/DefenderLiveResponse/service/sharedCall';
import { MINUTE_MS } from '../../../nodes/DefenderLiveResponse/service/time';
import { fakeSession } from './fakeSession';

/** Calls that several items share, with what they take and how often they were made. */
function sharing() {
	const { session, clock } = fakeSession(() => ({}));
	const shared = new SharedCall<string>();
	const start = clock.now();
	const made: Session[] = [];
	const work =
		(takesMs: number, end: () => string = () => 'answer') =>
		async (common: Session) => {
			made.push(common);
			// All that ask at this time have done so when the first call leaves.
			await Promise.resolve();
			common.deadline.start();
			await pause(clock, takesMs, common.signal);
			return end();
		};
	return {
		session,
		clock,
		shared,
		made,
		work,
		/** An item that asks for the result, how it ended, and when, in ms. */
		async ask(
			own: (common: Session) => Promise<string>,
			{ maxMs = 60 * MINUTE_MS, deadline = new Deadline(clock, maxMs, 0) as Budget, signal = undefined as AbortSignal | undefined } = {},
		) {
			const how = await shared.get({ ...session, deadline, signal }, own).catch((error: Error) => error);
			return { how: how instanceof Error ? how.message : how, error: how, at: clock.now() - start };
		},
	};
}

const NO_TIME = 'Defender did not answer within Max Wait';

it('are made once for all items that ask at the time, and for those that ask later', async () => {
	const { ask, work, made } = sharing();
	const asked = await Promise.all([ask(work(MINUTE_MS)), ask(work(1)), ask(work(1))]);
	expect(asked).toEqual(Array(3).fill({ how: 'answer', error: 'answer', at: MINUTE_MS }));
	expect(await ask(work(1))).toMatchObject({ how: 'answer', at: MINUTE_MS });
	expect(made).toHaveLength(1);
});

it('that fail do so for all that wait, and are made again for the next', async () => {
	const { ask, work, made } = sharing();
	const fails = work(MINUTE_MS, () => {
		throw new Error('not so');
	});
	expect((await Promise.all([ask(fails), ask(fails)])).map(({ how }) => how)).toEqual(['not so', 'not so']);
	expect(await ask(work(1))).toMatchObject({ how: 'answer' });
	expect(made).toHaveLength(2);
});

it('cost no item anything by itself', async () => {
	const { ask, session, work } = sharing();
	await ask(async (common) => {
		common.stats.apiCalls += 3;
		return await work(1)(common);
	});
	expect(session.stats.apiCalls).toBe(0);
});

describe('the time', () => {
	it('of an item is its own, and the calls have that of the one with the most', async () => {
		const { ask, work, made } = sharing();
		const first = ask(work(3 * MINUTE_MS), { maxMs: MINUTE_MS });
		const second = ask(work(1), { maxMs: 5 * MINUTE_MS });
		const short = await first;
		expect(short).toMatchObject({ how: NO_TIME, error: { advice: 'Raise Max Wait, or run it again later.' } });
		expect(short.at).toBeGreaterThan(MINUTE_MS);
		expect(short.at).toBeLessThanOrEqual(MINUTE_MS + 5_000);
		expect(made[0].deadline.leftMs()).toBe(5 * MINUTE_MS - short.at);
		expect(await second).toMatchObject({ how: 'answer', at: 3 * MINUTE_MS });
		expect(made).toHaveLength(1);
	});

	it('that is over says why the calls are not: the last refusal, if there was one', async () => {
		const { ask, work } = sharing();
		const why = new DefenderError('Defender is down', 'Wait.');
		const { error } = await ask(
			async (common) => {
				common.onFailure?.(new DefenderError('Defender is slow', 'Wait.'));
				common.onFailure?.(why);
				return await work(2 * MINUTE_MS)(common);
			},
			{ maxMs: MINUTE_MS },
		);
		expect(error).toBe(why);
	});

	/** Without time from the start, but for these moments, in ms: as after a process that stood still. */
	const budgetOf = (clock: { now(): number }, start: number, ...withTime: number[]): Budget => ({
		start: () => undefined,
		hold: () => () => undefined,
		charge: () => undefined,
		leftMs: () => (withTime.includes(clock.now() - start) ? 1 : 0),
	});

	it.each<[number, number[], string]>([
		[4_900, [], 'answer'],
		[5_100, [], NO_TIME],
		// What counts are checks without time in a row.
		[9_900, [5_000], 'answer'],
		[10_100, [5_000], NO_TIME],
	])(
		'may be over when the process goes on: an answer after %i ms (time left at %j) counts or not: %s',
		async (takesMs, withTime, expected) => {
			const { ask, work, clock } = sharing();
			expect((await ask(work(takesMs), { deadline: budgetOf(clock, clock.now(), ...withTime) })).how).toBe(expected);
		},
	);

	it('is not checked any more by an item that has its answer', async () => {
		const { ask, work, clock } = sharing();
		await ask(work(MINUTE_MS));
		const sleeps = jest.spyOn(clock, 'sleep');
		await clock.sleep(MINUTE_MS);
		expect(sleeps).toHaveBeenCalledTimes(1);
	});
});

describe('an end', () => {
	it('of the execution that made them is not that of others: they are made again', async () => {
		const { ask, work, made, clock } = sharing();
		const stop = new AbortController();
		void clock.at(clock.now() + 1_000, () => stop.abort());
		const [stopped, other] = await Promise.all([
			ask(work(MINUTE_MS), { signal: stop.signal }),
			ask(
				work(MINUTE_MS, () => 'second answer'),
				{ maxMs: 5 * MINUTE_MS },
			),
		]);
		expect(stopped).toMatchObject({ error: expect.any(Cancelled) as Cancelled, at: 1_000 });
		expect(other.how).toBe('second answer');
		expect(other.at).toBeGreaterThanOrEqual(1_000 + MINUTE_MS);
		expect(other.at).toBeLessThanOrEqual(2_000 + MINUTE_MS);
		expect(made).toHaveLength(2);
	});

	it('of another execution than the one that made them does not end them', async () => {
		const { ask, work, made, clock } = sharing();
		const stop = new AbortController();
		void clock.at(clock.now() + 1_000, () => stop.abort());
		const [first, stopped] = await Promise.all([ask(work(MINUTE_MS)), ask(work(1), { signal: stop.signal })]);
		expect(stopped).toMatchObject({ how: 'The execution was cancelled', at: 1_000 });
		expect(first).toMatchObject({ how: 'answer', at: MINUTE_MS });
		expect(made).toHaveLength(1);
	});

	it('comes when no item waits any more, not before; then they are made again for the next', async () => {
		const { ask, work, made } = sharing();
		const long = ask(work(60 * MINUTE_MS), { maxMs: 3 * MINUTE_MS });
		expect((await ask(work(1), { maxMs: MINUTE_MS })).how).toBe(NO_TIME);
		expect(made[0].signal?.aborted).toBe(false);
		expect((await long).how).toBe(NO_TIME);
		expect(made[0].signal?.aborted).toBe(true);
		expect((await ask(work(1))).how).toBe('answer');
		expect(made).toHaveLength(2);
	});
});
