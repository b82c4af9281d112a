import { Cancelled, pause } from '../../../nodes/DefenderLiveResponse/service/clock';
import { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import type { Session } from '../../../nodes/DefenderLiveResponse/service/session';
import { within } from '../../../nodes/DefenderLiveResponse/service/within';
import { fakeSession } from './fakeSession';

const MAX_MS = 5_000;

describe('calls that are a help only', () => {
	it.each([
		[4_900, 'answer', 4_900, 4_900],
		[60_000, undefined, MAX_MS, MAX_MS + 500],
	])('that take %i ms give %s, after %i ms or a check later', async (takesMs, expected, from, to) => {
		const { session, clock } = fakeSession(() => ({}));
		const start = clock.now();
		const given = await within(session, MAX_MS, async ({ signal }) => {
			await pause(clock, takesMs, signal);
			return 'answer';
		});
		expect(given).toBe(expected);
		expect(clock.now() - start).toBeGreaterThanOrEqual(from);
		expect(clock.now() - start).toBeLessThanOrEqual(to);
	});

	it('give nothing where the service refuses them', async () => {
		const { session } = fakeSession(() => ({}));
		const refuse = async () => await Promise.reject<string>(new DefenderError('no', 'Ask again.'));
		expect(await within(session, MAX_MS, refuse)).toBeUndefined();
	});

	it('end with the execution', async () => {
		const stop = new AbortController();
		const { session, clock } = fakeSession(() => ({}), stop.signal);
		void clock.at(clock.now() + 1_000, () => stop.abort());
		const start = clock.now();
		await expect(within(session, MAX_MS, async ({ signal }) => await pause(clock, 60_000, signal))).rejects.toThrow(Cancelled);
		expect(clock.now() - start).toBeLessThanOrEqual(1_500);
	});

	it('do not hide what should not happen', async () => {
		const { session } = fakeSession(() => ({}));
		const fail = async () => await Promise.reject<string>(new TypeError('a bug'));
		await expect(within(session, MAX_MS, fail)).rejects.toThrow('a bug');
	});

	it('leave nothing behind when they are there', async () => {
		const { session, clock } = fakeSession(() => ({}));
		const used: Session[] = [];
		await within(session, MAX_MS, async (limited) => await Promise.resolve(used.push(limited)));
		expect(used[0].signal?.aborted).toBe(true);
		await clock.sleep(500);
		const sleeps = jest.spyOn(clock, 'sleep');
		await clock.sleep(MAX_MS);
		expect(sleeps).toHaveBeenCalledTimes(1);
	});
});
