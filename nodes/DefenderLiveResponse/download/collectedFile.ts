import { createHash } from 'node:crypto';
import type { ByteStream } from '../service/byteStream';
import type { Download } from './download';
import { tooLarge } from './download';
import { collectedFileName } from './fileName';
import { GZIP_LENGTH_BYTES, gunzip, gzipLength, isGzip, mayExceed } from './gzip';

/** A file that GetFile brought, as described in its item. */
export interface CollectedFile {
	fileName: string;
	/** Bytes. */
	fileSize: number;
	mimeType: string;
	/** Hexadecimal. */
	sha256: string;
}

/** Keeps a stream as a file and resolves when all of it is kept. */
export type StoreFile = (stream: ByteStream, fileName: string, mimeType: string) => Promise<void>;

/** A file header fits in this many bytes, name included. */
const HEADER_BYTES = 1024;

/** Types that n8n can show, for files whose content was written on a device: nothing that a browser would run. */
const MIME_TYPES: Record<string, string> = {
	csv: 'text/csv',
	gz: 'application/gzip',
	json: 'application/json',
	log: 'text/plain',
	txt: 'text/plain',
	zip: 'application/zip',
};

function mimeTypeOf(fileName: string): string {
	const extension = /\.([a-z0-9]+)$/i.exec(fileName)?.[1].toLowerCase() ?? '';
	return MIME_TYPES[extension] ?? 'application/octet-stream';
}

/** Reads far enough to know what a file is; the iterator goes on behind it. */
async function readStart(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	for (let length = 0; length < HEADER_BYTES; ) {
		const next = await chunks.next();
		if (next.done) break;
		parts.push(next.value);
		length += next.value.length;
	}
	return Buffer.concat(parts);
}

async function* startingWith(start: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
	try {
		if (start.length > 0) yield start;
		yield* rest;
	} finally {
		await rest.return(undefined);
	}
}

/**
 * A Node stream over a generator. Nodes may not import Node's streams, but any stream's class can make one.
 */
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
async function saysTooLarge(download: Download, maxBytes: number): Promise<boolean> {
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
}

/**
 * Streams a collected file from its download into a store: decompressed, measured and hashed on the way.
 *
 * @param path the path that the command asked for
 * @throws BrokenGzip where the content only looked like gzip; DownloadFailed; DefenderError; Cancelled
 */
export async function storeCollectedFile(
	download: Download,
	options: { decompress: boolean; maxBytes: number; path?: string },
	store: StoreFile,
): Promise<StoredFile> {
	const source = download.bytes();
	const start = await readStart(source);
	const decompress = options.decompress && isGzip(start);
	if (decompress && (await saysTooLarge(download, options.maxBytes))) {
		await source.return(undefined);
		throw tooLarge(options.maxBytes);
	}
	const rawHash = createHash('sha256');
	const fileHash = createHash('sha256');
	let bytes = 0;
	let fileSize = 0;
	let thrown: { error: unknown } | undefined;

	async function* downloaded() {
		for await (const chunk of startingWith(start, source)) {
			bytes += chunk.length;
			rawHash.update(chunk);
			yield chunk;
		}
	}
	const measure = (piece: Uint8Array) => {
		fileSize += piece.length;
		if (fileSize > options.maxBytes) throw tooLarge(options.maxBytes);
		fileHash.update(piece);
	};
	async function* measured(): AsyncGenerator<Uint8Array> {
		if (decompress) return yield* gunzip(downloaded(), measure);
		for await (const chunk of downloaded()) {
			measure(chunk);
			yield chunk;
		}
	}
	const chunks = measured();
	// Begins while n8n makes room for the file. Whoever reads sees what goes wrong.
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

	const fileName = collectedFileName({
		contentDisposition: download.blob.contentDisposition,
		start,
		path: options.path,
		compressed: isGzip(start) && !decompress,
	});
	const mimeType = mimeTypeOf(fileName);
	try {
		await store(streamOf(watched(), download.blob.stream), fileName, mimeType);
	} catch (error) {
		// Lets the connection go when what is on its way has come.
		chunks.return(undefined).catch(() => undefined);
		throw thrown ? thrown.error : error;
	}
	return {
		file: { fileName, fileSize, mimeType, sha256: fileHash.digest('hex') },
		bytes,
		sha256: rawHash.digest('hex'),
	};
}
