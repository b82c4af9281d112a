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

/** The maximum number of bytes from one compressed byte: deflate's limit (zlib's technical details). Small files need no check in advance. */
const MAX_RATIO = 1032;

/** Whether a file of this many bytes may exceed a limit when it is decompressed. */
export function mayExceed(compressedBytes: number, maxBytes: number): boolean {
	return compressedBytes * MAX_RATIO > maxBytes;
}

/** Bytes at the end of a gzip file that tell its content's length (RFC 1952, 2.3.1, ISIZE). */
export const GZIP_LENGTH_BYTES = 4;

/**
 * At least how many bytes a gzip file holds, by its last four: what is over 4 GiB does not show, and of several files
 * in one only the last does. The values come from the file's author and may be false.
 */
export function gzipLength(end: Buffer): number {
	return end.readUInt32LE(0);
}

/** The bytes begin as gzip and go on as something else, end too early, or hold more than one file. */
export class BrokenGzip extends Error {}

/** Compressed bytes passed on at a time: the piece in progress when a reader stops is still decompressed to its end. */
const PIECE_BYTES = 64 * 1024;

/** Decompressed bytes passed on at a time: the store waits for the disk with each piece. */
const BLOCK_BYTES = 1024 * 1024;

/** Node.js 24 or later, by what came with its V8: nodes may not ask for the version. */
const LARGE_YOUNG_SPACE = 'escape' in RegExp;

/**
 * Arrays of 96 kB that die at once, so that V8's young space is soon full and is collected, in 2 to 3 ms; with it goes
 * what zlib leaves behind, 16 kB outside the heap for each piece. A stream by itself makes next to no objects, and since
 * its young space is 64 MB (Node.js 24) V8 goes through all of n8n's heap for every 20 MB outside it, for 0.1 to 0.3 s.
 * Node.js 20 and 22 collect young objects in time. Larger arrays would not lie in the young space.
 */
function allocateShortLived(): unknown {
	return LARGE_YOUNG_SPACE && [new Array<number>(12_000), new Array<number>(12_000)];
}

/** Joins pieces that are not used elsewhere, and frees their memory immediately. */
function joined(pieces: Uint8Array[]): Buffer {
	const block = Buffer.concat(pieces);
	for (const { buffer, length } of pieces) {
		// Node.js 20 has no `transfer`.
		if (buffer.byteLength === length) (buffer as { transfer?(length: number): void }).transfer?.(0);
	}
	return block;
}

/** The last bytes of what was read so far. */
function lastBytes(before: Buffer, piece: Uint8Array): Buffer {
	return Buffer.concat([before, piece.subarray(-GZIP_LENGTH_BYTES)]).subarray(-GZIP_LENGTH_BYTES);
}

/**
 * Decompresses one gzip file in a stream, so that memory does not grow with the file. Node.js 20 reads several in a row
 * and leaves out what is not gzip behind them, Node.js 24 refuses both, as the web's standard has it. Defender sends one,
 * so both are refused everywhere: the length at the end has to be that of the content.
 *
 * @param onPiece is shown each piece of the blocks to come, while the next one is decompressed; it may keep none
 * @throws BrokenGzip; what `source` and `onPiece` throw goes through unchanged
 */
export async function* gunzip(source: AsyncIterable<Uint8Array>, onPiece?: (piece: Uint8Array) => void): AsyncGenerator<Uint8Array> {
	const { readable, writable } = new DecompressionStream('gzip');
	const chunks = source[Symbol.asyncIterator]();
	const writer = writable.getWriter();
	const reader = readable.getReader();
	let stopped = false;
	let sourceError: { error: unknown } | undefined;
	let end: Buffer = Buffer.alloc(0);

	const feed = async () => {
		let before: Promise<void> | undefined;
		while (!stopped) {
			const next = await chunks.next().catch((error: unknown) => {
				sourceError = { error };
				return undefined;
			});
			if (!next || next.done) break;
			end = lastBytes(end, next.value);
			for (let at = 0; at < next.value.length && !stopped; at += PIECE_BYTES) {
				const piece = next.value.subarray(at, at + PIECE_BYTES) as Uint8Array<ArrayBuffer>;
				const written = writer.write(piece).catch(() => {
					stopped = true;
				});
				// The next piece comes while this one is decompressed.
				await before;
				before = written;
			}
		}
		await before;
		await writer.close();
	};
	// The reader meets the same failure; here it only has to be caught.
	const fed = feed().catch(() => undefined);
	const read = async () => await reader.read().catch(() => undefined);
	let whole = false;
	let pieces: Uint8Array[] = [];
	let length = 0;
	let total = 0;
	// Kept until the next piece, so that they are made at all.
	const young: unknown[] = [];
	try {
		for (let next = await read(); next; next = await read()) {
			whole = next.done;
			if (next.done) break;
			onPiece?.(next.value);
			young[0] = allocateShortLived();
			pieces.push(next.value);
			length += next.value.length;
			total += next.value.length;
			if (length < BLOCK_BYTES) continue;
			yield joined(pieces);
			pieces = [];
			length = 0;
		}
		if (length > 0) yield joined(pieces);
	} finally {
		stopped = true;
		// Cancelled or aborted, Node.js' stream may still write into a closed stream. That error cannot be caught and
		// ends the process (seen with Node.js 20.20), so the piece in progress is read to its end instead.
		for (let next = await read(); next && !next.done; next = await read());
		await fed;
		await chunks.return?.();
	}
	if (sourceError) throw sourceError.error;
	if (!whole || gzipLength(end) !== total % 2 ** 32) throw new BrokenGzip('The file begins as gzip but cannot be decompressed');
}
