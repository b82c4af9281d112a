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
});

it('without pacing of results, checks actions are not paced either, but runs are', async () => {
	const { session, calls } = fakeSession(() => ({}));
	session.resultLimits = { perMinute: 0, perHour: 0 };
	for (let count = 0; count < 101; count++) await callApi(session, READ);
	const begun = calls[0].at;
	expect(calls.at(-1)?.at).toBe(begun);
	const run = { kind: CALLS.run, method: 'POST' as const, path: '/run' };
	for (let count = 0; count < 11; count++) await callApi(session, run);
	expect(calls.at(-1)?.at).toBe(begun + 60_000);
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
		const others = Array.from({ length: 30 }, async () => await callApi(within(session, clock, 0), READ).catch((error: unknown) => error));
		for (const error of await Promise.all(others))
			expect(error).toMatchObject({ message: 'Defender kept refusing because of its rate limit' });
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
