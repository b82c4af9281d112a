import { Cancelled } from '../../../nodes/DefenderLiveResponse/service/clock';
import type { Blob } from '../../../nodes/DefenderLiveResponse/download/storage';
import { openBlob } from '../../../nodes/DefenderLiveResponse/download/storage';
import type { BlobAnswer, BlobRequest } from './fakeStorage';
import { all, fakeStorage, LINK, md5Of, serve, streamOf } from './fakeStorage';
import { disconnected, refused } from '../service/fakeSession';

const CONTENT = Buffer.from('0123456789');

/** Opens a file of a storage that answers so. */
async function open(answer: (request: BlobRequest) => BlobAnswer, { from = 0, etag, signal }: { from?: number; etag?: string; signal?: AbortSignal } = {}) {
	const fake = fakeStorage(answer, undefined, signal);
	const blob = await openBlob(fake.session, LINK, from, etag);
	return { ...fake, blob };
}
const opened = async (headers: Record<string, string | undefined>, from = 0) => (await open((request) => serve(CONTENT, request, { headers }), { from })).blob as Blob;

it('is opened by its link alone: no redirect, no credential, nothing packed on the way', async () => {
	const { blob, requests, stats } = await open((request) => serve(CONTENT, request));
	expect(requests[0].options).toMatchObject({
		method: 'GET', url: LINK, headers: { 'Accept-Encoding': 'identity' }, encoding: 'stream', returnFullResponse: true,
		timeout: 60_000, disableFollowRedirect: true, sendCredentialsOnCrossOriginRedirect: false,
	});
	expect(blob).toMatchObject({ totalBytes: 10, md5: md5Of(CONTENT), etag: '"0x8D9"', contentType: 'application/octet-stream' });
	expect(await all((blob as Blob).stream)).toEqual(CONTENT);
	expect(stats.apiCalls).toBe(1);
});

it('goes on from a byte, of the version that the bytes before it came from', async () => {
	const { blob, requests } = await open((request) => serve(CONTENT, request), { from: 4, etag: '"v1"' });
	expect(requests[0].headers).toEqual({ 'Accept-Encoding': 'identity', Range: 'bytes=4-', 'If-Match': '"v1"' });
	// The whole file's length and checksum, not those of the part.
	expect(blob).toMatchObject({ totalBytes: 10, md5: md5Of(CONTENT) });
	expect(await all((blob as Blob).stream)).toEqual(CONTENT.subarray(4));
});

it('asks for a version only where it goes on, and where one is known', async () => {
	const serving = (request: BlobRequest) => serve(CONTENT, request);
	expect((await open(serving, { etag: '"v1"' })).requests[0].headers).not.toHaveProperty('If-Match');
	expect((await open(serving, { from: 1 })).requests[0].headers).not.toHaveProperty('If-Match');
});

it.each<[string, Record<string, string | undefined>, number | undefined]>([
	['the length', { 'content-length': '7' }, 7],
	['none', { 'content-length': undefined }, undefined],
	['one that is no number', { 'content-length': '7 or so' }, undefined],
	['one that is no number from its start', { 'content-length': 'x7' }, undefined],
	['the whole length of a part', { 'content-length': '7', 'content-range': 'bytes 3-9/10' }, 10],
	['a part of nobody knows what', { 'content-length': '7', 'content-range': 'bytes 3-9/*' }, 7],
	['a range that does not end there', { 'content-length': '7', 'content-range': 'bytes 3-9/10 x' }, 7],
])('reads the length of a file whose headers say %s', async (_, headers, expected) => {
	expect((await opened(headers)).totalBytes).toBe(expected);
});

it('knows of checksum, version, type and name only what it is told', async () => {
	const none = { 'content-md5': undefined, etag: undefined, 'content-type': undefined };
	expect(await opened(none)).toMatchObject({ md5: undefined, etag: undefined, contentType: undefined, contentDisposition: undefined });
	expect((await opened({ 'content-disposition': 'attachment' })).contentDisposition).toBe('attachment');
	// That of a part is not that of the file.
	expect((await opened({ 'content-md5': 'of the part', 'x-ms-blob-content-md5': undefined }, 3)).md5).toBeUndefined();
});

it('lets the connection go when it is closed, whatever becomes of it then', async () => {
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
		[says(403, { 'x-ms-error-code': 'AuthenticationFailed' }), { reason: 'linkRefused', text: 'The storage answered 403 (AuthenticationFailed)' }],
		[says(404), { reason: 'gone', text: 'The storage answered 404' }],
		[says(412), { reason: 'changed', text: 'The storage answered 412' }],
		[says(416), { reason: 'changed', text: 'The storage answered 416' }],
		[says(400), { reason: 'refused', text: 'The storage answered 400' }],
		[says(302), { reason: 'refused', text: 'The storage answered 302' }],
		[says(503, { 'retry-after': '3' }), { reason: 'transient', text: 'The storage answered 503', retryAfterMs: 3_000 }],
		[says(500), { reason: 'transient', text: 'The storage answered 500', retryAfterMs: undefined }],
		[disconnected('ECONNRESET'), { reason: 'transient', text: 'The storage could not be reached (ECONNRESET)' }],
		[disconnected('DEPTH_ZERO_SELF_SIGNED_CERT'), { reason: 'refused', text: expect.stringMatching(/^The certificate that the storage was reached with is not trusted\. .*NODE_EXTRA_CA_CERTS\. \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/) }],
		[Object.assign(new Error('The request was blocked'), { name: 'SsrfBlockedIpError' }), { reason: 'refused', text: expect.stringMatching(/^The connection to the storage was blocked by n8n\. .*N8N_SSRF_ALLOWED_HOSTNAMES/) }],
		[new Error('who knows'), { reason: 'refused', text: 'The storage could not be reached (UNKNOWN)' }],
		[Object.assign(new Error('x'), { body: { error: 'invalid_client' } }), { reason: 'refused', text: 'The storage could not be reached (UNKNOWN)' }],
		[null, { reason: 'refused', text: 'The storage could not be reached (UNKNOWN)' }],
	])('%s says why', async (error, expected) => {
		const { blob, stats } = await open(() => {
			throw error;
		}, { from: 1 });
		expect(blob).toEqual(expected);
		expect(stats.apiCalls).toBe(1);
	});

	it('and sends a page instead has its connection let go', async () => {
		const error = refused(503);
		const body = streamOf([CONTENT]);
		error.response!.data = body;
		await open(() => {
			throw error;
		});
		expect(body.destroyed).toBe(true);
	});

	it('and begins anew where it was to go on has its connection let go', async () => {
		const { blob, streams } = await open(() => serve(CONTENT, { from: 0 } as BlobRequest), { from: 3 });
		expect(blob).toEqual({ reason: 'changed', text: 'The storage does not continue where the connection was lost' });
		expect(streams[0].destroyed).toBe(true);
	});
});

describe('a cancelled execution', () => {
	it('sends nothing', async () => {
		const fake = fakeStorage((request) => serve(CONTENT, request), undefined, AbortSignal.abort());
		await expect(openBlob(fake.session, LINK, 0, undefined)).rejects.toBeInstanceOf(Cancelled);
		expect(fake.requests).toEqual([]);
	});

	it('lets go of a request that is under way, which is no refusal then', async () => {
		const user = new AbortController();
		let seen: boolean | undefined;
		const opening = open((request) => {
			user.abort();
			seen = request.options.abortSignal?.aborted;
			throw disconnected('ERR_CANCELED');
		}, { signal: user.signal });
		await expect(opening).rejects.toBeInstanceOf(Cancelled);
		expect(seen).toBe(true);
	});
});
