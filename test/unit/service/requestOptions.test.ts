import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import { callApi } from '../../../nodes/DefenderLiveResponse/service/request';
import type { Session } from '../../../nodes/DefenderLiveResponse/service/session';
import { Deadline, withoutMaxWait } from '../../../nodes/DefenderLiveResponse/service/deadline';
import { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import type { FakeClock } from './fakeClock';
import { disconnected, fakeSession, refused } from './fakeSession';

const MINUTE = 60_000;
const READ = { kind: CALLS.readActions, method: 'GET' as const, path: '/machineactions/x' };
const LINK = { kind: CALLS.resultLink, method: 'GET' as const, path: '/link' };

it('asks for JSON, for a minute, and never along a redirect', async () => {
	const { session, calls } = fakeSession(() => ({}));
	await callApi(session, READ);
	const { abortSignal, ...options } = calls[0].options;
	expect(options).toEqual({
		method: 'GET',
		url: 'https://api.security.microsoft.com/api/machineactions/x',
		body: undefined,
		json: true,
		timeout: 60_000,
		disableFollowRedirect: true,
		sendCredentialsOnCrossOriginRedirect: false,
	});
	expect(abortSignal).toBeInstanceOf(AbortSignal);
});

it("asks for a fresh token only after a refusal, once, and for the token's permissions only when they are shown", async () => {
	const { session, calls } = fakeSession(() => {
		throw refused(403, { code: 'Forbidden' });
	});
	const fresher = jest.spyOn(session.transport, 'hasFresherToken');
	const granted = jest.spyOn(session.transport, 'grantedPermissions');
	await expect(callApi(session, READ)).rejects.toThrow('a permission is missing');
	expect(fresher.mock.calls).toEqual([[calls[0].options]]);
	expect(granted).toHaveBeenCalledTimes(1);
	expect(session.stats).toMatchObject({ apiCalls: 2, retries: 1 });
});

it('is not made again where there is no fresher token', async () => {
	const { session, calls } = fakeSession(() => {
		throw refused(403, { code: 'Forbidden' });
	});
	session.transport.hasFresherToken = async () => await Promise.resolve(false);
	await expect(callApi(session, READ)).rejects.toThrow('a permission is missing');
	expect(calls).toHaveLength(1);
});

describe('of five calls that lack a permission, one tries a fresh token', () => {
	/** How many of five calls that are made together succeed, and how many are sent, where the sixth and later ones are answered so. */
	async function five(later: (place: number) => unknown) {
		const { session, calls } = fakeSession(() => {
			if (calls.length <= 5) throw refused(403, { code: 'Forbidden' });
			return later(calls.length);
		});
		const ended = await Promise.allSettled(Array.from({ length: 5 }, async () => await callApi(session, READ)));
		return [ended.filter(({ status }) => status === 'fulfilled').length, calls.length];
	}

	it('and the others do not where it is refused as well', async () => {
		const refuse = () => {
			throw refused(403, { code: 'Forbidden' });
		};
		expect(await five(refuse)).toEqual([0, 6]);
	});

	it('and the others do where it is let in', async () => {
		expect(await five(() => ({ ok: true }))).toEqual([5, 10]);
	});

	it('and the others do where it is refused for something else', async () => {
		const unknownAction = (place: number) => {
			if (place === 6) throw refused(404, { code: 'ResourceNotFound' });
			return { ok: true };
		};
		expect(await five(unknownAction)).toEqual([4, 10]);
	});

	it('and the others do when its execution is stopped meanwhile', async () => {
		const user = new AbortController();
		const { session, calls } = fakeSession(() => {
			if (calls.length <= 2) throw refused(403, { code: 'Forbidden' });
			return { ok: true };
		});
		const { signed } = session.transport;
		session.transport.signed = async (options) => {
			if (calls.length !== 2) return await signed(options);
			calls.push(calls[0]);
			user.abort();
			return await new Promise<never>(() => undefined);
		};
		const stopped = callApi({ ...session, signal: user.signal }, READ).catch((error: unknown) => error);
		expect(await callApi(session, READ)).toEqual({ ok: true });
		expect(await stopped).toMatchObject({ message: 'The execution was cancelled' });
	});

	it('but not without time for another call', async () => {
		const { session, clock, calls } = fakeSession(() => {
			throw refused(403, { code: 'Forbidden' });
		});
		await expect(callApi({ ...session, deadline: new Deadline(clock, 2_000, 0) }, READ)).rejects.toMatchObject({ status: 403 });
		expect(calls).toHaveLength(1);
	});
});

it.each<[string, Parameters<typeof callApi>[1], number]>([
	['of each refusal of a read', READ, 2],
	['but not of a run', { kind: CALLS.run, method: 'POST', path: '/run' }, 0],
])('who waits hears that a permission is missing before a fresh token is tried: %s', async (_, request, times) => {
	const { session } = fakeSession(() => {
		throw refused(403, { code: 'Forbidden' });
	});
	session.onFailure = jest.fn();
	await expect(callApi(session, request)).rejects.toMatchObject({ status: 403 });
	expect(session.onFailure).toHaveBeenCalledTimes(times);
});

it('a write whose answer cannot be read has been carried out', async () => {
	const { session } = fakeSession(() => '<html>');
	const write = callApi(session, { kind: CALLS.run, method: 'POST', path: '/run' }, { expected: 'device', read: () => undefined });
	await expect(write).rejects.toMatchObject({ sent: 'yes', failure: { kind: 'unreadable' } });
	expect(session.delivery.sent).toBe('yes');
});

it('after a refusal for a limit, calls go on one at a time, and one more with each answer', async () => {
	const { session, clock, calls } = fakeSession(() => {
		if (calls.length === 1) throw refused(429, {}, { 'retry-after': '10' });
		return {};
	});
	const { signed } = session.transport;
	session.transport.signed = async (options) => {
		const answer = signed(options);
		await clock.sleep(1_000);
		return await answer;
	};
	const start = clock.now();
	await Promise.all([0, 1, 2].map(async (place) => await clock.sleep(place * 2_000).then(async () => await callApi(session, READ))));
	expect(calls.map(({ at }) => at - start)).toEqual([0, 11_000, 12_000, 12_000]);
});

describe("the service's clock", () => {
	const answered = (date: string | undefined) => {
		const { session, clock } = fakeSession(() => ({}));
		session.transport.signed = async () => await Promise.resolve({ body: {}, headers: { date }, statusCode: 200 });
		return { session, clock };
	};

	it('is known by its answers', async () => {
		const { session } = answered('Tue, 13 Jan 2026 09:00:07 GMT');
		await callApi(session, READ);
		expect(session.serviceClock.aheadMs).toBe(7_000);
	});

	it.each([undefined, 'soon'])('is not known by %s', async (date) => {
		const { session } = answered(date);
		session.serviceClock.aheadMs = 5;
		await callApi(session, READ);
		expect(session.serviceClock.aheadMs).toBe(5);
	});
});

it.each([
	[0, false],
	[100, false],
	[199, false],
	[200, true],
	[204, true],
	[299, true],
	[300, false],
	[302, false],
	[999, false],
])('an answer with status %i is one: %s', async (statusCode, isOne) => {
	const { session } = fakeSession(() => ({}));
	session.transport.signed = async () => await Promise.resolve({ body: 'x', headers: {}, statusCode });
	const call = callApi(session, READ);
	await (isOne ? expect(call).resolves.toBe('x') : expect(call).rejects.toMatchObject({ status: statusCode }));
});

describe('a call that no one answers', () => {
	it('is over after a minute and a half, and a read is repeated', async () => {
		const { session, clock } = fakeSession(() => ({ ok: true }));
		const { signed } = session.transport;
		const begun = clock.now();
		const at: number[] = [];
		session.transport.signed = async (options) => {
			at.push(clock.now() - begun);
			return await (at.length === 1 ? new Promise<never>(() => undefined) : signed(options));
		};
		expect(await callApi(session, READ)).toEqual({ ok: true });
		expect(at[1]).toBeGreaterThan(90_000);
		expect(at[1]).toBeLessThan(93_000);
	});

	it('is a lost connection where it may not be repeated', async () => {
		const { session } = fakeSession(() => ({}));
		session.transport.signed = async () => await new Promise<never>(() => undefined);
		const run = { kind: CALLS.run, method: 'POST' as const, path: '/run' };
		await expect(callApi(session, run)).rejects.toMatchObject({ failure: { kind: 'network', code: 'ETIMEDOUT' } });
	});
});

it("results keep the user's limits, other calls the service's", async () => {
	const { session, calls } = fakeSession(() => ({}));
	session.resultLimits = { perMinute: 1, perHour: 0 };
	for (let count = 0; count < 3; count++) await callApi(session, READ);
	for (let count = 0; count < 2; count++) await callApi(session, LINK);
	const start = calls[0].at;
	expect(calls.map(({ path, at }) => [path, at - start])).toEqual([
		[READ.path, 0],
		[READ.path, 0],
		[READ.path, 0],
		[LINK.path, 0],
		[LINK.path, 60_000],
	]);
	expect(session.stats).toMatchObject({ apiCalls: 5, retries: 0, throttledMs: 60_000 });
	expect(session.learned.pacedMs).toBe(60_000);
});

it.each([
	[1, 0, 101, MINUTE],
	[0, 1, 1_501, 60 * MINUTE],
	[0, 0, 1_501, 0],
])('with %i results a minute and %i an hour, the last of %i checks of actions comes after %i ms', async (perMinute, perHour, count, ms) => {
	const { session, calls } = fakeSession(() => ({}));
	session.resultLimits = { perMinute, perHour };
	for (let place = 0; place < count; place++) await callApi(session, READ);
	expect(calls.at(-1)!.at - calls[0].at).toBe(ms);
});

it('without pacing of results, runs are paced', async () => {
	const { session, calls } = fakeSession(() => ({}));
	session.resultLimits = { perMinute: 0, perHour: 0 };
	const run = { kind: CALLS.run, method: 'POST' as const, path: '/run' };
	for (let count = 0; count < 11; count++) await callApi(session, run);
	expect(calls.at(-1)!.at - calls[0].at).toBe(60_000);
});

describe('time is short', () => {
	const within = (session: Session, clock: FakeClock, maxWaitMs: number) => ({ ...session, deadline: new Deadline(clock, maxWaitMs) });

	it.each([
		[0, '3000'],
		[2 * MINUTE, '3000'],
		[2 * MINUTE, '146'],
	])('a limit that lasts longer than %i ms and a little is reported at once (%s)', async (maxWaitMs, retryAfter) => {
		const { session, calls, clock } = fakeSession(() => {
			throw refused(429, {}, { 'retry-after': retryAfter });
		});
		const start = clock.elapsed();
		await expect(callApi(within(session, clock, maxWaitMs), READ)).rejects.toMatchObject({ status: 429 });
		expect([clock.elapsed() - start, calls.length]).toEqual([0, 1]);
	});

	it('is over half a minute after it, whatever the service breaks off with', async () => {
		for (const failure of [
			refused(503, {}, { 'retry-after': '86400' }),
			refused(429, {}, { 'retry-after': '5' }),
			disconnected('ECONNRESET'),
		]) {
			for (const maxWaitMs of [0, MINUTE]) {
				const { session, clock } = fakeSession(() => {
					throw failure;
				});
				const start = clock.elapsed();
				await expect(callApi(within(session, clock, maxWaitMs), READ)).rejects.toThrow(DefenderError);
				expect(clock.elapsed() - start).toBeLessThanOrEqual(maxWaitMs + 30_000);
			}
		}
	});

	it('leaves room for a second try where the first one stays without an answer', async () => {
		const { session, clock } = fakeSession(() => ({ ok: true }));
		const { signed } = session.transport;
		let asked = 0;
		session.transport.signed = async (options) => await (asked++ === 0 ? new Promise<never>(() => undefined) : signed(options));
		const start = clock.elapsed();
		expect(await callApi(within(session, clock, 0), READ)).toEqual({ ok: true });
		expect(clock.elapsed() - start).toBeLessThan(20_000);
	});

	it('does not run while a call waits for room within the limits', async () => {
		const { session, calls, clock } = fakeSession(() => ({ ok: true }));
		session.resultLimits = { perMinute: 1, perHour: 0 };
		const own = within(session, clock, 0);
		for (let count = 0; count < 5; count++) await callApi(own, LINK);
		expect(calls.at(-1)!.at - calls[0].at).toBe(4 * MINUTE);
	});

	it('ends the calls that a refusal of another one keeps back', async () => {
		const { session, calls, clock } = fakeSession(() => {
			throw refused(429, {}, { 'retry-after': '3600' });
		});
		await expect(callApi(within(session, clock, 0), READ)).rejects.toMatchObject({ status: 429 });
		const start = clock.elapsed();
		const onFailure = jest.fn();
		const others = Array.from(
			{ length: 30 },
			async () => await callApi({ ...within(session, clock, 0), onFailure }, READ).catch((error: unknown) => error),
		);
		const limited = { message: 'Defender kept refusing because of its rate limit', status: 429, sent: 'no' };
		for (const error of await Promise.all(others)) expect(error).toMatchObject(limited);
		expect(onFailure.mock.calls).toEqual(Array(30).fill([expect.objectContaining(limited)]));
		expect(session.stats.throttledMs).toBe(0);
		expect(clock.elapsed() - start).toBeLessThan(30_000);
		expect(calls).toHaveLength(1);
	});

	it('is five minutes where there is no Max Wait', async () => {
		const { session, clock } = fakeSession(() => {
			throw refused(429, {}, { 'retry-after': '20' });
		});
		const start = clock.elapsed();
		await expect(callApi({ ...session, deadline: withoutMaxWait(clock) }, READ)).rejects.toMatchObject({ status: 429 });
		expect(clock.elapsed() - start).toBeGreaterThan(4 * MINUTE);
		expect(clock.elapsed() - start).toBeLessThanOrEqual(5 * MINUTE);
	});
});

it('one limit of an hour does not stop the other executions', async () => {
	let asked = 0;
	const { session, calls, clock } = fakeSession(() => {
		if (asked++ === 0) throw refused(429, {}, { 'retry-after': '3900' });
		return { ok: true };
	});
	const start = clock.elapsed();
	const first = callApi(session, READ);
	await clock.sleep(1_000);
	expect(await callApi({ ...session, caller: {} }, READ)).toEqual({ ok: true });
	expect(clock.elapsed() - start).toBe(MINUTE);
	await first;
	expect(calls.at(-1)!.at - calls[0].at).toBe(65 * MINUTE);
});

it('a call that is cancelled under way gives its place back', async () => {
	const user = new AbortController();
	const { session, clock } = fakeSession(() => ({ ok: true }), user.signal);
	session.transport.signed = async () => await new Promise<never>(() => undefined);
	session.resultLimits = { perMinute: 1, perHour: 0 };
	const begun = clock.now();
	const failed = callApi(session, LINK).catch((error: unknown) => error);
	await clock.at(begun + 1_000, () => user.abort());
	expect(await failed).toMatchObject({ message: 'The execution was cancelled' });
	session.signal = undefined;
	session.transport.signed = async () => await Promise.resolve({ body: clock.now() - begun, headers: {}, statusCode: 200 });
	// It may have reached the service, so it counts for a minute.
	expect(await callApi(session, LINK)).toBe(61_000);
});
