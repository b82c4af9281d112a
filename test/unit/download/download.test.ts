/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { Readable } from 'node:stream';
import { Cancelled } from '../../../nodes/DefenderLiveResponse/service/clock';
import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import { disconnected } from '../service/fakeSession';
import type { BlobAnswer, BlobRequest } from './fakeStorage';
import { all, LINK, md5Of, serve, streamOf } from './fakeStorage';
import { CONTENT, download, MEGABYTE, storageSays } from './startedDownload';

it('brings the file as it is, in one request that carries no credential', async () => {
	const { bytes, requests, stats, streams } = download((request) => serve(CONTENT, request));
	expect(await bytes()).toEqual(CONTENT);
	expect(requests).toHaveLength(1);
	expect(requests[0].url).toBe(LINK);
	expect(requests[0].headers).toEqual({ 'Accept-Encoding': 'identity' });
	expect(stats).toMatchObject({ apiCalls: 1, retries: 0 });
	expect(streams[0].destroyed).toBe(true);
});

it('brings an empty file, and one whose length no one tells', async () => {
	expect(await download((request) => serve(Buffer.alloc(0), request)).bytes()).toHaveLength(0);
	const unknown = { 'content-length': undefined, 'content-md5': undefined };
	expect(await download((request) => serve(CONTENT, request, { headers: unknown })).bytes()).toEqual(CONTENT);
});

describe('a file over the limit', () => {
	const message = "The result is larger than 2 MB. Raise 'File: Max Download Size' in the options to get it";

	it('is not begun where the storage says its length', async () => {
		const { start, streams } = download((request) => serve(Buffer.alloc(2 * MEGABYTE + 1), request), { maxBytes: 2 * MEGABYTE });
		await expect(start()).rejects.toMatchObject({ reason: 'tooLarge', message });
		expect(streams[0].destroyed).toBe(true);
	});

	it('is broken off where it does not', async () => {
		const { bytes, streams } = download(
			(request) => serve(Buffer.alloc(2 * MEGABYTE + 1), request, { headers: { 'content-length': undefined } }),
			{ maxBytes: 2 * MEGABYTE },
		);
		await expect(bytes()).rejects.toMatchObject({ reason: 'tooLarge', message });
		expect(streams[0].destroyed).toBe(true);
	});

	it('is none where it is as long as the limit', async () => {
		for (const headers of [{}, { 'content-length': undefined }]) {
			expect(await download((request) => serve(CONTENT, request, { headers }), { maxBytes: CONTENT.length }).bytes()).toEqual(CONTENT);
		}
	});
});

describe('a connection that is lost', () => {
	it('goes on at the byte where it was, of the same version', async () => {
		const { bytes, requests, stats, streams } = download((request, before) =>
			serve(CONTENT, request, before === 0 ? { until: 5, ending: 'break' } : {}),
		);
		expect(await bytes()).toEqual(CONTENT);
		expect(requests.map(({ from }) => from)).toEqual([0, 5]);
		expect(requests[1].headers).toEqual({ 'Accept-Encoding': 'identity', Range: 'bytes=5-', 'If-Match': '"0x8D9"' });
		expect(requests[1].at - requests[0].at).toBeGreaterThanOrEqual(750);
		expect(stats).toMatchObject({ apiCalls: 2, retries: 1 });
		expect(streams.every(({ destroyed }) => destroyed)).toBe(true);
	});

	it.each([5, 15])('silently at byte %i goes on as well, when it is sure that n8n has not unpacked it', async (until) => {
		const { bytes, requests, stats, streams } = download((request, before) => serve(CONTENT, request, before === 0 ? { until } : {}));
		expect(await bytes()).toEqual(CONTENT);
		expect(requests.map(({ headers }) => headers.Range)).toEqual([undefined, 'bytes=0-0', `bytes=${until}-`]);
		expect(stats).toMatchObject({ apiCalls: 3, retries: 1 });
		expect(streams.every(({ destroyed }) => destroyed)).toBe(true);
	});

	it('again and again by a storage that gives only parts is asked for the rest each time', async () => {
		const { bytes, requests } = download(({ from, to }) => serve(CONTENT, { from, to: Math.min(to, from + 4) }));
		expect(await bytes()).toEqual(CONTENT);
		expect(requests.map(({ headers }) => headers.Range)).toEqual([undefined, 'bytes=0-0', 'bytes=5-', 'bytes=10-', 'bytes=15-']);
	});

	it('before its first byte starts again', async () => {
		const headers = { etag: undefined };
		const { bytes, requests } = download((request, before) =>
			serve(CONTENT, request, before === 0 ? { headers, until: 0, ending: 'break' } : { headers }),
		);
		expect(await bytes()).toEqual(CONTENT);
		expect(requests.map(({ headers: sent }) => sent.Range)).toEqual([undefined, undefined]);
	});

	it.each<[string, Record<string, string | undefined>, number]>([
		['that has no name', { etag: undefined }, 1],
		['whose name does not identify its bytes', { etag: 'W/"0x8D9"' }, 1],
		['whose name is empty', { etag: '""' }, 1],
	])('half-way through a version %s is not joined to what may be another', async (_, headers, times) => {
		const { bytes, requests, streams } = download((request) => serve(CONTENT, request, { headers, until: 5, ending: 'break' }));
		await expect(bytes()).rejects.toMatchObject({
			reason: 'damaged',
			message: 'The result arrived damaged: the connection was lost, and the storage does not say which version of the file the rest is of',
		});
		expect(requests).toHaveLength(times);
		expect(streams.every(({ destroyed }) => destroyed)).toBe(true);
	});

	it('is not made good by a rest that is too long', async () => {
		const longer = Buffer.concat([CONTENT, Buffer.from('more')]);
		const { bytes } = download((request, before) => {
			if (before === 0) return serve(CONTENT, request, { headers: { 'content-md5': undefined }, until: 5, ending: 'break' });
			const range = { 'content-range': 'bytes 5-15/16', 'x-ms-blob-content-md5': undefined };
			return serve(longer, request, { headers: range });
		});
		await expect(bytes()).rejects.toMatchObject({
			reason: 'damaged',
			message: 'The result arrived damaged: its parts are longer than the whole',
		});
	});

	it('behind the last byte is not a loss', async () => {
		const { bytes, requests } = download((request) => serve(CONTENT, request, { ending: 'break' }));
		expect(await bytes()).toEqual(CONTENT);
		expect(requests).toHaveLength(1);
	});

	it('and stays silent for a minute goes on as well', async () => {
		const { bytes, requests } = download((request, before) => serve(CONTENT, request, before === 0 ? { until: 9, ending: 'silence' } : {}));
		expect(await bytes()).toEqual(CONTENT);
		expect(requests.map(({ from }) => from)).toEqual([0, 9]);
		expect(requests[1].at - requests[0].at).toBeGreaterThan(60_000);
		expect(requests[1].at - requests[0].at).toBeLessThan(65_000);
	});

	it('goes on where the length is unknown', async () => {
		const headers = { 'content-length': undefined, 'content-md5': undefined };
		const { bytes } = download((request, before) => serve(CONTENT, request, before === 0 ? { headers, until: 9, ending: 'break' } : {}));
		expect(await bytes()).toEqual(CONTENT);
	});

	it('seven times is survived, once more is not', async () => {
		const breaking = (most: number) =>
			download((request, before) => serve(CONTENT, request, before < most ? { until: request.from + 1, ending: 'break' } : {}));
		expect(await breaking(7).bytes()).toEqual(CONTENT);
		const { bytes, requests } = breaking(8);
		await expect(bytes()).rejects.toMatchObject({
			reason: 'unreachable',
			message: 'The result could not be downloaded. The connection kept breaking',
		});
		expect(requests).toHaveLength(8);
	});

	it('is not a reason to give up as long as each one brings a megabyte', async () => {
		const content = Buffer.alloc(12 * MEGABYTE, 'x');
		const breaking = (each: number) =>
			download((request) => serve(content, request, { until: Math.min(request.from + each, content.length), ending: 'break' }), {
				maxBytes: content.length,
			});
		expect(await breaking(MEGABYTE).bytes()).toHaveLength(content.length);
		const { bytes, requests } = breaking(MEGABYTE - 1);
		await expect(bytes()).rejects.toMatchObject({ reason: 'unreachable' });
		expect(requests).toHaveLength(8);
	});

	it('is given up where there is no time to go on', async () => {
		const { start, session, clock } = download((request) => serve(CONTENT, request, { until: 5, ending: 'break' }));
		session.deadline = new Deadline(clock, 700, 0);
		await expect(all((await start()).bytes())).rejects.toMatchObject({
			reason: 'unreachable',
			message: 'The result could not be downloaded in time. The connection was lost',
		});
	});

	it('by the user ends the download', async () => {
		const user = new AbortController();
		const { bytes, clock, requests } = download((request) => serve(CONTENT, request, { until: 3, ending: 'silence' }), {
			signal: user.signal,
		});
		const failed = bytes().catch((error: unknown) => error);
		const begun = clock.now();
		await clock.at(begun + 7_000, () => user.abort());
		expect(await failed).toBeInstanceOf(Cancelled);
		expect(clock.now() - begun).toBeLessThanOrEqual(8_000);
		expect(requests).toHaveLength(1);
	});
});

describe('a transfer counts against Max Wait', () => {
	const MAX_WAIT_MS = 25_000;
	/** A file that comes in pieces of this size, each 10 s after the one before. */
	const dripping = (pieceBytes: number, pieces: number) => {
		const content = Buffer.alloc(pieceBytes * pieces, 'x');
		const fake = download((request) => ({ ...serve(content, request), stream: Readable.from(drip(), { objectMode: false }) }));
		fake.session.deadline = new Deadline(fake.clock, MAX_WAIT_MS, 0);
		fake.session.deadline.start();
		async function* drip() {
			for (let at = 0; at < content.length; at += pieceBytes) {
				await fake.clock.sleep(10_000);
				yield content.subarray(at, at + pieceBytes);
			}
		}
		return { ...fake, content };
	};

	it('not at all at 30 kB a minute', async () => {
		const { bytes, content, session } = dripping(5 * 1024, 12);
		expect((await bytes()).equals(content)).toBe(true);
		expect(session.deadline.leftMs()).toBe(MAX_WAIT_MS);
	});

	it('where it is slower', async () => {
		const { bytes, clock } = dripping(1, 12);
		const begun = clock.now();
		await expect(bytes()).rejects.toMatchObject({ reason: 'unreachable' });
		expect(clock.now() - begun).toBeLessThan(MAX_WAIT_MS + 1_000);
	});
});

describe('the content is checked', () => {
	const otherMd5 = md5Of(Buffer.from('something else'));

	it('against the checksum of the first answer', async () => {
		const { bytes } = download((request) => serve(CONTENT, request, { headers: { 'content-md5': otherMd5 } }));
		await expect(bytes()).rejects.toMatchObject({ reason: 'damaged', message: 'The result arrived damaged: its checksum does not match' });
	});

	it('against that of a later part, where only this one tells', async () => {
		const late = (md5: string) =>
			download((request, before) =>
				serve(
					CONTENT,
					request,
					before === 0
						? { headers: { 'content-md5': undefined }, until: 4, ending: 'break' }
						: { headers: { 'x-ms-blob-content-md5': md5 } },
				),
			);
		expect(await late(md5Of(CONTENT)).bytes()).toEqual(CONTENT);
		await expect(late(otherMd5).bytes()).rejects.toMatchObject({ reason: 'damaged' });
	});

	it('against that of the first where both tell', async () => {
		const { bytes } = download((request, before) =>
			serve(CONTENT, request, before === 0 ? { until: 4, ending: 'break' } : { headers: { 'x-ms-blob-content-md5': otherMd5 } }),
		);
		expect(await bytes()).toEqual(CONTENT);
	});

	it('of a file that arrives whole at once', async () => {
		const { start } = download((request) => serve(CONTENT, request));
		const started = await start();
		await all(started.bytes());
		expect(started.isUnchecked).toBe(false);
	});

	describe('but not where n8n unpacked it on the way, since length and checksum are of the packed one', () => {
		/** The first byte of something packed unpacks to none. */
		const packed = (headers: Record<string, string | undefined>, until?: number) =>
			download((request) =>
				request.to === 0
					? serve(CONTENT, request, { until: 0, headers: { 'content-range': `bytes 0-0/${headers['content-length'] ?? '*'}` } })
					: serve(CONTENT, request, { headers, until }),
			);
		const bytesOf = async ({ start }: ReturnType<typeof packed>) => {
			const started = await start();
			return { content: await all(started.bytes()), isUnchecked: started.isUnchecked };
		};

		it('and is longer then', async () => {
			const fake = packed({ 'content-length': '9', 'content-md5': otherMd5 });
			expect(await bytesOf(fake)).toEqual({ content: CONTENT, isUnchecked: true });
			expect(fake.requests).toHaveLength(1);
		});

		it('and is shorter then', async () => {
			const fake = packed({ 'content-length': '40', 'content-md5': otherMd5 });
			expect(await bytesOf(fake)).toEqual({ content: CONTENT, isUnchecked: true });
			expect(fake.requests.map(({ headers }) => headers.Range)).toEqual([undefined, 'bytes=0-0']);
		});

		it('and its length is not known', async () => {
			expect(await bytesOf(packed({ 'content-length': undefined, 'content-md5': otherMd5 }))).toEqual({
				content: CONTENT,
				isUnchecked: true,
			});
		});

		it('and there is nothing to compare', async () => {
			for (const length of ['9', '40']) {
				expect(await bytesOf(packed({ 'content-length': length, 'content-md5': undefined }))).toEqual({
					content: CONTENT,
					isUnchecked: false,
				});
			}
		});

		it.each<[string, (request: BlobRequest) => BlobAnswer]>([
			['brings its first byte', (request) => serve(CONTENT, request)],
			[
				'does not answer',
				() => {
					throw storageSays(400);
				},
			],
			['answers with all of it', () => ({ ...serve(CONTENT, { from: 0 }), status: 200 })],
			['breaks off', (request) => serve(CONTENT, request, { until: 0, ending: 'break' })],
		])('but it is where a storage %s', async (_, second) => {
			const headers = { 'content-length': undefined, 'content-md5': otherMd5 };
			const { bytes } = download((request) => (request.to === 0 ? second(request) : serve(CONTENT, request, { headers })));
			await expect(bytes()).rejects.toMatchObject({
				reason: 'damaged',
				message: 'The result arrived damaged: its checksum does not match',
			});
		});

		it('and that the user stopped meanwhile is not damage', async () => {
			const user = new AbortController();
			const headers = { 'content-length': undefined, 'content-md5': otherMd5 };
			const { bytes } = download(
				(request) => {
					if (request.to > 0) return serve(CONTENT, request, { headers });
					user.abort();
					throw disconnected('ERR_CANCELED');
				},
				{ signal: user.signal },
			);
			await expect(bytes()).rejects.toBeInstanceOf(Cancelled);
		});
	});
});

describe("a file's end", () => {
	it('is asked for by itself, and its connection closed', async () => {
		const { start, requests, streams } = download((request) => serve(CONTENT, request));
		const { end, bytes } = await start();
		expect(await end(4)).toEqual(Buffer.from('cdef'));
		expect(requests[1].headers).toMatchObject({ Range: 'bytes=12-', 'If-Match': '"0x8D9"' });
		expect(streams[1].destroyed).toBe(true);
		expect(await all(bytes())).toEqual(CONTENT);
	});

	it('is unknown where the length is, or where there is no more than the end', async () => {
		const lengthless = download((request) => serve(CONTENT, request, { headers: { 'content-length': undefined } }));
		const unknown = await lengthless.start();
		expect(await unknown.end(4)).toBeUndefined();
		expect(lengthless.requests).toHaveLength(1);
		const { start, requests } = download((request) => serve(CONTENT, request));
		const { end } = await start();
		expect(await end(16)).toBeUndefined();
		expect(await end(17)).toBeUndefined();
		expect(requests).toHaveLength(1);
		expect(await end(15)).toEqual(CONTENT.subarray(1));
	});

	it.each<[string, BlobAnswer['stream']]>([
		['is cut short', streamOf([Buffer.from('cd')])],
		['breaks off', streamOf([Buffer.from('cd')], 'break')],
		['falls silent', streamOf([Buffer.from('cd')], 'silence')],
	])('is unknown where it %s', async (_, stream) => {
		const { start } = download((request, before) => (before === 0 ? serve(CONTENT, request) : { ...serve(CONTENT, request), stream }));
		expect(await (await start()).end(4)).toBeUndefined();
		expect(stream.destroyed).toBe(true);
	});
});
