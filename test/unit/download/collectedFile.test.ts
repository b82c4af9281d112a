/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { storeCollectedFile } from '../../../nodes/DefenderLiveResponse/download/collectedFile';
import { startDownload } from '../../../nodes/DefenderLiveResponse/download/download';
import { BrokenGzip } from '../../../nodes/DefenderLiveResponse/download/gzip';
import type { MakeRoom } from '../../../nodes/DefenderLiveResponse/download/room';
import type { ByteStream } from '../../../nodes/DefenderLiveResponse/service/byteStream';
import { Cancelled } from '../../../nodes/DefenderLiveResponse/service/clock';
import { ACTION_ID } from '../result/entities';
import type { BlobAnswer, BlobRequest } from './fakeStorage';
import { all, fakeStorage, LINK, serve, sha256Of } from './fakeStorage';
import { Secrets } from '../../../nodes/DefenderLiveResponse/service/secrets';

const TEXT = Buffer.from('written on a device\n'.repeat(100));
/** More than a file's start, and hard to compress. */
const LARGE = Buffer.from(Array.from({ length: 400_000 }, (_, at) => (at * at * 7919) % 251));
const MEGABYTE = 1024 * 1024;

type Stored = { name: string; type: string; content: Buffer };

/** Of a collected file, which always comes as a stream. */
type Keep = (stream: ByteStream, fileName: string, mimeType: string) => Promise<void>;

/** Stores what a storage answers with; a store of one's own may fail. */
function storing(
	answer: (request: BlobRequest, before: number) => BlobAnswer,
	{
		decompress = true,
		maxBytes = MEGABYTE,
		path,
		keep,
		streaming = true,
		room,
	}: { decompress?: boolean; maxBytes?: number; path?: string; keep?: Keep; streaming?: boolean; room?: MakeRoom } = {},
) {
	const kept: Stored[] = [];
	const begun: string[] = [];
	const keepAll: Keep = async (stream, name, type) => {
		begun.push(name);
		expect((stream as unknown as Readable).readableObjectMode).toBe(false);
		kept.push({ name, type, content: await all(stream) });
	};
	const fake = fakeStorage(answer);
	const asked: number[] = [];
	const makeRoom: MakeRoom = async (bytes) => {
		asked.push(bytes);
		await room?.(bytes);
	};
	const run = async () => {
		const download = await startDownload(
			fake.session,
			{ machineActionId: ACTION_ID, index: 0 },
			{ url: LINK, expiresAt: null },
			64 * MEGABYTE,
		);
		return await storeCollectedFile(
			download,
			{ decompress, maxBytes, path, secrets: new Secrets() },
			{ isStreaming: () => streaming, keep: keep ?? keepAll },
			makeRoom,
		);
	};
	return { ...fake, asked, begun, kept, run };
}

const of = (content: Buffer) => (request: BlobRequest) => serve(content, request);

it('is decompressed, and described as it was on the device', async () => {
	const packed = gzipSync(TEXT);
	const { run, kept } = storing(of(packed), { path: 'C:\\Windows\\Logs\\setup.log' });
	expect(await run()).toMatchObject({
		file: { fileName: 'setup.log', fileSize: TEXT.length, mimeType: 'text/plain', sha256: sha256Of(TEXT) },
		bytes: packed.length,
		sha256: sha256Of(packed),
	});
	expect(kept).toEqual([{ name: 'setup.log', type: 'text/plain', content: TEXT }]);
});

it.each<[string, Buffer, boolean]>([
	['is not compressed', LARGE, true],
	['is shorter than any header', Buffer.from('x'), true],
	['is empty', Buffer.alloc(0), true],
])('that %s comes as it is', async (_, content, decompress) => {
	const { run, kept } = storing(of(content), { decompress, path: '/var/log/x' });
	expect(await run()).toMatchObject({
		file: { fileName: 'x', fileSize: content.length, mimeType: 'application/octet-stream', sha256: sha256Of(content) },
		bytes: content.length,
		sha256: sha256Of(content),
	});
	expect(kept[0].content).toEqual(content);
});

it('stays compressed where that is wanted, and its name says so', async () => {
	const packed = gzipSync(LARGE);
	const { run, kept } = storing(of(packed), { decompress: false, path: 'C:\\x.csv' });
	expect((await run()).file).toEqual({
		fileName: 'x.csv.gz',
		fileSize: packed.length,
		mimeType: 'application/gzip',
		sha256: sha256Of(packed),
	});
	expect(kept[0].content).toEqual(packed);
});

it('has the name that the download announces before the one that was asked for', async () => {
	const headers = { 'content-disposition': 'attachment; filename=report.JSON' };
	const { run } = storing((request) => serve(TEXT, request, { headers }), { path: 'C:\\x.csv' });
	expect((await run()).file).toMatchObject({ fileName: 'report.JSON', mimeType: 'application/json' });
});

it.each([
	['x.csv', 'text/csv'],
	['x.GZ', 'application/gzip'],
	['x.json', 'application/json'],
	['x.log', 'text/plain'],
	['x.txt', 'text/plain'],
	['x.zip', 'application/zip'],
	// Nothing that a browser would run, whatever the device calls it.
	['x.html', 'application/octet-stream'],
	['x.svg', 'application/octet-stream'],
	['x.txt.exe', 'application/octet-stream'],
	['x.txt_', 'application/octet-stream'],
	['txt', 'application/octet-stream'],
	['x.constructor', 'application/octet-stream'],
])('named %s has the type %s', async (path, mimeType) => {
	expect((await storing(of(TEXT), { path }).run()).file.mimeType).toBe(mimeType);
});

describe('a file over the limit', () => {
	const message = "The result is larger than 1 MB. Raise 'File: Max Download Size' in the options to get it";
	const zeros = Buffer.alloc(MEGABYTE + 1);

	it('that says so itself is refused before anything is stored', async () => {
		const { run, begun, requests, streams } = storing(of(gzipSync(zeros)));
		await expect(run()).rejects.toMatchObject({ reason: 'tooLarge', message });
		expect(begun).toEqual([]);
		expect(requests.map(({ from }) => from > 0)).toEqual([false, true]);
		expect(streams.every(({ destroyed }) => destroyed)).toBe(true);
	});

	it('that lies about it is broken off', async () => {
		const lying = gzipSync(Buffer.alloc(8 * MEGABYTE));
		lying.writeUInt32LE(5, lying.length - 4);
		const { run, kept, streams } = storing(of(lying));
		await expect(run()).rejects.toMatchObject({ reason: 'tooLarge', message });
		expect(kept).toEqual([]);
		expect(streams.every(({ destroyed }) => destroyed)).toBe(true);
	});

	it('whose end cannot be had is taken until then', async () => {
		const { run, begun } = storing((request) => serve(gzipSync(zeros), request, request.from > 0 ? { until: request.from + 1 } : {}));
		await expect(run()).rejects.toMatchObject({ reason: 'tooLarge', message });
		expect(begun).toEqual(['file']);
	});

	it('whose length no one tells is broken off', async () => {
		const { run } = storing((request) => serve(gzipSync(zeros), request, { headers: { 'content-length': undefined } }));
		await expect(run()).rejects.toMatchObject({ reason: 'tooLarge', message });
	});

	it('is none where it is as long as the limit', async () => {
		const { run } = storing(of(gzipSync(zeros.subarray(1))));
		expect((await run()).file.fileSize).toBe(MEGABYTE);
	});

	it('is not looked for where a file is too small to become one, nor where it stays compressed', async () => {
		const small = storing(of(gzipSync(TEXT)));
		await small.run();
		expect(small.requests).toHaveLength(1);
		const packed = storing(of(gzipSync(zeros)), { decompress: false });
		expect((await packed.run()).file.mimeType).toBe('application/gzip');
		expect(packed.requests).toHaveLength(1);
	});
});

it('is passed on while it comes, not when all of it is there', async () => {
	let pulled = 0;
	async function* chunks() {
		for (; pulled < 100; pulled++) yield Buffer.alloc(100_000, 'x');
	}
	let before = -1;
	const answer = (request: BlobRequest) => ({
		...serve(Buffer.alloc(10_000_000, 'x'), request, { headers: { 'content-md5': undefined } }),
		stream: Readable.from(chunks(), { objectMode: false }),
	});
	const { run } = storing(answer, {
		maxBytes: 16 * MEGABYTE,
		keep: async (stream) => {
			before = pulled;
			await all(stream);
		},
	});
	expect((await run()).bytes).toBe(10_000_000);
	expect(before).toBeLessThan(5);
});

describe('a store that does not take the file', () => {
	it('is reported as it says', async () => {
		const { run, streams, clock } = storing(of(LARGE), {
			keep: async (stream) => {
				for await (const chunk of stream) {
					expect(chunk.length).toBeGreaterThan(0);
					throw new Error('disk full');
				}
			},
		});
		await expect(run()).rejects.toThrow('disk full');
		await clock.sleep(1_000);
		expect(streams[0].destroyed).toBe(true);
	});

	it('keeps no connection where it fails before it has read anything', async () => {
		const { run, streams, clock } = storing(of(LARGE), {
			keep: async () => {
				throw new Error('no room');
			},
		});
		await expect(run()).rejects.toThrow('no room');
		await clock.sleep(1_000);
		expect(streams[0].destroyed).toBe(true);
	});

	it('hears of a broken file though it begins to read late', async () => {
		const broken = Buffer.concat([gzipSync(TEXT).subarray(0, 10), LARGE, Buffer.alloc(4)]);
		const { run, streams, clock } = storing(of(broken), {
			keep: async (stream) => {
				await clock.sleep(1_000);
				await all(stream);
			},
		});
		await expect(run()).rejects.toBeInstanceOf(BrokenGzip);
		expect(streams[0].destroyed).toBe(true);
	});

	it('keeps no connection to a file that is broken from its start', async () => {
		const { run, streams } = storing(of(Buffer.concat([gzipSync(TEXT).subarray(0, 10), LARGE, Buffer.alloc(4)])));
		await expect(run()).rejects.toBeInstanceOf(BrokenGzip);
		expect(streams[0].destroyed).toBe(true);
	});

	it('is not blamed for what happened to the download', async () => {
		const wrapping: Keep = async (stream) => {
			await all(stream).catch(() => {
				throw new Error('could not be stored');
			});
		};
		const broken = storing(of(Buffer.concat([gzipSync(TEXT).subarray(0, 30), Buffer.alloc(3_000)])), { keep: wrapping });
		await expect(broken.run()).rejects.toBeInstanceOf(BrokenGzip);
		const damaged = storing((request) => serve(TEXT, request, { headers: { 'content-md5': 'x' } }), { keep: wrapping });
		await expect(damaged.run()).rejects.toMatchObject({ reason: 'damaged' });
	});
});

describe('a store that holds files whole', () => {
	const small = randomBytes(7 * MEGABYTE);
	const large = randomBytes(12 * MEGABYTE);
	const options = { streaming: false, maxBytes: 64 * MEGABYTE, path: 'x.bin' };

	it.each<[string, Buffer, Buffer]>([
		['a small file', small, small],
		['a large file', large, large],
		['a small file that is packed', gzipSync(small), small],
		['a large file that is packed', gzipSync(large), large],
		['an empty file', Buffer.alloc(0), Buffer.alloc(0)],
	])('gets %s whole', async (_, sent, content) => {
		const { run, kept, streams } = storing(of(sent), options);
		expect(await run()).toMatchObject({
			file: { fileName: 'x.bin', fileSize: content.length, mimeType: 'application/octet-stream', sha256: sha256Of(content) },
			bytes: sent.length,
			sha256: sha256Of(sent),
		});
		expect(kept[0].content.equals(content)).toBe(true);
		expect(streams[0].destroyed).toBe(true);
	});

	it('is begun when there is room for more than a small file', async () => {
		const order: string[] = [];
		const room: MakeRoom = async () => {
			order.push('asked');
			await Promise.resolve();
			order.push('had');
		};
		const keep: Keep = async (stream) => {
			order.push('stored');
			await all(stream);
		};
		const packed = gzipSync(large);
		const { run, asked } = storing(of(packed), { ...options, keep, room });
		await run();
		expect(order).toEqual(['asked', 'had', 'stored']);
		expect(asked).toEqual([expect.any(Number)]);
		expect(asked[0]).toBeGreaterThan(8 * MEGABYTE);
		expect(asked[0]).toBeLessThan(large.length);
		const other = storing(of(small), options);
		await other.run();
		expect(other.asked).toEqual([small.length]);
		const streamed = storing(of(large), { ...options, streaming: true });
		await streamed.run();
		expect(streamed.asked).toEqual([]);
	});

	it('has nothing to forget of a small file that is broken, and no connection stays', async () => {
		const { run, begun, streams } = storing(of(Buffer.concat([gzipSync(TEXT).subarray(0, 30), Buffer.alloc(3_000)])), options);
		await expect(run()).rejects.toBeInstanceOf(BrokenGzip);
		expect(begun).toEqual([]);
		expect(streams[0].destroyed).toBe(true);
	});

	it('is not begun where there will be no room, and no connection stays', async () => {
		const { run, begun, streams, clock } = storing(of(large), { ...options, room: async () => await Promise.reject(new Cancelled()) });
		await expect(run()).rejects.toBeInstanceOf(Cancelled);
		await clock.sleep(1_000);
		expect(begun).toEqual([]);
		expect(streams[0].destroyed).toBe(true);
	});
});
