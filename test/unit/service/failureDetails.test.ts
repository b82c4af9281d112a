import { readFailure, readRefusal } from '../../../nodes/DefenderLiveResponse/service/failure';
import { isTransient } from '../../../nodes/DefenderLiveResponse/service/retry';
import { refused, requestConfig, TOKEN } from './fakeSession';

const LOGIN = 'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token';

/** An error behind this many others. */
function behind(causes: number, error: object): object {
	return causes === 0 ? error : { message: 'wrapped', cause: behind(causes - 1, error) };
}

describe('a code', () => {
	const codeOf = (code: unknown) => {
		const failure = readRefusal(400, { 'x-ms-error-code': 'OfTheHeader' }, { error: { code } });
		return failure.kind === 'refused' ? failure.code : undefined;
	};

	it.each(['BadRequest', 'a', '429', 'A.b_c:d|e-f', 'x'.repeat(100)])('is taken over: %s', (code) => {
		expect(codeOf(code)).toBe(code);
	});

	// What the service echoes of a request may hold anything.
	it.each([undefined, null, '', 5, {}, 'two words', ' BadRequest', 'BadRequest ', 'a/b', 'x'.repeat(101), TOKEN, 'é'])(
		'that is none is left out: %s',
		(code) => {
			expect(codeOf(code)).toBe('OfTheHeader');
		},
	);

	it('is none if there is none', () => {
		for (const [headers, body] of [
			[undefined, undefined],
			[null, 'text'],
			[{}, { error: 'text' }],
			['text', { error: null }],
		]) {
			expect(readRefusal(400, headers, body)).toEqual({ kind: 'refused', status: 400 });
		}
	});
});

it('reads what the service says besides', () => {
	const headers = { 'retry-after': 5, 'x-ms-request-id': 'of-the-header' };
	expect(readRefusal(429, headers, { error: { message: 'slow down' } })).toEqual({
		kind: 'refused',
		status: 429,
		retryAfter: '5',
		code: undefined,
		message: 'slow down',
		requestId: 'of-the-header',
	});
	expect(readRefusal(429, headers, { error: { message: 5, target: 'of-the-body' } })).toMatchObject({
		message: undefined,
		requestId: 'of-the-body',
	});
	expect(readRefusal(429, { 'retry-after': '' }, {})).toMatchObject({ retryAfter: undefined });
	expect(readRefusal(429, { 'retry-after': ['5'] }, {})).toMatchObject({ retryAfter: undefined });
});

it('looks behind seven other errors, and no further', () => {
	const error = { response: { status: 404 } };
	expect(readFailure(behind(7, error))).toMatchObject({ kind: 'refused', status: 404 });
	expect(readFailure(behind(8, error))).toEqual({ kind: 'network', code: 'UNKNOWN' });
});

it.each([
	[199, true],
	[200, true],
	[299, true],
	[300, false],
	[404, false],
])('an answer with status %i that was thrown broke off: %s', (status, brokeOff) => {
	const failure = readFailure({ response: { status } });
	expect(failure).toEqual(brokeOff ? { kind: 'network', code: 'ECONNRESET' } : { kind: 'refused', status });
});

describe('an error of n8n 1.x, which has lost its cause', () => {
	it('still knows status and body', () => {
		const data = { error: { code: 'NotFound', message: 'no such action' } };
		expect(readFailure({ httpCode: '404', context: { data } })).toMatchObject({
			kind: 'refused',
			status: 404,
			code: 'NotFound',
			message: 'no such action',
		});
		expect(readFailure({ httpCode: '503' })).toEqual({ kind: 'refused', status: 503 });
	});

	it.each([
		['ENOTFOUND', 'ENOTFOUND'],
		['4040', '4040'],
		['604', '604'],
		['1404', '1404'],
		['', 'UNKNOWN'],
	])('with %j for a status was not an answer', (httpCode, code) => {
		expect(readFailure({ httpCode })).toEqual({ kind: 'network', code });
	});

	it('tells the code of a system before that', () => {
		expect(readFailure({ code: 'ECONNRESET', httpCode: 'X' })).toEqual({ kind: 'network', code: 'ECONNRESET' });
		expect(readFailure({ code: '', cause: { code: 'EPIPE' } })).toEqual({ kind: 'network', code: 'EPIPE' });
	});
});

describe('a sign-in', () => {
	it.each([
		'Failed to acquire OAuth2 access token: x',
		'OAuth credentials not connected',
		'The access token expired',
		'The credential needs to be reconnected',
		'Client authentication failed',
		'No accessTokenUri',
		'clientSecret is missing',
		'clientCertificate is missing',
		'Wrong client assertion',
	])('that failed is known by what n8n says: %s', (message) => {
		expect(readFailure({ message })).toEqual({ kind: 'signIn', message, status: undefined, code: undefined });
		expect(readFailure(behind(2, { message, code: 'X' }))).toEqual({ kind: 'signIn', message, status: undefined, code: 'X' });
	});

	it('that failed is known by where it was sent', () => {
		for (const url of [LOGIN, `${LOGIN}?x`])
			expect(readFailure({ message: 'x', config: { url } })).toMatchObject({ kind: 'signIn', message: 'x' });
		for (const url of [undefined, 'https://h/oauth2/v2x0/token', 'https://h/v2.0/token'])
			expect(readFailure({ message: 'x', config: { url } }).kind).toBe('network');
	});

	it.each<[string, object, boolean]>([
		['temporarily_unavailable', { error: 'temporarily_unavailable' }, true],
		['server_error', { error: 'server_error', error_description: 'AADSTS1: x' }, true],
		['an overload', { error: 'x', error_description: 'AADSTS90006: x' }, true],
		['a gateway', { error: 'x', error_description: 'AADSTS90024: x' }, true],
		['a failure on their side', { error: 'x', error_description: 'AADSTS90033: x' }, true],
		['a limit', { error: 'x', error_description: 'AADSTS90055: x' }, true],
		['another code', { error: 'x', error_description: 'AADSTS900061: x' }, false],
		['other words', { error: 'not_a_server_error' }, false],
		['words that go on', { error: 'server_error_x' }, false],
	])('that Entra refuses with %s may pass', (_, body, passing) => {
		const failure = readFailure({ body });
		expect(isTransient(failure)).toBe(passing);
		expect('transient' in failure).toBe(passing);
	});

	it.each([
		[299, undefined, 'ECONNRESET'],
		[300, 300, undefined],
		[502, 502, undefined],
	])('whose answer had status %i', (status, expected, code) => {
		const message = 'Failed to acquire OAuth2 access token';
		expect(readFailure({ message, cause: { status } })).toEqual({ kind: 'signIn', message, ...(expected && { status: expected }), code });
		expect(readFailure({ message, response: { status } })).toMatchObject({ ...(expected && { status: expected }) });
	});

	it('that the body of an answer gives needs a word in it', () => {
		for (const body of [{ error: '' }, { error: 5 }, null, 'text']) expect(readFailure({ body }).kind).toBe('network');
		expect(readFailure({ body: { error: 'invalid_client', error_description: '' } })).toEqual({
			kind: 'signIn',
			message: 'invalid_client',
		});
	});

	it('that went well is not what failed', () => {
		expect(readFailure(refused(400, { code: 'BadRequest' }, {}, requestConfig('https://h/api/x'))).kind).toBe('refused');
	});
});
