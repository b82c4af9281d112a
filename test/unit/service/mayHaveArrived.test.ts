import fc from 'fast-check';
import { readFailure, readRefusal } from '../../../nodes/DefenderLiveResponse/service/failure';
import { mayHaveArrived, retryDelayMs } from '../../../nodes/DefenderLiveResponse/service/retry';
import { fuzz } from '../result/fuzzRuns';
import { disconnected } from './fakeSession';

const anyStatus = fc.integer({ min: 100, max: 999 });
/** Bodies of the API, with a code of its own, and of what may be in between. */
const OWN_WORDS = ['BadRequest', 'Forbidden', 'ActiveRequestAlreadyExists', '429'].map((code) => ({ error: { code, message: 'no' } }));
const OTHER_WORDS = [
	'',
	'<html>',
	null,
	undefined,
	{},
	[],
	{ error: 'no' },
	{ error: null },
	{ error: {} },
	{ error: { message: 'no' } },
	{ error: { code: '' } },
	{ code: 'BadRequest' },
];
const ownWords = fc.constantFrom(...OWN_WORDS);
const otherWords = fc.constantFrom<unknown>(...OTHER_WORDS);

const again = (failure: ReturnType<typeof readFailure>) =>
	retryDelayMs({ failure, repeats: 0, throttles: 0, repeatable: false, now: 0, random: 0 }) !== undefined;

/** The statuses by which the API itself refuses; 408, 425 and 499 are a gateway's, whatever is in their body. */
const isOwnRefusal = (status: number) => status >= 400 && status < 500 && ![408, 425, 499].includes(status);

it('of all statuses, only a refusal by the API in its own words and a limit did nothing', () => {
	const statuses = Array.from({ length: 900 }, (_, place) => 100 + place);
	const arrived = (bodies: unknown[]) => statuses.filter((status) => bodies.some((body) => mayHaveArrived(readRefusal(status, {}, body))));
	const always = (bodies: unknown[]) => statuses.filter((status) => bodies.every((body) => mayHaveArrived(readRefusal(status, {}, body))));
	expect(arrived(OWN_WORDS)).toEqual(statuses.filter((status) => !isOwnRefusal(status)));
	expect(always(OTHER_WORDS)).toEqual(statuses.filter((status) => status !== 429));
	expect(always(OWN_WORDS)).toEqual(arrived(OWN_WORDS));
	expect(arrived(OTHER_WORDS)).toEqual(always(OTHER_WORDS));
});

it('a status that was thrown is judged by the same rule, or broke off', () => {
	fc.assert(
		fc.property(anyStatus, fc.oneof(ownWords, otherWords), (status, data) => {
			const failure = readFailure({ response: { status, headers: {}, data } });
			const expected = status < 300 || mayHaveArrived(readRefusal(status, {}, data));
			expect(mayHaveArrived(failure)).toBe(expected);
		}),
		fuzz(2_000),
	);
});

it('of all errors of a socket, only those before it was connected sent nothing, whatever their code', () => {
	const codes = [
		'ECONNREFUSED',
		'ENOTFOUND',
		'EAI_AGAIN',
		'EHOSTUNREACH',
		'ENETUNREACH',
		'EADDRNOTAVAIL',
		'ECONNRESET',
		'ETIMEDOUT',
		'ECONNABORTED',
		'EPIPE',
		'EPROTO',
		'ERR_BAD_RESPONSE',
		'ESOMETHING',
	];
	for (const code of codes) {
		for (const syscall of ['connect', 'getaddrinfo', 'read', 'write', 'shutdown', undefined]) {
			// Without one there is a message of a timeout.
			const failure = readFailure(syscall ? disconnected(code, undefined, syscall) : { code, message: 'timeout of 60000ms exceeded' });
			expect([code, syscall, mayHaveArrived(failure)]).toEqual([code, syscall, syscall !== 'connect' && syscall !== 'getaddrinfo']);
		}
	}
});

describe('the system call is known', () => {
	const system = (syscall: string) => Object.assign(new Error(`${syscall} ECONNREFUSED ::1:443`), { code: 'ECONNREFUSED', syscall });

	it.each<[string, unknown, string | undefined]>([
		[
			'of a connection that was tried at several addresses',
			{ code: 'ECONNREFUSED', cause: new AggregateError([system('connect'), system('connect')]) },
			'connect',
		],
		[
			'of tries behind an error that has none',
			{ code: 'ECONNREFUSED', errors: [], cause: new AggregateError([system('connect')]) },
			'connect',
		],
		['not where the tries differ', { code: 'ECONNREFUSED', cause: new AggregateError([system('connect'), system('read')]) }, undefined],
		['not where a try has none', { code: 'ECONNREFUSED', cause: new AggregateError([system('connect'), null]) }, undefined],
		[
			'by what n8n 1.x keeps of it',
			{
				message: 'The service refused the connection - perhaps it is offline',
				messages: ['connect ECONNREFUSED 10.0.0.1:443'],
				httpCode: 'ECONNREFUSED',
			},
			'connect',
		],
		[
			'of a name server that does not answer, there too',
			{ message: 'x', messages: [5, null, 'getaddrinfo EAI_AGAIN host'], httpCode: 'EAI_AGAIN' },
			'getaddrinfo',
		],
		["not by others' words", { code: 'ECONNRESET', message: 'Could not connect ECONNREFUSED' }, undefined],
		['rather by the field than by the message', { code: 'EHOSTUNREACH', message: 'connect EHOSTUNREACH', syscall: 'read' }, 'read'],
	])('%s', (_, error, syscall) => {
		expect(readFailure(error)).toMatchObject({ kind: 'network', ...(syscall && { syscall }) });
		expect('syscall' in readFailure(error)).toBe(syscall !== undefined);
	});
});

it('what is not repeatable is sent again only where it certainly did not arrive', () => {
	const failures = fc.oneof(
		fc.tuple(anyStatus, fc.oneof(ownWords, otherWords)).map(([status, body]) => readRefusal(status, {}, body)),
		fc
			.tuple(
				fc.constantFrom('ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'EPIPE'),
				fc.constantFrom('connect', 'getaddrinfo', 'read', 'write'),
			)
			.map(([code, syscall]) => readFailure(disconnected(code, undefined, syscall))),
	);
	fc.assert(
		fc.property(failures, (failure) => {
			const nothingSent = failure.kind === 'network' && ['connect', 'getaddrinfo'].includes(failure.syscall ?? '');
			const limited = failure.kind === 'refused' && failure.status === 429;
			expect(again(failure)).toBe(nothingSent || limited);
		}),
		fuzz(2_000),
	);
});
