/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- a test may */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
	Cancelled,
	onAbort,
	abortable,
	pause,
	systemClock,
	throwIfCancelled,
	timeLimit,
} from '../../../nodes/DefenderLiveResponse/service/clock';
import { FakeClock } from './fakeClock';

const never = new Promise<never>(() => undefined);

it("the system's clock tells the time, sleeps, and draws lots", async () => {
	jest.useFakeTimers();
	const before = [systemClock.now(), systemClock.elapsed()];
	const awake = jest.fn();
	void systemClock.sleep(1_000).then(awake);
	await jest.advanceTimersByTimeAsync(999);
	expect(awake).not.toHaveBeenCalled();
	await jest.advanceTimersByTimeAsync(1);
	expect(awake).toHaveBeenCalled();
	expect([systemClock.now() - before[0], systemClock.elapsed() - before[1]]).toEqual([1_000, 1_000]);
	jest.useRealTimers();
	const chance = systemClock.random();
	expect(chance).toBeGreaterThanOrEqual(0);
	expect(chance).toBeLessThan(1);
});

describe('a pause', () => {
	it.each([1, 499, 500, 501, 61_234])('of %i ms takes just as long', async (ms) => {
		const clock = new FakeClock();
		const start = clock.now();
		await pause(clock, ms);
		expect(clock.now() - start).toBe(ms);
	});

	it.each([0, -5])('of %i ms is over at once', async (ms) => {
		const clock = new FakeClock();
		const sleep = jest.spyOn(clock, 'sleep');
		await pause(clock, ms);
		expect(sleep).not.toHaveBeenCalled();
	});

	it('ends within half a second of a cancel', async () => {
		const clock = new FakeClock();
		const user = new AbortController();
		const start = clock.now();
		const paused = pause(clock, 3_600_000, user.signal).catch((error: unknown) => error);
		await clock.at(start + 1_200, () => user.abort());
		expect(await paused).toBeInstanceOf(Cancelled);
		expect(clock.now() - start).toBeLessThanOrEqual(1_700);
	});

	it('is none where the execution was cancelled before', async () => {
		await expect(pause(new FakeClock(), 0, AbortSignal.abort())).rejects.toThrow('The execution was cancelled');
	});
});

it('an execution goes on until it is cancelled', () => {
	expect(() => throwIfCancelled(undefined)).not.toThrow();
	expect(() => throwIfCancelled(new AbortController().signal)).not.toThrow();
	expect(() => throwIfCancelled(AbortSignal.abort())).toThrow(Cancelled);
});

describe('waiting for something that knows of no cancel', () => {
	it('gives what happens to it', async () => {
		for (const signal of [undefined, new AbortController().signal]) {
			expect(await abortable(Promise.resolve(5), signal)).toBe(5);
			await expect(abortable(Promise.reject(new Error('lost')), signal)).rejects.toThrow('lost');
		}
	});

	it('ends with a cancel, before and while it waits', async () => {
		await expect(abortable(Promise.resolve(5), AbortSignal.abort())).rejects.toBeInstanceOf(Cancelled);
		const user = new AbortController();
		const waiting = abortable(never, user.signal).catch((error: unknown) => error);
		user.abort();
		expect(await waiting).toBeInstanceOf(Cancelled);
	});

	it('keeps nothing of what came, however long the signal lives', async () => {
		const user = new AbortController();
		const wait = async () => {
			const came = { large: 'x'.repeat(1_000) };
			await abortable(Promise.resolve(came), user.signal);
			return new WeakRef(came);
		};
		const refs = await Promise.all(Array.from({ length: 50 }, wait));
		setFlagsFromString('--expose-gc');
		await new Promise(setImmediate);
		(runInNewContext('gc') as () => void)();
		// One or the other may still lie on the stack.
		expect(refs.filter((ref) => ref.deref()).length).toBeLessThan(5);
		expect(user.signal.aborted).toBe(false);
	});
});

describe('a wait for a cancel', () => {
	it('is called with it, unless it waits no more', () => {
		const user = new AbortController();
		const called: string[] = [];
		onAbort(user.signal, () => called.push('first'));
		const forget = onAbort(user.signal, () => called.push('over'));
		onAbort(user.signal, () => called.push('last'));
		forget();
		user.abort();
		expect(called).toEqual(['first', 'last']);
	});

	it('is called at once where the cancel was before, and never where there is none', () => {
		const called = jest.fn();
		onAbort(AbortSignal.abort(), called)();
		expect(called).toHaveBeenCalledTimes(1);
		onAbort(undefined, called)();
		expect(called).toHaveBeenCalledTimes(1);
	});

	// Node.js 20 treats more than ten as a leak, and says so in n8n's log.
	it('is one listener of the signal, however many wait', async () => {
		const user = new AbortController();
		const listen = jest.spyOn(user.signal, 'addEventListener');
		const all = Array.from({ length: 100 }, async () => await abortable(never, user.signal).catch((error: unknown) => error));
		user.abort();
		for (const error of await Promise.all(all)) expect(error).toBeInstanceOf(Cancelled);
		expect(listen).toHaveBeenCalledTimes(1);
	});
});

describe('a time limit', () => {
	it('aborts its signal after its time, not before', async () => {
		const clock = new FakeClock();
		const { signal } = timeLimit(clock, 5_000);
		await clock.sleep(4_999);
		expect(signal.aborted).toBe(false);
		await clock.sleep(2);
		expect(signal.aborted).toBe(true);
	});

	it('that is no longer needed never does', async () => {
		const clock = new FakeClock();
		const { signal, end } = timeLimit(clock, 5_000);
		await clock.sleep(4_000);
		end();
		await clock.sleep(60_000);
		expect(signal.aborted).toBe(false);
	});
});
