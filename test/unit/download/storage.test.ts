import type { IHttpRequestOptions } from 'n8n-workflow';
import { Cancelled } from '../../../nodes/DefenderLiveResponse/service/clock';
import type { Blob, BlobRange } from '../../../nodes/DefenderLiveResponse/download/storage';
import { openBlob } from '../../../nodes/DefenderLiveResponse/download/storage';
import type { BlobAnswer, BlobRequest } from './fakeStorage';
import { all, fakeStorage, LINK, md5Of, serve, streamOf } from './fakeStorage';
import { disconnected, refused } from '../service/fakeSession';

const CONTENT = Buffer.from('0123456789');

/** Opens a file of a storage that answers so. */
async function open(
	answer: (request: BlobRequest) => BlobAnswer,
	{ from = 0, length, of, signal }: Partial<BlobRange> & { signal?: AbortSignal } = {},
) {
	const fake = fakeStorage(answer, undefined, signal);
	const blob = await openBlob(fake.session, LINK, { from, length, of });
	return { ...fake, blob };
}
const opened = async (headers: Record<string, string | undefined>, from = 0) =>
	(await open((request) => serve(CONTENT, request, { headers }), { from })).blob as Blob;

it('is opened by its link alone: no redirect, no credential, nothing packed on the way', async () => {
	const { blob, requests, stats } = await open((request) => serve(CONTENT, request));
	expect(requests[0].options).toMatchObject({
		method: 'GET',
		url: LINK,
		headers: { 'Accept-Encoding': 'identity' },
		encoding: 'stream',
		returnFullResponse: true,
		timeout: 60_000,
		disableFollowRedirect: true,
		sendCredentialsOnCrossOriginRedirect: false,
	});
	expect(blob).toMatchObject({ totalBytes: 10, md5: md5Of(CONTENT), etag: '"0x8D9"', contentType: 'application/octet-stream' });
	expect(await all((blob as Blob).stream)).toEqual(CONTENT);
	expect(stats.apiCalls).toBe(1);
});

it('goes on from a byte, of the version that the bytes before it came from', async () => {
	const of = { etag: '"0x8D9"', totalBytes: 10 };
	const { blob, requests } = await open((request) => serve(CONTENT, request), { from: 4, of });
	expect(requests[0].headers).toEqual({ 'Accept-Encoding': 'identity', Range: 'bytes=4-', 'If-Match': '"0x8D9"' });
	// The whole file's length and checksum, not those of the part.
	expect(blob).toMatchObject({ totalBytes: 10, md5: md5Of(CONTENT) });
	expect(await all((blob as Blob).stream)).toEqual(CONTENT.subarray(4));
});

it('can be asked for a few bytes, from the first on too', async () => {
	const range = async (from: number) => (await open((request) => serve(CONTENT, request), { from, length: 3 })).requests[0].headers.Range;
	expect([await range(0), await range(4)]).toEqual(['bytes=0-2', 'bytes=4-6']);
});

it('asks for a version only where one is known', async () => {
	const serving = (request: BlobRequest) => serve(CONTENT, request);
	expect((await open(serving, { from: 1 })).requests[0].headers).not.toHaveProperty('If-Match');
	expect((await open(serving, { from: 1, of: { totalBytes: 10 } })).requests[0].headers).not.toHaveProperty('If-Match');
});

describe('a part', () => {
	const of = { etag: '"0x8D9"', totalBytes: 10 };
	const CHANGED = { reason: 'changed', text: 'The storage answered with another part than was asked for, or of another file' };
	const part = async (headers: Record<string, string | undefined>, known: BlobRange['of'] = of) =>
		await open((request) => serve(CONTENT, request, { headers }), { from: 4, of: known });

	it.each<[string, Record<string, string | undefined>]>([
		['of another version', { etag: '"0x8DA"' }],
		['of a version without a name', { etag: undefined }],
		['of a version that only looks the same', { etag: 'W/"0x8D9"' }],
		['from another byte', { 'content-range': 'bytes 3-9/10' }],
		['from its first byte', { 'content-range': 'bytes 0-9/10' }],
		['from a byte behind', { 'content-range': 'bytes 40-9/10' }],
		['of a longer file', { 'content-range': 'bytes 4-9/11' }],
		['of a shorter file', { 'content-range': 'bytes 4-9/9' }],
		['of a file of unknown length', { 'content-range': 'bytes 4-9/*' }],
		['that does not say which', { 'content-range': undefined }],
		['that says it in other words', { 'content-range': 'bytes 4-/10' }],
		['of something else than bytes', { 'content-range': 'items 4-9/10' }],
		['with more behind it', { 'content-range': 'bytes 4-9/10 x' }],
		['with more before it', { 'content-range': 'x bytes 4-9/10' }],
	])('%s is not the rest', async (_, headers) => {
		const { blob, streams } = await part(headers);
		expect(blob).toEqual(CHANGED);
		expect(streams[0].destroyed).toBe(true);
	});

	it('is the rest as far as anything is known of the whole', async () => {
		expect((await part({ etag: '"other"', 'content-range': 'bytes 4-9/11' }, {})).blob).toHaveProperty('stream');
		expect((await part({ etag: '"other"' }, { totalBytes: 10 })).blob).toHaveProperty('stream');
		expect((await part({ 'content-range': 'bytes 4-9/*' }, { etag: '"0x8D9"' })).blob).toMatchObject({ totalBytes: undefined });
	});

	it('that is all of the file was not asked for', async () => {
		const whole = async (wanted: Partial<BlobRange>) =>
			(await open(() => ({ ...serve(CONTENT, { from: 0 } as BlobRequest), status: 200 }), wanted)).blob;
		expect(await whole({ from: 4 })).toEqual(CHANGED);
		expect(await whole({ from: 0, length: 1 })).toEqual(CHANGED);
	});

	it('comes unasked where the storage gives no more at a time', async () => {
		const first = async (range: string) =>
			(await open(() => ({ ...serve(CONTENT, { from: 0 } as BlobRequest, { headers: { 'content-range': range } }), status: 206 }))).blob;
		expect(await first('bytes 0-4/10')).toMatchObject({ totalBytes: 10 });
		expect(await first('bytes 1-4/10')).toEqual(CHANGED);
	});
});

it.each<[string, Record<string, string | undefined>, number | undefined]>([
	['the length', { 'content-length': '7' }, 7],
	['none', { 'content-length': undefined }, undefined],
	['one that is not a number', { 'content-length': '7 or so' }, undefined],
	['one that is not a number from its start', { 'content-length': 'x7' }, undefined],
	['a range although it is whole', { 'content-length': '7', 'content-range': 'bytes 3-9/10' }, 7],
])('reads the length of a file whose headers say %s', async (_, headers, expected) => {
	expect((await opened(headers)).totalBytes).toBe(expected);
});

it('knows of checksum, version, type and name only what the headers say', async () => {
	const none = { 'content-md5': undefined, etag: undefined, 'content-type': undefined };
	expect(await opened(none)).toMatchObject({ md5: undefined, etag: undefined, contentType: undefined, contentDisposition: undefined });
	expect((await opened({ 'content-disposition': 'attachment' })).contentDisposition).toBe('attachment');
	for (const etag of ['', '""', ' ', '*', 'W/"0x8D9"', 'w/"0x8D9"']) expect((await opened({ etag })).etag).toBeUndefined();
	// That of a part is not that of the file.
	expect((await opened({ 'content-md5': 'of the part', 'x-ms-blob-content-md5': undefined }, 3)).md5).toBeUndefined();
});

it('closes the connection when it is no longer needed, whatever happens then', async () => {
	const { blob, streams, requests } = await open(() => ({ status: 200, headers: {}, stream: streamOf([CONTENT]) }));
	expect(requests[0].options.abortSignal?.aborted).toBe(false);
	(blob as Blob).close();
	expect(streams[0].destroyed).toBe(true);
	expect(requests[0].options.abortSignal?.aborted).toBe(true);
	expect(() => streams[0].emit('error', new Error('aborted'))).not.toThrow();
});

describe('a storage that gives no file', () => {
	const says = (status: number, headers = {}) => refused(status, '<Error/>', headers);

	it.each<[unknown, object]>([
		[says(401), { reason: 'linkRefused', text: 'The storage answered 401' }],
		[
			says(403, { 'x-ms-error-code': 'AuthenticationFailed' }),
			{ reason: 'linkRefused', text: 'The storage answered 403 (AuthenticationFailed)' },
		],
		[says(404), { reason: 'gone', text: 'The storage answered 404' }],
		[says(412), { reason: 'changed', text: 'The storage answered 412' }],
		[says(416), { reason: 'changed', text: 'The storage answered 416' }],
		[says(400), { reason: 'refused', text: 'The storage answered 400' }],
		[says(302), { reason: 'refused', text: 'The storage answered 302' }],
		[says(503, { 'retry-after': '3' }), { reason: 'transient', text: 'The storage answered 503', retryAfterMs: 3_000 }],
		[says(500), { reason: 'transient', text: 'The storage answered 500', retryAfterMs: undefined }],
		[disconnected('ECONNRESET'), { reason: 'transient', text: 'The storage could not be reached (ECONNRESET)' }],
		[
			disconnected('DEPTH_ZERO_SELF_SIGNED_CERT'),
			{
				reason: 'refused',
				text: expect.stringMatching(
					/^The certificate that the storage was reached with is not trusted\. .*NODE_EXTRA_CA_CERTS\. \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
				),
			},
		],
		[
			Object.assign(new Error('The request was blocked'), { name: 'SsrfBlockedIpError' }),
			{
				reason: 'refused',
				text: expect.stringMatching(/^The connection to the storage was blocked by n8n\. .*N8N_SSRF_ALLOWED_HOSTNAMES/),
			},
		],
		[new Error('who knows'), { reason: 'refused', text: 'The storage could not be reached (UNKNOWN)' }],
		[
			Object.assign(new Error('x'), { body: { error: 'invalid_client' } }),
			{ reason: 'refused', text: 'The storage could not be reached (UNKNOWN)' },
		],
		[{ response: { status: 503 } }, { reason: 'transient', text: 'The storage answered 503' }],
		[null, { reason: 'refused', text: 'The storage could not be reached (UNKNOWN)' }],
	])('%s says why', async (error, expected) => {
		const { blob, stats } = await open(
			() => {
				throw error;
			},
			{ from: 1 },
		);
		expect(blob).toEqual(expected);
		expect(stats.apiCalls).toBe(1);
	});

	it('and says nothing has its connection closed', async () => {
		const fake = fakeStorage((request) => serve(CONTENT, request));
		let sent: IHttpRequestOptions | undefined;
		fake.session.transport.unsigned = async (options) => {
			sent = options;
			return await new Promise(() => undefined);
		};
		const begun = fake.clock.now();
		const blob = await openBlob(fake.session, LINK, { from: 0 });
		expect(blob).toMatchObject({ reason: 'transient', text: 'The storage could not be reached (ETIMEDOUT)' });
		expect(fake.clock.now() - begun).toBeLessThan(120_000);
		expect(sent?.abortSignal?.aborted).toBe(true);
	});

	it('and says that all is well is asked again', async () => {
		const { blob, streams } = await open(() => ({ status: 204, headers: {}, stream: streamOf([]) }));
		expect(blob).toEqual({ reason: 'transient', text: 'The storage answered 204' });
		expect(streams[0].destroyed).toBe(true);
	});

	it('and sends a page instead has its connection closed', async () => {
		const error = refused(503);
		const body = streamOf([CONTENT]);
		error.response!.data = body;
		await open(() => {
			throw error;
		});
		expect(body.destroyed).toBe(true);
	});
});

describe('a cancelled execution', () => {
	it('sends nothing', async () => {
		const fake = fakeStorage((request) => serve(CONTENT, request), undefined, AbortSignal.abort());
		await expect(openBlob(fake.session, LINK, { from: 0 })).rejects.toBeInstanceOf(Cancelled);
		expect(fake.requests).toEqual([]);
	});

	it('ends a request that is under way, which is not a refusal then', async () => {
		const user = new AbortController();
		let seen: boolean | undefined;
		const opening = open(
			(request) => {
				user.abort();
				seen = request.options.abortSignal?.aborted;
				throw disconnected('ERR_CANCELED');
			},
			{ signal: user.signal },
		);
		await expect(opening).rejects.toBeInstanceOf(Cancelled);
		expect(seen).toBe(true);
	});
});
