/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { BrokenGzip, gunzip, gzipFileName, gzipLength, isGzip, mayExceed } from '../../../nodes/DefenderLiveResponse/download/gzip';
import { sha256Of } from './fakeStorage';
import { fuzz } from '../result/fuzzRuns';
import { sourceOf } from './gzipSource';

/** Bytes in chunks that end at the given places. */
function* cut(bytes: Uint8Array, places: number[]): Generator<Uint8Array> {
	const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
	let from = 0;
	for (const end of ends) {
		yield bytes.subarray(from, end);
		from = end;
	}
}

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const chunk of chunks) parts.push(chunk);
	return Buffer.concat(parts);
}

it.each([
	['a gzip file', gzipSync('x'), true],
	['its first two bytes', Buffer.from([0x1f, 0x8b]), true],
	['its first byte', Buffer.from([0x1f]), false],
	['nothing', Buffer.alloc(0), false],
	['its second byte behind another', Buffer.from([0x1e, 0x8b]), false],
	['a zip file', Buffer.from('PK\x03\x04'), false],
	['text', Buffer.from('{"exit_code":0}'), false],
])('%s is gzip', (_, bytes, expected) => {
	expect(isGzip(bytes)).toBe(expected);
});

it('a small file cannot hold more than deflate can make of it', () => {
	expect(mayExceed(10, 10_320)).toBe(false);
	expect(mayExceed(10, 10_319)).toBe(true);
});

it('a file tells its length by its last bytes', () => {
	expect(gzipLength(gzipSync(Buffer.alloc(70_000)).subarray(-4))).toBe(70_000);
});

describe('the name in a gzip header', () => {
	const header = (flags: number, rest: Array<string | number[]>) =>
		Buffer.concat([
			Buffer.from([0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3]),
			...rest.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
		]);

	it.each<[string, Uint8Array, string | undefined]>([
		['is read', header(8, ['out.txt\0', [1, 2]]), 'out.txt'],
		['is read behind extra fields', header(8 | 4, [[3, 0], 'a\0b', 'out.txt\0']), 'out.txt'],
		['is read behind long extra fields', header(8 | 4, [[4, 1], 'x'.repeat(260), 'out.txt\0']), 'out.txt'],
		['is read before a comment', header(8 | 16, ['out.txt\0', 'why\0']), 'out.txt'],
		['is read as Latin-1', header(8, ['Gr\xfc\xdfe.txt\0']), 'Grüße.txt'],
		['is not read where there is none', header(0, ['out.txt\0']), undefined],
		['is not read out of extra fields', header(4, [[4, 0], 'a.b\0', [1]]), undefined],
		['is not read where it is empty', header(8, ['\0', 'other\0']), undefined],
		['is not read where it goes on', header(8, ['out.t']), undefined],
		['is not read where the extra fields go on', header(8 | 4, [[255, 255], 'a\0b\0']), undefined],
		['is not read where the header ends', Buffer.from([0x1f, 0x8b, 8, 8]), undefined],
		['is not read of another file', Buffer.from('PK\x03\x08123456name\0'), undefined],
		['is not read of nothing', Buffer.alloc(0), undefined],
	])('%s', (_, start, expected) => {
		expect(gzipFileName(start)).toBe(expected);
	});

	it('never throws', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
				const name = gzipFileName(Buffer.concat([Buffer.from([0x1f, 0x8b, 8]), bytes]));
				expect(name === undefined || (name.length > 0 && !name.includes('\0'))).toBe(true);
			}),
			fuzz(500),
		);
	});
});

describe('gunzip', () => {
	const places = fc.array(fc.nat(), { maxLength: 6 });

	it('brings the content back, however it is cut', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), places, async (content, ends) => {
				const { state, source } = sourceOf(cut(gzipSync(content), ends));
				expect(await all(gunzip(source))).toEqual(Buffer.from(content));
				expect(state.closed).toBe(true);
			}),
			fuzz(),
		);
	});

	// Node 20 reads on behind the first part, Node 24 refuses what follows, as the web standard has it.
	it('never takes the first of several parts for the whole', async () => {
		const { source } = sourceOf([gzipSync('one '), gzipSync('two')]);
		const read = await all(gunzip(source)).then(String, (error: unknown) => error);
		if (read !== 'one two') expect(read).toBeInstanceOf(BrokenGzip);
	});

	it('says so when the file ends too early', async () => {
		const whole = gzipSync('some content '.repeat(50));
		for (let length = 0; length < whole.length; length++) {
			await expect(all(gunzip(sourceOf([whole.subarray(0, length)]).source))).rejects.toThrow(
				new BrokenGzip('The file begins as gzip but cannot be decompressed'),
			);
		}
	});

	it.each([
		['what only begins as gzip', Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])],
		['text', Buffer.from('{"exit_code":0}')],
		['a wrong checksum', Buffer.concat([gzipSync('abc').subarray(0, -8), Buffer.alloc(8, 1)])],
		['bytes that were changed', Buffer.from(gzipSync('abc'.repeat(100)).map((byte, at) => (at === 12 ? byte ^ 0xff : byte)))],
	])('says so for %s', async (_, bytes) => {
		const { state, source } = sourceOf([bytes]);
		await expect(all(gunzip(source))).rejects.toThrow(BrokenGzip);
		expect(state.closed).toBe(true);
	});

	it('lets what the source throws through, wherever it throws', async () => {
		const whole = gzipSync('some content '.repeat(5_000));
		const lost = new Error('connection lost');
		await fc.assert(
			fc.asyncProperty(fc.nat(whole.length), places, async (length, ends) => {
				const { source } = sourceOf(cut(whole.subarray(0, length), ends), lost);
				await expect(all(gunzip(source))).rejects.toBe(lost);
			}),
			fuzz(100),
		);
	});

	it('hands large files on in large pieces, and small ones whole', async () => {
		const sizes = async (bytes: number, fill: (length: number) => Uint8Array = randomBytes) => {
			const content = fill(bytes);
			const pieces: Uint8Array[] = [];
			for await (const piece of gunzip(sourceOf([gzipSync(content)]).source)) pieces.push(piece);
			expect(Buffer.concat(pieces).equals(content)).toBe(true);
			return pieces.map(({ length }) => length);
		};
		expect(await sizes(0)).toEqual([]);
		expect(await sizes(100_000)).toEqual([100_000]);
		expect(Math.max(...(await sizes(3 * 1024 * 1024, Buffer.alloc)))).toBeLessThanOrEqual(1024 * 1024);
		const large = await sizes(5_000_000);
		expect(large.length).toBe(5);
		expect(Math.min(...large.slice(0, -1))).toBeGreaterThanOrEqual(1024 * 1024);
	});

	it('shows each piece before it hands it on', async () => {
		const content = randomBytes(3_000_000);
		const hash = createHash('sha256');
		let seen = 0;
		let read = 0;
		const see = (piece: Uint8Array) => {
			hash.update(piece);
			seen += piece.length;
		};
		for await (const block of gunzip(sourceOf([gzipSync(content)]).source, see)) {
			read += block.length;
			expect(seen).toBeGreaterThanOrEqual(read);
		}
		expect(hash.digest('hex')).toBe(sha256Of(content));
	});

	it('frees the memory of pieces as soon as they are joined', async () => {
		let held = 0;
		const see = ({ buffer }: Uint8Array) => {
			held++;
			// Node.js 20 has no such function.
			Object.defineProperty(buffer, 'transfer', { value: () => held-- });
		};
		for await (const block of gunzip(sourceOf([gzipSync(randomBytes(3_000_000))]).source, see)) {
			expect(block.length).toBeGreaterThan(0);
			expect(held).toBe(0);
		}
	});

	it('lets what goes wrong with a piece through', async () => {
		const { state, source } = sourceOf(cut(gzipSync(randomBytes(500_000)), [1_000, 100_000]));
		const wrong = new Error('too large');
		const see = () => {
			throw wrong;
		};
		await expect(all(gunzip(source, see))).rejects.toBe(wrong);
		expect(state.closed).toBe(true);
	});

	it('closes the source when no one reads on', async () => {
		const { state, source } = sourceOf(cut(gzipSync(Buffer.alloc(4_000_000, 'abc')), [100, 200, 300]));
		for await (const chunk of gunzip(source)) {
			expect(chunk.length).toBeGreaterThan(0);
			break;
		}
		expect(state.closed).toBe(true);
	});
});

it('takes no more of a file whose reader has stopped', async () => {
	const packed = gzipSync(Buffer.alloc(256 * 1024 * 1024));
	const { state, source } = sourceOf(
		cut(
			packed,
			Array.from({ length: 256 }, (_, place) => place * 1_024),
		),
	);
	for await (const chunk of gunzip(source)) if (chunk.length > 0) break;
	expect(state.closed).toBe(true);
	expect(state.taken).toBeLessThan(100);
});
