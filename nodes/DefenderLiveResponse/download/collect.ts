import { tooLarge } from './download';
import { BrokenGzip, gunzip, isGzip } from './gzip';
import type { MakeRoom } from './room';

/** Bytes that come in pieces, put together. */
export async function collect(chunks: AsyncIterable<Uint8Array>, maxBytes: number, makeRoom: MakeRoom): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of chunks) {
		length += chunk.length;
		if (length > maxBytes) throw tooLarge(maxBytes);
		await makeRoom(length);
		parts.push(chunk);
	}
	return Buffer.concat(parts, length);
}

/** Decompresses what is gzip; what only begins like it stays as it is. */
export async function decompressGzip(bytes: Buffer, maxBytes: number, makeRoom: MakeRoom): Promise<Buffer> {
	if (!isGzip(bytes)) return bytes;
	async function* whole() {
		yield bytes;
	}
	return await collect(gunzip(whole()), maxBytes, makeRoom).catch((error: unknown) => {
		if (error instanceof BrokenGzip) return bytes;
		throw error;
	});
}
