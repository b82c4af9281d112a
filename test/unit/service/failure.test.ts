import { AxiosError } from 'axios';
import fc from 'fast-check';
import type { INode, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError, OperationalError, UserError } from 'n8n-workflow';
import { readFailure, readRefusal, readSignInFailure, SignInFailed } from '../../../nodes/DefenderLiveResponse/service/failure';
import { Secrets } from '../../../nodes/DefenderLiveResponse/service/secrets';
import { fuzz } from '../result/fuzzRuns';
import { CLIENT_SECRET, disconnected, refused, requestConfig, SIGNATURE, TOKEN } from './fakeSession';

const NODE = { id: '1', name: 'Defender', type: 'defenderLiveResponse', typeVersion: 1, position: [0, 0], parameters: {} } as INode;
const LOGIN = 'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token';

/** What n8n makes of an error before a node gets it: nothing, or one of its own. */
const WRAPPINGS: Array<[string, (error: Error) => unknown]> = [
	['as it is', (error) => error],
	['wrapped by n8n', (error) => new NodeApiError(NODE, error as unknown as JsonObject)],
	['wrapped twice', (error) => new NodeOperationError(NODE, new NodeApiError(NODE, error as unknown as JsonObject))],
];

function expectNothingSecret(value: unknown): void {
	const json = JSON.stringify(value);
	for (const secret of [TOKEN, 'SECRETTOKEN', 'Bearer', 'Authorization', CLIENT_SECRET, 'client_secret', SIGNATURE, 'sig=']) {
		expect(json).not.toContain(secret);
	}
}

describe.each(WRAPPINGS)('an axios error %s', (_, wrap) => {
	it('tells what the service said', () => {
		const error = refused(400, { code: 'ActiveRequestAlreadyExists', message: 'Action is already in progress', target: 'd1b2' });
		const failure = readFailure(wrap(error));
		expect(failure).toMatchObject({
			kind: 'refused',
			status: 400,
			code: 'ActiveRequestAlreadyExists',
			message: 'Action is already in progress',
			requestId: 'd1b2',
		});
		expectNothingSecret(failure);
	});

	it('tells how long to wait', () => {
		const body = { code: '429', message: 'API calls quota exceeded! maximum allowed 45 per 00:01:00' };
		expect(readFailure(wrap(refused(429, body, { 'retry-after': '37' })))).toMatchObject({
			kind: 'refused',
			status: 429,
			retryAfter: '37',
			code: '429',
		});
		expect(readFailure(wrap(refused(429)))).toMatchObject({ status: 429, retryAfter: undefined });
	});

	it.each([500, 502, 503, 504])('survives a body that is not JSON (%i)', (status) => {
		const failure = readFailure(wrap(refused(status, '<html><body>Bad gateway</body></html>')));
		expect(failure).toMatchObject({ kind: 'refused', status, code: undefined, message: undefined });
	});

	it("tells the storage's code, which is in a header", () => {
		const headers = { 'x-ms-error-code': 'AuthenticationFailed', 'x-ms-request-id': '1111-801a' };
		const failure = readFailure(
			wrap(refused(403, `<Error><Code>AuthenticationFailed</Code><Detail>${SIGNATURE}</Detail></Error>`, headers)),
		);
		expect(failure).toMatchObject({ kind: 'refused', status: 403, code: 'AuthenticationFailed', requestId: '1111-801a' });
		expectNothingSecret(failure);
	});

	it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'ECONNABORTED', 'EAI_AGAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT'])(
		'tells how the connection was lost (%s)',
		(code) => {
			const failure = readFailure(wrap(disconnected(code)));
			expect(failure).toMatchObject({ kind: 'network', code });
			expectNothingSecret(failure);
		},
	);
});

it.each(['eyJhbGciOi.eyJhdWQi.c2ln', 'sig=abc', 'a code of words', 'x'.repeat(101), 'a%20b', 'sig%3Dabc'])(
	'takes %j for no code and no request ID, since it may be an echo',
	(echo) => {
		const failure = readFailure(
			refused(400, { code: echo, target: echo, message: 'no' }, { 'x-ms-error-code': echo, 'x-ms-request-id': echo }),
		);
		expect(failure).toMatchObject({ kind: 'refused', code: undefined, requestId: undefined, message: 'no' });
	},
);

it.each(['SsrfBlockedIpError', 'SsrfBlockedHostnameError'])("knows n8n's own protection by its %s, which has no code", (name) => {
	const blocked = Object.assign(new Error('The request was blocked'), { name });
	expect(readFailure(Object.assign(new Error('wrapped'), { cause: blocked }))).toEqual({ kind: 'network', code: 'SSRF_BLOCKED' });
	const signIn = Object.assign(new Error('Failed to acquire OAuth2 access token: The request was blocked'), { cause: blocked });
	expect(readFailure(signIn)).toMatchObject({ kind: 'signIn', code: 'SSRF_BLOCKED' });
});

it('finds the code of a connection that was tried at several addresses', () => {
	const tried = Object.assign(new AggregateError([new Error('a'), new Error('b')]), { code: 'ECONNREFUSED' });
	const error = new AxiosError('', undefined, requestConfig());
	error.cause = tried;
	expect(readFailure(error)).toEqual({ kind: 'network', code: 'ECONNREFUSED' });
});

/** As n8n's OAuth2 client throws it: texts of the answer, and the answer. */
class AuthError extends Error {
	code = 'EAUTH';

	constructor(
		message: string,
		readonly body: Record<string, unknown>,
	) {
		super(message);
	}
}
class ResponseError extends Error {
	code = 'ESTATUS';

	constructor(
		readonly status: number,
		readonly body: unknown,
	) {
		super(`HTTP status ${status}`);
	}
}
const DESCRIPTION =
	'AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.\r\nTrace ID: 1';
const WRONG_SECRET = new AuthError('Client authentication failed', {
	error: 'invalid_client',
	error_description: DESCRIPTION,
	error_codes: [7000215],
});
const acquiring = (cause: Error) => new OperationalError(`Failed to acquire OAuth2 access token: ${cause.message}`, { cause });

it.each<[string, unknown]>([
	['of the OAuth2 client', WRONG_SECRET],
	['of n8n around it', acquiring(WRONG_SECRET)],
	['of n8n around both', new NodeApiError(NODE, acquiring(WRONG_SECRET) as unknown as JsonObject)],
])('an error %s tells what Entra said', (_, error) => {
	expect(readFailure(error)).toEqual({ kind: 'signIn', message: DESCRIPTION });
});

it.each<[string, unknown, object]>([
	['is down', acquiring(new ResponseError(503, '<html></html>')), { status: 503 }],
	['limits', acquiring(new ResponseError(429, 'slow down')), { status: 429 }],
	['cannot be reached', acquiring(disconnected('ENOTFOUND', requestConfig(LOGIN))), { code: 'ENOTFOUND' }],
	['is down while a token is renewed', refused(502, 'x', {}, requestConfig(LOGIN)), { status: 502 }],
	['cannot be reached while a token is renewed', disconnected('ECONNRESET', requestConfig(LOGIN)), { code: 'ECONNRESET' }],
])('a token endpoint that %s is a sign-in that failed', (_, error, expected) => {
	const failure = readFailure(error);
	expect(failure).toMatchObject({ kind: 'signIn', ...expected });
	expectNothingSecret(failure);
});

it.each([
	new UserError('OAuth credentials not connected'),
	new NodeOperationError(NODE, 'The credential "Defender" needs to be reconnected.'),
])('so is a credential that was never connected, or no longer is: %s', (error) => {
	expect(readFailure(error)).toMatchObject({ kind: 'signIn', message: error.message });
});

it('a refusal of the API is not a sign-in that failed, though it is about the token', () => {
	const error = refused(401, { code: 'Unauthorized', message: 'Invalid or expired authorization header' });
	expect(readFailure(error)).toMatchObject({ kind: 'refused', status: 401, code: 'Unauthorized' });
});

it.each([
	undefined,
	null,
	'text',
	5,
	{},
	new Error('no idea'),
	{ response: null },
	{ response: { status: '500' } },
	{ cause: { cause: null } },
])('%j is an unknown failure', (error) => {
	expect(readFailure(error)).toEqual({ kind: 'network', code: 'UNKNOWN' });
});

it('reads anything, also what causes itself', () => {
	const loop: { cause?: unknown } = {};
	loop.cause = { cause: loop };
	expect(readFailure(loop)).toEqual({ kind: 'network', code: 'UNKNOWN' });
	fc.assert(
		fc.property(fc.anything(), fc.anything(), (response, cause) => {
			expect(['refused', 'network', 'signIn']).toContain(readFailure({ response, cause }).kind);
			expect(['refused', 'network', 'signIn']).toContain(readFailure(response).kind);
		}),
		fuzz(),
	);
});

it("keeps the credential's own values out of what a server or a proxy echoes", () => {
	const secrets = new Secrets();
	secrets.add('opaque-token-0815', 'client~secret~4711');
	const echo = 'Authorization: opaque-token-0815, client_id=x, client~secret~4711';
	const refused400 = readRefusal(
		400,
		{ 'x-ms-request-id': 'opaque-token-0815' },
		{ error: { code: 'opaque-token-0815', message: echo, target: 'ok' } },
		secrets,
	);
	expect(refused400).toEqual({
		kind: 'refused',
		status: 400,
		code: undefined,
		message: 'Authorization: (removed), client_id=x, (removed)',
		requestId: 'ok',
		retryAfter: undefined,
	});
	const signIn = readFailure(
		{ body: { error: 'invalid_client', error_description: `AADSTS7000215: ${Buffer.from('x:client~secret~4711').toString('base64')}` } },
		secrets,
	);
	expect(signIn).toEqual({ kind: 'signIn', message: expect.stringMatching(/^AADSTS7000215: eD\w?\(removed\)$/) });
	expect(readFailure({ code: 'opaque-token-0815' }, secrets)).toEqual({ kind: 'network', code: 'UNKNOWN' });
});

it('reads errors whose fields are not textss', () => {
	const odd = { toString: 1 };
	expect(readFailure({ message: odd, name: odd, code: odd, httpCode: odd, config: { url: odd } })).toEqual({
		kind: 'network',
		code: 'UNKNOWN',
	});
});

describe('what n8n throws while it gets a token', () => {
	const secrets = new Secrets();

	it.each<[string, unknown, object]>([
		[
			'no connection to Microsoft Entra',
			disconnected('ECONNREFUSED', requestConfig('https://proxy/')),
			{ kind: 'signIn', message: '', code: 'ECONNREFUSED' },
		],
		[
			'an answer that n8n cannot read',
			new Error('Failed to acquire OAuth2 access token: [object Object]'),
			{ kind: 'signIn', message: '', reason: 'noToken' },
		],
		[
			'a refusal, whatever n8n makes of its words',
			Object.assign(new Error('Failed to acquire OAuth2 access token: undefined'), { cause: refused(503) }),
			{ kind: 'signIn', message: 'Failed to acquire OAuth2 access token: undefined', status: 503 },
		],
		['an error without words', new AxiosError('', undefined, requestConfig(LOGIN)), { kind: 'signIn', message: 'unknown error' }],
		['nothing that says why', new TypeError('x is not iterable'), { kind: 'signIn', message: '', reason: 'noToken' }],
		[
			'a request that was given up',
			disconnected('ERR_CANCELED', requestConfig('https://proxy/')),
			{ kind: 'signIn', message: '', reason: 'noToken' },
		],
		[
			'a refusal with words',
			refused(403, { code: 'X', message: 'not from here' }, {}, requestConfig('https://proxy/')),
			{ kind: 'signIn', message: 'not from here', status: 403 },
		],
		['a refusal without words', refused(502, '<html>', {}, requestConfig('https://proxy/')), { kind: 'signIn', message: '', status: 502 }],
		[
			'a sign-in that has ended',
			new Error('Unable to sign without access token: the access token expired, and there is no refresh token'),
			{
				kind: 'signIn',
				message: 'Unable to sign without access token: the access token expired, and there is no refresh token',
				reason: 'userOver',
			},
		],
		[
			'what the node found out itself',
			new SignInFailed({ kind: 'signIn', message: '', reason: 'otherTenant' }),
			{ kind: 'signIn', message: '', reason: 'otherTenant' },
		],
	])('is a failed sign-in: %s', (_, error, expected) => {
		expect(readSignInFailure(error, secrets)).toMatchObject(expected);
	});

	it.each(['OAuth credentials not connected', 'Client authentication failed'])(
		'that says %j does not ask a user to sign in again',
		(words) => {
			expect(readSignInFailure(new Error(words), secrets)).not.toHaveProperty('reason');
		},
	);

	it.each(['AADSTS700082: The refresh token has expired.', 'AADSTS50173: The grant has expired.', 'invalid_grant'])(
		'that says %j asks a user to sign in again',
		(words) => {
			const error = new AuthError('x', { error: 'refused', error_description: words });
			expect(readSignInFailure(error, secrets)).toMatchObject({ kind: 'signIn', message: words, reason: 'userOver' });
		},
	);
});
