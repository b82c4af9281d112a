/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Bytes that can be read from any offset, so that a range of a 3 GB file needs no 3 GB of memory. */
export interface Content {
	size: number;
	/** Bytes from `start` up to, not including, `end`. */
	read(start: number, end: number): AsyncIterable<Buffer> | Iterable<Buffer>;
}

const CHUNK = 65_535;

export function bufferContent(bytes: Buffer): Content {
	return {
		size: bytes.length,
		*read(start, end) {
			for (let at = start; at < end; at += CHUNK) yield bytes.subarray(at, Math.min(at + CHUNK, end));
		},
	};
}

const PATTERN = Buffer.alloc(CHUNK);
for (let i = 0, x = 1; i < CHUNK; i++) {
	x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
	PATTERN[i] = x >>> 24;
}

/** Content of any size made up while it is read; the same size always gives the same bytes. */
export function generatedContent(size: number): Content {
	return {
		size,
		*read(start, end) {
			for (let at = start; at < end; ) {
				const from = at % CHUNK;
				const piece = PATTERN.subarray(from, Math.min(CHUNK, from + end - at));
				yield piece;
				at += piece.length;
			}
		},
	};
}

/**
 * A gzip file around `inner` made of stored (uncompressed) deflate blocks: the position of every byte
 * is known without reading the others, which is what ranges of generated content need.
 */
export function storedGzip(inner: Content, fileName?: string): Content {
	const header = gzipHeader(fileName);
	const blocks = Math.max(1, Math.ceil(inner.size / CHUNK));
	const size = header.length + inner.size + blocks * 5 + 8;
	let trailer: Buffer | undefined;
	async function* pieces(firstBlock: number): AsyncGenerator<Buffer> {
		for (let block = firstBlock; block < blocks; block++) {
			const from = block * CHUNK;
			const length = Math.min(CHUNK, inner.size - from);
			const head = Buffer.from([block === blocks - 1 ? 1 : 0, 0, 0, 0, 0]);
			head.writeUInt16LE(length, 1);
			head.writeUInt16LE(~length & 0xffff, 3);
			yield head;
			yield* inner.read(from, from + length);
		}
		trailer ??= await gzipTrailer(inner);
		yield trailer;
	}
	return {
		size,
		async *read(start, end) {
			if (start < header.length) yield header.subarray(start, Math.min(end, header.length));
			const firstBlock = Math.min(blocks - 1, Math.max(0, Math.floor((start - header.length) / (CHUNK + 5))));
			let at = header.length + firstBlock * (CHUNK + 5);
			if (end <= at) return;
			for await (const piece of pieces(firstBlock)) {
				const wanted = piece.subarray(Math.max(0, start - at), Math.max(0, end - at));
				if (wanted.length > 0) yield wanted;
				at += piece.length;
				if (at >= end) return;
			}
		},
	};
}

/** Header of a gzip file, with the original name (FNAME) where there is one. */
export function gzipHeader(fileName?: string): Buffer {
	const fixed = Buffer.from([0x1f, 0x8b, 8, fileName === undefined ? 0 : 8, 0, 0, 0, 0, 0, 255]);
	return fileName === undefined ? fixed : Buffer.concat([fixed, Buffer.from(`${fileName}\0`)]);
}

async function gzipTrailer(inner: Content): Promise<Buffer> {
	let crc = 0;
	for await (const piece of inner.read(0, inner.size)) crc = crc32(piece, crc);
	const trailer = Buffer.alloc(8);
	trailer.writeUInt32LE(crc, 0);
	trailer.writeUInt32LE(inner.size % 2 ** 32, 4);
	return trailer;
}

/** Digest of a part of some content. */
export async function digest(content: Content, algorithm: 'md5' | 'sha256', start = 0, end = content.size): Promise<Buffer> {
	const hash = createHash(algorithm);
	for await (const piece of content.read(start, end)) hash.update(piece);
	return hash.digest();
}
