import { createHash } from 'node:crypto';
import type { ByteStream } from '../service/byteStream';
import type { Secrets } from '../service/secrets';
import type { Download } from './download';
import { tooLarge } from './download';
import { collectedFileName } from './fileName';
import { GZIP_LENGTH_BYTES, gunzip, gzipLength, isGzip, mayExceed } from './gzip';
import type { MakeRoom } from './room';
import { SMALL_BYTES } from './room';

/** A file that GetFile brought, as described in its item. */
export interface CollectedFile {
	fileName: string;
	/** Bytes. */
	fileSize: number;
	mimeType: string;
	sha256: string;
}

/** Where files of results are kept: collected ones, and transcripts as they were downloaded. */
export interface FileStore {
	/** Whether files are written while they come. Else each is held in memory, all of it; which it is may not be known yet. */
	isStreaming(): boolean;
	/**
	 * Keeps a stream, or bytes, as a file and resolves when all of it is kept.
	 *
	 * @throws DownloadFailed `notStored`
	 */
	keep(content: ByteStream | Buffer, fileName: string, mimeType: string): Promise<void>;
}

/** A file header fits in this many bytes, name included. */
const HEADER_BYTES = 1024;

/** Types that n8n can show, for files whose content was written on a device: nothing that a browser would run. */
const MIME_TYPES = new Map<string | undefined, string>([
	['csv', 'text/csv'],
	['gz', 'application/gzip'],
	['json', 'application/json'],
	['log', 'text/plain'],
	['txt', 'text/plain'],
	['zip', 'application/zip'],
]);

function mimeTypeOf(fileName: string): string {
	const extension = /\.([a-z0-9]+)$/i.exec(fileName)?.[1].toLowerCase();
	return MIME_TYPES.get(extension) ?? 'application/octet-stream';
}

/** Reads this many bytes, or to the end; the iterator continues after them. */
async function readStart(chunks: AsyncIterator<Uint8Array>, bytes: number): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	for (let length = 0; length < bytes; ) {
		const next = await chunks.next();
		if (next.done) break;
		parts.push(next.value);
		length += next.value.length;
	}
	return Buffer.concat(parts);
}

async function* withStart(start: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
	try {
		yield start;
		yield* rest;
	} finally {
		await rest.return(undefined);
	}
}

/** A Node stream over a generator. Nodes may not import Node's streams, but any stream's class can make one. */
function streamOf(chunks: AsyncIterable<Uint8Array>, sample: ByteStream): ByteStream {
	const { from } = sample.constructor as unknown as {
		from(source: AsyncIterable<Uint8Array>, options: { objectMode: boolean }): ByteStream;
	};
	return from(chunks, { objectMode: false });
}

/**
 * Whether a compressed file says by itself that it is larger than the limit. Known before anything is stored, no rest of
 * it stays behind: n8n cannot delete what it has begun to store.
 */
async function isKnownTooLarge(download: Download, maxBytes: number): Promise<boolean> {
	if (!mayExceed(download.blob.totalBytes ?? 0, maxBytes)) return false;
	const end = await download.end(GZIP_LENGTH_BYTES);
	return end !== undefined && gzipLength(end) > maxBytes;
}

export interface StoredFile {
	file: CollectedFile;
	/** Bytes downloaded. */
	bytes: number;
	/** SHA-256 of the bytes downloaded, hexadecimal. */
	sha256: string;
	start: Uint8Array;
}

/**
 * A file on its way from download to store: decompressed, measured and hashed as it is read. Its `result` is what it was,
 * once all of it was read.
 */
function measured(source: AsyncGenerator<Uint8Array>, decompress: boolean, maxBytes: number) {
	const rawHash = createHash('sha256');
	const fileHash = createHash('sha256');
	let bytes = 0;
	let fileSize = 0;

	async function* downloaded() {
		for await (const chunk of source) {
			bytes += chunk.length;
			rawHash.update(chunk);
			yield chunk;
		}
	}
	const measure = (piece: Uint8Array) => {
		fileSize += piece.length;
		if (fileSize > maxBytes) throw tooLarge(maxBytes);
		fileHash.update(piece);
	};
	async function* chunks(): AsyncGenerator<Uint8Array> {
		if (decompress) return yield* gunzip(downloaded(), measure);
		for await (const chunk of downloaded()) {
			measure(chunk);
			yield chunk;
		}
	}
	const result = () => ({ fileSize, fileSha256: fileHash.digest('hex'), bytes, sha256: rawHash.digest('hex') });
	return { chunks: chunks(), result };
}

/**
 * Hands chunks to a store.
 *
 * @throws what went wrong with the chunks rather than what the store makes of it; DownloadFailed `notStored`
 */
async function storeChunks(
	store: FileStore,
	chunks: AsyncGenerator<Uint8Array>,
	sample: ByteStream,
	name: string,
	type: string,
): Promise<void> {
	let thrown: { error: unknown } | undefined;
	// Begins while n8n prepares the storage of the file. The reader gets the errors.
	let next = chunks.next();
	next.catch(() => undefined);
	/** Remembers why it ended: who stores a stream may wrap what it throws. */
	async function* watched() {
		for (;;) {
			const { done, value } = await next.catch((error: unknown) => {
				thrown = { error };
				throw error;
			});
			if (done) return;
			yield value;
			next = chunks.next();
		}
	}
	await store.keep(streamOf(watched(), sample), name, type).catch((error: unknown) => {
		throw thrown ? thrown.error : error;
	});
}

/**
 * Brings a collected file from its download into a store. A store that holds files whole gets what is large one after
 * the other.
 *
 * @param options `path`: that the command asked for; `secrets`: what no name may have
 * @throws BrokenGzip where the content only looked like gzip; DownloadFailed; DefenderError; Cancelled
 */
export async function storeCollectedFile(
	download: Download,
	options: { decompress: boolean; maxBytes: number; path?: string; secrets: Secrets },
	store: FileStore,
	makeRoom: MakeRoom,
): Promise<StoredFile> {
	const source = download.bytes();
	let chunks = source;
	try {
		const start = await readStart(source, HEADER_BYTES);
		const decompress = options.decompress && isGzip(start);
		if (decompress && (await isKnownTooLarge(download, options.maxBytes))) throw tooLarge(options.maxBytes);
		const file = measured(withStart(start, source), decompress, options.maxBytes);
		chunks = file.chunks;
		if (!store.isStreaming()) {
			const held = await readStart(chunks, SMALL_BYTES + 1);
			await makeRoom(held.length);
			chunks = withStart(held, chunks);
		}
		const names = {
			contentDisposition: download.blob.contentDisposition,
			start,
			path: options.path,
			compressed: isGzip(start) && !decompress,
		};
		const fileName = collectedFileName(names, (name) => options.secrets.redact(name));
		const mimeType = mimeTypeOf(fileName);
		await storeChunks(store, chunks, download.blob.stream, fileName, mimeType);
		const { fileSize, fileSha256, bytes, sha256 } = file.result();
		return { file: { fileName, fileSize, mimeType, sha256: fileSha256 }, bytes, sha256, start };
	} finally {
		// If not everything was read: closes the connection once the pending bytes have arrived.
		chunks.return(undefined).catch(() => undefined);
	}
}
