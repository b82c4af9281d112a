import fc from 'fast-check';
import type { Failure } from '../../../nodes/DefenderLiveResponse/service/failure';
import type { Attempt } from '../../../nodes/DefenderLiveResponse/service/retry';
import { backoffMs, isTransient, mayHaveArrived, retryAfterMs, retryDelayMs } from '../../../nodes/DefenderLiveResponse/service/retry';
import { fuzz } from '../result/fuzzRuns';

const NOW = Date.UTC(2026, 0, 13, 9, 0, 0);
const HOUR = 3_600_000;
const refused = (status: number, retryAfter?: string): Failure => ({ kind: 'refused', status, retryAfter });
/** The same in the API's own words. */
const said = (status: number): Failure => ({ kind: 'refused', status, code: 'SomeCode' });
const network = (code: string, syscall?: string): Failure => ({ kind: 'network', code, syscall });
/** A connection that was never made. */
const unconnected = (code: string) => network(code, 'connect');

describe('Retry-After', () => {
	it.each([
		['0', 0],
		['4', 4_000],
		['60', 60_000],
		[' 7 ', 7_000],
		['1.5', 1_500],
		['0.25', 250],
		['Tue, 13 Jan 2026 09:00:30 GMT', 30_000],
		['Tuesday, 13-Jan-26 09:01:00 GMT', 60_000],
		['Tue Jan 13 09:02:00 2026', 120_000],
		['Tue, 13 Jan 2026 08:00:00 GMT', 0],
		['soon', undefined],
		['5s', undefined],
		['', undefined],
		['  ', undefined],
		[undefined, undefined],
	])('%j is %s ms', (value, expected) => {
		expect(retryAfterMs(value, NOW)).toBe(expected);
	});

	// JavaScript reads these as days of 2001, which would mean not to wait at all.
	it.each(['-5', '+5', 'soon 5', '1.5.3', '1,2'])('%j cannot be read', (value) => {
		expect(retryAfterMs(value, NOW)).toBeUndefined();
	});

	it('is a date in UTC also where it does not say so, wherever n8n is', () => {
		const parse = jest.spyOn(Date, 'parse');
		retryAfterMs('Tue Jan 13 09:02:00 2026', NOW);
		expect(parse).toHaveBeenLastCalledWith('Tue Jan 13 09:02:00 2026 GMT');
		parse.mockRestore();
	});

	it.each(['99999999999', 'Tue, 13 Jan 2099 09:00:00 GMT'])('%j is treated as a clock gone wrong', (value) => {
		expect(retryAfterMs(value, NOW)).toBeLessThan(2 * HOUR);
	});
});

it('backs off longer each time, by chance, up to a limit', () => {
	fc.assert(
		fc.property(fc.nat(40), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (repeat, random) => {
			const ms = backoffMs(repeat, random);
			expect(ms).toBeGreaterThanOrEqual(500);
			expect(ms).toBeLessThanOrEqual(30_000);
			expect(backoffMs(repeat + 1, random)).toBeGreaterThanOrEqual(ms);
			if (random > 0.01) expect(ms).toBeGreaterThan(backoffMs(repeat, 0));
		}),
		fuzz(),
	);
	expect(backoffMs(0, 0.999)).toBeLessThanOrEqual(backoffMs(1, 0));
});

it.each<[string, Failure, boolean, boolean]>([
	['the rate limit', refused(429), true, false],
	['a gateway without its service', refused(502), true, true],
	['an overloaded service', refused(503), true, true],
	['a gateway that gave up', refused(504), true, true],
	['a broken service', refused(500), true, true],
	['a slow request', refused(408), true, true],
	['a wrong request', said(400), false, false],
	['no sign-in', said(401), false, false],
	['no permission', said(403), false, false],
	['an unknown id', said(404), false, false],
	['a gateway that refuses in words of its own', refused(403), false, true],
	['an operation that no one wrote', said(501), true, true],
	['a connection that was refused', unconnected('ECONNREFUSED'), true, false],
	['a host that was not found', network('ENOTFOUND', 'getaddrinfo'), true, false],
	['a name server that did not answer', network('EAI_AGAIN', 'getaddrinfo'), true, false],
	['a host that cannot be reached', unconnected('EHOSTUNREACH'), true, false],
	['a host that can no longer be reached', network('EHOSTUNREACH', 'read'), true, true],
	['a connection that broke', network('ECONNRESET', 'read'), true, true],
	['a timeout of the connection', unconnected('ETIMEDOUT'), true, false],
	['a timeout of who knows what', network('ETIMEDOUT'), true, true],
	['a timeout of the answer', network('ECONNABORTED'), true, true],
	['a code that begins like one that stays', network('EPROTOTYPE'), true, true],
	['a code that ends like one that stays', network('HPE_UNKNOWN'), true, true],
	['a socket that hung up', network('EPIPE'), true, true],
	['a certificate that is wrong', network('DEPTH_ZERO_SELF_SIGNED_CERT'), false, true],
	["n8n's own protection", network('SSRF_BLOCKED'), false, false],
	["n8n's own protection before the sign-in", { kind: 'signIn', message: 'blocked', code: 'SSRF_BLOCKED' }, false, false],
	['a certificate that is not trusted', network('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), false, true],
	['a sign-in that was refused', { kind: 'signIn', message: 'AADSTS7000215', status: 401 }, false, false],
	['a token endpoint that limits', { kind: 'signIn', message: 'HTTP status 429', status: 429 }, true, false],
	['a token endpoint that is down', { kind: 'signIn', message: 'HTTP status 503', status: 503 }, true, false],
	['a token endpoint that cannot be reached', { kind: 'signIn', message: 'no', code: 'ECONNRESET' }, true, false],
	['a sign-in that no one set up', { kind: 'signIn', message: 'OAuth credentials not connected' }, false, false],
])('%s passes by itself and may have arrived', (_, failure, passes, arrived) => {
	expect(isTransient(failure)).toBe(passes);
	// A certificate is checked before anything is sent; taking it for sent is the safe side.
	expect(mayHaveArrived(failure)).toBe(arrived);
});

const attempt = (failure: Failure, more: Partial<Attempt> = {}): Attempt => ({
	failure,
	repeats: 0,
	throttles: 0,
	repeatable: true,
	now: NOW,
	random: 0.5,
	...more,
});

describe('a read', () => {
	it.each([
		refused(500),
		refused(502),
		refused(503),
		refused(504),
		refused(520),
		refused(522),
		refused(524),
		refused(529),
		refused(599),
		refused(408),
		refused(425),
		refused(499),
		network('ECONNRESET'),
		network('ETIMEDOUT'),
		network('ECONNREFUSED'),
		refused(429),
		{ kind: 'unreadable' as const, expected: 'list' },
	])('is repeated after %j', (failure) => {
		expect(retryDelayMs(attempt(failure))).toBeGreaterThanOrEqual(500);
	});

	it.each([
		refused(400),
		refused(401),
		refused(403),
		refused(404),
		network('CERT_HAS_EXPIRED'),
		network('ERR_CANCELED'),
		network('ERR_BAD_REQUEST'),
		network('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
		network('ERR_TLS_INVALID_PROTOCOL_VERSION'),
	])('is not repeated after %j', (failure) => {
		expect(retryDelayMs(attempt(failure))).toBeUndefined();
	});

	it('waits as long as the service asks, for its limit and for its rest', () => {
		expect(retryDelayMs(attempt(refused(429, '37')))).toBe(37_000);
		expect(retryDelayMs(attempt(refused(429, '1')))).toBe(1_000);
		expect(retryDelayMs(attempt(refused(429, 'Tue, 13 Jan 2026 09:02:00 GMT')))).toBe(120_000);
		expect(retryDelayMs(attempt(refused(503, '37')))).toBe(37_000);
		expect(retryDelayMs(attempt(refused(429, '3000')))).toBe(3_000_000);
		expect(retryDelayMs(attempt(refused(503, '0')))).toBeGreaterThanOrEqual(500);
	});

	it('ends after some repeats', () => {
		for (const failure of [refused(503), network('ECONNRESET')]) {
			let repeats = 0;
			while (retryDelayMs(attempt(failure, { repeats })) !== undefined) repeats++;
			expect(repeats).toBeGreaterThanOrEqual(2);
			expect(repeats).toBeLessThanOrEqual(10);
		}
	});

	it('ends after some repeats also where the sign-in is refused for its limit', () => {
		expect(retryDelayMs(attempt({ kind: 'signIn', message: 'HTTP status 429', status: 429 }, { repeats: 10 }))).toBeUndefined();
	});

	it.each(['3600', '86400', 'Tue, 13 Jan 2026 23:00:00 GMT'])(
		'waits for minutes at most where a service that is down says %j',
		(retryAfter) => {
			for (const status of [500, 503, 520, 599]) expect(retryDelayMs(attempt(refused(status, retryAfter)))).toBe(2 * 60_000);
		},
	);

	it.each(['99999999', 'Fri, 31 Dec 9999 23:59:59 GMT'])('waits for little more than an hour where its limit says %j', (retryAfter) => {
		expect(retryDelayMs(attempt(refused(429, retryAfter)))).toBe(65 * 60_000);
	});
});

// A service whose clock is behind ours asks for times that have ended.
it.each([undefined, 'soon', '0', '0.5', 'Tue, 13 Jan 2026 08:00:00 GMT'])('asks less and less often where 429 says %j', (retryAfter) => {
	const delays = [0, 1, 2, 3, 20].map((throttles) => retryDelayMs(attempt(refused(429, retryAfter), { throttles })));
	expect(delays).toEqual([750, 1_500, 3_000, 6_000, 22_500]);
});

describe('a run, which must not be sent twice', () => {
	it.each([
		refused(429),
		refused(429, '5'),
		said(429),
		unconnected('ECONNREFUSED'),
		network('ENOTFOUND', 'getaddrinfo'),
		network('EAI_AGAIN', 'getaddrinfo'),
		{ kind: 'signIn' as const, message: 'x', status: 503 },
	])('is sent again after %j', (failure) => {
		expect(retryDelayMs(attempt(failure, { repeatable: false }))).toBeGreaterThan(0);
	});

	it.each([
		refused(408),
		refused(500),
		refused(502),
		refused(503),
		refused(503, '5'),
		refused(504),
		refused(400),
		network('ECONNRESET'),
		network('ETIMEDOUT'),
		network('ECONNABORTED'),
		network('EPIPE'),
		network('UNKNOWN'),
		network('ERR_BAD_RESPONSE'),
	])('is not sent again after %j', (failure) => {
		expect(retryDelayMs(attempt(failure, { repeatable: false }))).toBeUndefined();
	});
});
