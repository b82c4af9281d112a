import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import { Cancelled } from '../../../nodes/DefenderLiveResponse/service/clock';
import { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import { callApi } from '../../../nodes/DefenderLiveResponse/service/request';
import { disconnected, fakeSession, refused, requestConfig } from './fakeSession';

const READ = { kind: CALLS.readActions, method: 'GET' as const, path: '/machineactions/x' };
const RUN = { kind: CALLS.run, method: 'POST' as const, path: '/machines/x/runliveresponse', body: { Comment: 'why' } };
const LOGIN = 'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token';

describe.each(['thrown', 'answered'] as const)('with refusals %s by n8n', (refusals) => {
	/** A service that throws these one after the other, and then answers. */
	function throwing(errors: unknown[], signal?: AbortSignal) {
		const left = [...errors];
		return fakeSession(
			() => {
				if (left.length > 0) throw left.shift();
				return { ok: true };
			},
			signal,
			refusals,
		);
	}

	it('goes to the cloud of the credential, and follows no redirect with the token', async () => {
		const { session, calls } = throwing([]);
		expect(await callApi(session, RUN)).toEqual({ ok: true });
		expect(calls).toHaveLength(1);
		expect(calls[0].options).toMatchObject({
			method: 'POST',
			url: 'https://api.security.microsoft.com/api/machines/x/runliveresponse',
			body: { Comment: 'why' },
			disableFollowRedirect: true,
		});
	});

	it.each<[string, unknown[]]>([
		['an overloaded service', [refused(503), refused(502), refused(504)]],
		['connections that break', [disconnected('ECONNRESET'), disconnected('ETIMEDOUT'), disconnected('ECONNABORTED')]],
		['a limit', [refused(429), refused(429, {}, { 'retry-after': '5' })]],
		['a sign-in that cannot be reached', [disconnected('ECONNRESET', requestConfig(LOGIN))]],
		['a permission given since the token was made', [refused(403, { code: 'Forbidden' })]],
	])('a read survives %s', async (_, errors) => {
		const { session, calls } = throwing(errors);
		expect(await callApi(session, READ)).toEqual({ ok: true });
		expect(calls).toHaveLength(errors.length + 1);
		expect(session.stats).toMatchObject({ apiCalls: errors.length + 1, retries: errors.length });
	});

	it('waits as long as it is asked to, and says so', async () => {
		const { session, calls } = throwing([refused(429, {}, { 'retry-after': '37' })]);
		await callApi(session, READ);
		expect(calls[1].at - calls[0].at).toBe(37_000);
		expect(session.stats.throttledMs).toBe(37_000);
	});

	it.each([900_000, -900_000])('waits for a date of the service whose clock is ahead by %i ms', async (aheadMs) => {
		const until = new Date(Date.UTC(2026, 0, 13, 9) + aheadMs + 37_000).toUTCString();
		const { session, calls } = throwing([refused(429, {}, { 'retry-after': until })]);
		session.serviceClock.aheadMs = aheadMs;
		await callApi(session, READ);
		expect(calls[1].at - calls[0].at).toBe(37_000);
	});

	it('lets all calls of a limit wait when one of them is refused, and those of others go on', async () => {
		const { session, calls, clock } = throwing([refused(429, {}, { 'retry-after': '60' })]);
		const start = clock.now();
		const first = callApi(session, READ);
		await clock.at(start + 5_000, () => undefined);
		const machines = { kind: CALLS.readMachines, method: 'GET' as const, path: '/machines' };
		await Promise.all([first, callApi(session, READ), callApi(session, machines)]);
		expect(calls.map(({ at, path }) => [path, at - start])).toEqual([
			['/machineactions/x', 0],
			['/machines', 5_000],
			['/machineactions/x', 60_000],
			['/machineactions/x', 60_000],
		]);
	});

	it('lets no one else wait for a call that failed for another reason', async () => {
		const { session, calls, clock } = throwing([refused(503, {}, { 'retry-after': '60' })]);
		const start = clock.now();
		const first = callApi(session, READ);
		await clock.at(start + 5_000, () => undefined);
		await Promise.all([first, callApi(session, READ)]);
		expect(calls.map(({ at }) => at - start)).toEqual([0, 5_000, 60_000]);
	});

	it('asks less and less often where it is refused without a time to wait', async () => {
		const { session, calls } = throwing([refused(429), refused(429), refused(429)]);
		await callApi(session, READ);
		// Half of each wait is by chance, for which the test's clock has its middle.
		expect(calls.slice(1).map(({ at }, place) => at - calls[place].at)).toEqual([750, 1_500, 3_000]);
	});

	// However long a limit lasted, what comes after it is another matter.
	it('a read survives a broken connection behind a long limit', async () => {
		const { session } = throwing([
			...Array.from({ length: 6 }, () => refused(429, {}, { 'retry-after': '10' })),
			disconnected('ECONNRESET'),
		]);
		expect(await callApi(session, READ)).toEqual({ ok: true });
	});

	describe('a run is sent once', () => {
		it.each([500, 502, 503, 504, 408, 400, 401, 404])('when it is answered with %i', async (status) => {
			const { session, calls } = throwing([refused(status)]);
			await expect(callApi(session, RUN)).rejects.toMatchObject({ status });
			expect(calls).toHaveLength(1);
		});

		it.each(['ECONNRESET', 'ETIMEDOUT', 'ECONNABORTED', 'EPIPE'])('when the connection is lost (%s)', async (code) => {
			const { session, calls } = throwing([disconnected(code)]);
			await expect(callApi(session, RUN)).rejects.toThrow(DefenderError);
			expect(calls).toHaveLength(1);
		});

		it.each<[string, unknown]>([
			['429', refused(429, {}, { 'retry-after': '2' })],
			['ECONNREFUSED', disconnected('ECONNREFUSED')],
			['ENOTFOUND', disconnected('ENOTFOUND')],
			['403', refused(403, { code: 'Forbidden' })],
		])('but again when it certainly had no effect (%s)', async (_, error) => {
			const { session, calls } = throwing([error]);
			expect(await callApi(session, RUN)).toEqual({ ok: true });
			expect(calls).toHaveLength(2);
		});

		it('ten times a minute', async () => {
			const { session, calls } = throwing([]);
			await Promise.all(Array.from({ length: 21 }, async () => await callApi(session, RUN)));
			const start = calls[0].at;
			expect(calls.filter(({ at }) => at < start + 60_000)).toHaveLength(10);
			expect(calls.filter(({ at }) => at < start + 120_000)).toHaveLength(20);
		});
	});

	it('gives one fresh token a try when a role is missing, then names the roles', async () => {
		const { session, calls } = throwing([refused(403, { code: 'Forbidden' }), refused(403, { code: 'Forbidden' })]);
		const error: unknown = await callApi(session, READ).catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(DefenderError);
		expect((error as DefenderError).description).toMatch(/Machine\.ReadWrite\.All.*Alert\.Read\.All/);
		expect(calls).toHaveLength(2);
	});

	it.each(['DisabledFeature', 'DisallowedOperation'])('does not ask for a fresh token where it cannot help (%s)', async (code) => {
		const { session, calls } = throwing([refused(403, { code })]);
		await expect(callApi(session, RUN)).rejects.toMatchObject({ code });
		expect(calls).toHaveLength(1);
	});

	it('ends when the service stays down', async () => {
		const { session, calls } = throwing(Array.from({ length: 50 }, () => refused(503)));
		await expect(callApi(session, READ)).rejects.toMatchObject({ status: 503 });
		expect(calls.length).toBeGreaterThan(2);
		expect(calls.length).toBeLessThan(12);
	});

	describe('a cancelled execution', () => {
		it('sends nothing', async () => {
			const { session, calls } = throwing([], AbortSignal.abort());
			await expect(callApi(session, RUN)).rejects.toThrow(Cancelled);
			expect(calls).toHaveLength(0);
		});

		it.each([429, 503])('stops waiting within a second (%i)', async (status) => {
			const user = new AbortController();
			const { session, clock, calls } = throwing([refused(status, {}, { 'retry-after': '600' })], user.signal);
			const start = clock.now();
			const call = callApi(session, READ).catch((error: unknown) => ({ error, at: clock.now() }));
			await clock.at(start + 10_000, () => user.abort());
			const ended = (await call) as { error: unknown; at: number };
			expect(ended.error).toBeInstanceOf(Cancelled);
			expect(ended.at - start).toBeLessThanOrEqual(11_000);
			expect(calls).toHaveLength(1);
		});
	});
});

describe("the service's clock", () => {
	const NOW = Date.UTC(2026, 0, 13, 9);
	it.each([
		['Tue, 13 Jan 2026 09:00:30 GMT', 30_000],
		['Tue, 13 Jan 2026 08:30:00 GMT', -1_800_000],
		['Fri, 31 Dec 9999 23:59:59 GMT', undefined],
		['Thu, 01 Jan 1970 00:00:00 GMT', undefined],
		['Wed, 14 Jan 2026 09:00:01 GMT', undefined],
		['never', undefined],
		[undefined, undefined],
	])('read from the date %j, is ahead by %s ms', async (date, aheadMs) => {
		const { session } = fakeSession(() => ({}));
		const signed = async () => ({ body: {}, headers: { date }, statusCode: 200 });
		const told = {
			...session,
			clock: { now: () => NOW, elapsed: () => 0, sleep: async () => undefined, random: () => 0 },
			transport: { ...session.transport, signed },
		};
		await callApi(told, READ);
		expect(told.serviceClock.aheadMs).toBe(aheadMs);
	});
});
