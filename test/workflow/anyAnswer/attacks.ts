import fc from 'fast-check';
import type { Effect, Emulator, FaultHandle, Operation, WholeAnswer } from '../../../playground/emulator';
import { change, changeJson, type Change } from './oddJson';

/** What is done to the answer of a call. */
export type Attack = Effect | { kind: 'changed'; at: number; what: Change };

/** One or more calls of an operation that are answered oddly. */
export interface AttackOn {
	on: Operation;
	/** Calls before the first one that is hit. */
	skip: number;
	times: number;
	attack: Attack;
}

const DEEP = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
const BODIES: Array<string | Buffer> = [
	'',
	' ',
	'null',
	'true',
	'7',
	'"x"',
	'[]',
	'{}',
	'[null]',
	'[[]]',
	'{"value":null}',
	'{"value":{}}',
	'{"value":"x"}',
	'{"value":[null,1,"x",[],{}]}',
	'{"value":[{}',
	'\uFEFF{"value":[]}',
	'{"value":[]}{"value":[]}',
	'{"error":null}',
	'{"error":"x"}',
	'{"error":[]}',
	'{"error":{"code":7,"message":{"toString":1}}}',
	'{"error":{"code":"","message":""}}',
	'{"message":"no"}',
	'<html><body>502 Bad Gateway</body></html>',
	'<?xml version="1.0"?><Error><Code>ServerBusy</Code></Error>',
	'value=1&x=2',
	'\0\0\0',
	DEEP,
	Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x80]),
	Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
];
/** With a code of the service's own: such a refusal is believed. */
const REFUSALS = [
	'ActiveRequestAlreadyExists',
	'ResourceNotFound',
	'Forbidden',
	'Unauthorized',
	'TooManyRequests',
	'ODataError',
	'InternalServerError',
	'NoSuchCode',
	'__proto__',
].map((code) =>
	JSON.stringify({ error: { code, message: `refused: ${code}, active action id: 10000000-0000-4000-8000-00000000000f`, target: 'x' } }),
);
const HEADERS: Array<Record<string, string>> = [
	...['0', '-1', '1', '600', '3000', '1e9', 'soon', '', 'Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT'].map((value) => ({
		'Retry-After': value,
	})),
	...['', 'never', 'Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT'].map((value) => ({ Date: value })),
	...['', 'text/html', 'application/json; charset=utf-16', 'x', 'multipart/form-data; boundary=x'].map((value) => ({
		'Content-Type': value,
	})),
	...['gzip', 'br', 'x', 'identity'].map((value) => ({ 'Content-Encoding': value })),
	...['attachment; filename=..%2F..%2Fx', "attachment; filename*=UTF-8''%E0%A4%A", 'attachment; filename="', ';;;'].map((value) => ({
		'Content-Disposition': value,
	})),
	{ 'Content-Range': 'bytes 5-1/2' },
	{ 'Content-Range': 'x' },
	{ ETag: '' },
	{ ETag: '"other"' },
	{ 'Content-MD5': 'x' },
	{ 'x-ms-blob-content-md5': '' },
	{ 'x-ms-error-code': '{}' },
	{ Location: 'http://127.0.0.1:9/' },
];

const status = fc.oneof(
	fc.integer({ min: 200, max: 599 }),
	fc.constantFrom(
		100,
		102,
		200,
		201,
		202,
		204,
		206,
		301,
		302,
		304,
		307,
		400,
		401,
		403,
		404,
		408,
		409,
		410,
		412,
		416,
		421,
		425,
		429,
		431,
		451,
		499,
		500,
		501,
		502,
		503,
		504,
		505,
		507,
		520,
		522,
		524,
		529,
		599,
		600,
		999,
	),
);
const answered = fc
	.record({
		status,
		body: fc.constantFrom(...BODIES, ...REFUSALS),
		headers: fc.option(fc.constantFrom(...HEADERS), { nil: undefined }),
		tookEffect: fc.boolean(),
	})
	.map((answer): Effect => ({ kind: 'status', ...answer, tookEffect: answer.tookEffect && !isOwnRefusal(answer.status, answer.body) }));
/** What the client has to believe: a request answered like that cannot have taken effect. */
function isOwnRefusal(code: number, body: string | Buffer): boolean {
	return code === 429 || (code >= 400 && code < 500 && REFUSALS.includes(String(body)));
}

const wire: fc.Arbitrary<Effect> = fc.oneof(
	fc
		.constantFrom('beforeHeaders' as const, 'duringBody' as const, 'afterProcessing' as const)
		.chain((phase) => fc.nat(300).map((afterBytes): Effect => ({ kind: 'reset', phase, afterBytes }))),
	fc
		.nat(400)
		.chain((bytes) =>
			fc.constantFrom('full' as const, 'short' as const, 'chunked' as const).map((claim): Effect => ({ kind: 'truncate', bytes, claim })),
		),
	fc
		.constantFrom('', 'HTTP/1.1 20', 'HTTP/1.1 000 x\r\nContent-Length: 0\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"value"')
		.map((bytes): Effect => ({ kind: 'raw', bytes })),
	fc.constantFrom<Effect>(
		{ kind: 'expired' },
		{ kind: 'wrongMd5' },
		{ kind: 'notFound' },
		{ kind: 'nextLink' },
		{ kind: 'nextLink', location: 'http://127.0.0.1:9/api/x' },
		{ kind: 'encoded' },
		{ kind: 'encoded', padTo: 3_000_000 },
		{ kind: 'redirect', location: 'http://127.0.0.1:9/' },
		{ kind: 'stall', afterBytes: 5 },
	),
);

export function attackOn(operations: Operation[]): fc.Arbitrary<AttackOn> {
	return fc.record({
		on: fc.constantFrom(...operations),
		skip: fc.constantFrom(0, 0, 0, 1, 2),
		times: fc.constantFrom(1, 1, 2, 1000),
		attack: fc.oneof(
			{ weight: 10, arbitrary: fc.record({ kind: fc.constant('changed' as const), at: fc.nat(80), what: change }) },
			{ weight: 3, arbitrary: answered },
			{ weight: 2, arbitrary: fc.constantFrom(...BODIES).map((body): Effect => ({ kind: 'badBody', body, tookEffect: true })) },
			{ weight: 2, arbitrary: fc.constantFrom(...HEADERS).map((headers): Effect => ({ kind: 'headers', headers })) },
			{ weight: 2, arbitrary: wire },
		),
	});
}

/** A byte turned round, which content that is not JSON has instead. */
function turned({ body }: WholeAnswer, at: number): Buffer {
	const bytes = Buffer.from(body);
	if (bytes.length > 0) bytes[at % bytes.length] ^= 0xff;
	return bytes;
}

export function attack(emulator: Emulator, { on, skip, times, attack: what }: AttackOn): FaultHandle {
	const effect: Effect =
		what.kind === 'changed'
			? {
					kind: 'rewritten',
					by: (answer) => ({
						...answer,
						body: Buffer.from(changeJson(answer.body.toString(), what.at, what.what) ?? turned(answer, what.at)),
					}),
				}
			: // The list of another collection has none.
				what.kind === 'nextLink' && !['action.list', 'machine.list', 'library.list'].includes(on)
				? { kind: 'delay', ms: 0 }
				: what;
	return emulator.fault({ on, skip, times, effect });
}
