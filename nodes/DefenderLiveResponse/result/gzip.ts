/** Whether bytes begin as gzip does (RFC 1952, 2.3.1). File names and types are not to be trusted with this. */
export function isGzip(start: Uint8Array): boolean {
	return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * The original file name in a gzip header (RFC 1952, 2.3.1, FNAME, Latin-1).
 *
 * @param start the file's first bytes; a name that does not end within them is left out
 */
export function gzipFileName(start: Uint8Array): string | undefined {
	const flags = start[3];
	if (!isGzip(start) || (flags & 0x08) === 0) return undefined;
	let at = 10;
	if (flags & 0x04) at += 2 + start[at] + start[at + 1] * 256;
	const end = start.indexOf(0, at);
	return end > at ? new TextDecoder('latin1').decode(start.subarray(at, end)) : undefined;
}

/** How many bytes can come of one: deflate's limit (zlib's technical details), so that small files need no look ahead. */
const LARGEST_RATIO = 1032;

/** Whether a file of so many bytes may hold more than a limit when it is decompressed. */
export function mayExceed(compressedBytes: number, maxBytes: number): boolean {
	return compressedBytes * LARGEST_RATIO > maxBytes;
}

/** Bytes at the end of a gzip file that tell its content's length (RFC 1952, 2.3.1, ISIZE). */
export const GZIP_LENGTH_BYTES = 4;

/**
 * At least how many bytes a gzip file holds, by its last four: what is over 4 GiB does not show, and of several files
 * in one only the last does. Whoever wrote the file may have lied.
 */
export function gzipLength(end: Buffer): number {
	return end.readUInt32LE(0);
}

/** The bytes begin as gzip and go on as something else, or end too early. */
export class BrokenGzip extends Error {}

/** Compressed bytes handed over at a time: what is in the works when a reader stops is decompressed to its end. */
const PIECE_BYTES = 64 * 1024;

/** Decompressed bytes handed on at a time: whoever stores them waits for the disk with each piece. */
const BLOCK_BYTES = 1024 * 1024;

/**
 * Joins pieces that nobody else uses, and lets their memory go at once. Left to the garbage collector they would make
 * n8n go through its whole heap for every few of them.
 */
function joined(pieces: Uint8Array[]): Buffer {
	const block = Buffer.concat(pieces);
	for (const { buffer, length } of pieces) {
		// Node.js 20 has no `transfer`.
		if (buffer.byteLength === length) (buffer as { transfer?(length: number): void }).transfer?.(0);
	}
	return block;
}

/**
 * Decompresses in a stream, so that memory does not grow with the file.
 *
 * @throws BrokenGzip; what `source` throws goes through unchanged
 */
export async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	const { readable, writable } = new DecompressionStream('gzip');
	const chunks = source[Symbol.asyncIterator]();
	const writer = writable.getWriter();
	const reader = readable.getReader();
	let stopped = false;
	let lost: { error: unknown } | undefined;

	const feed = async () => {
		while (!stopped) {
			const next = await chunks.next().catch((error: unknown) => {
				lost = { error };
				return undefined;
			});
			if (!next || next.done) break;
			for (let at = 0; at < next.value.length && !stopped; at += PIECE_BYTES) {
				await writer.write(next.value.subarray(at, at + PIECE_BYTES) as Uint8Array<ArrayBuffer>);
			}
		}
		await writer.close();
	};
	// The reader meets the same failure; here it only has to be caught.
	const fed = feed().catch(() => undefined);
	const read = async () => await reader.read().catch(() => undefined);
	let whole = false;
	let pieces: Uint8Array[] = [];
	let length = 0;
	try {
		for (let next = await read(); next; next = await read()) {
			whole = next.done;
			if (next.done) break;
			pieces.push(next.value);
			length += next.value.length;
			if (length < BLOCK_BYTES) continue;
			yield joined(pieces);
			pieces = [];
			length = 0;
		}
		if (length > 0) yield joined(pieces);
	} finally {
		stopped = true;
		// Cancelled or aborted, Node.js' stream may still write into what is closed, which nobody can catch and which
		// ends the process (seen with Node.js 20.20): what is in the works is read to its end instead.
		for (let next = await read(); next && !next.done; next = await read());
		await fed;
		await chunks.return?.();
	}
	if (lost) throw lost.error;
	if (!whole) throw new BrokenGzip('The file begins as gzip but cannot be decompressed');
}
