/* eslint-disable @n8n/community-nodes/no-restricted-imports -- a tool for developers */
import { createHash } from 'node:crypto';
import { createGzip } from 'node:zlib';

/** A file and what it is packed. */
export interface GzippedFile {
	bytes: number;
	gzipped: Buffer;
	/** Of the file, hexadecimal. */
	sha256: string;
}

/** What logs look like: words that come again and numbers that do not. gzip makes about a fifth of it. */
function logLines(bytes: number): Buffer {
	const words = [
		'process',
		'started',
		'by',
		'NT AUTHORITY\\SYSTEM',
		'C:\\Windows\\System32\\svchost.exe',
		'connected',
		'to',
		'port',
		'registry',
		'key',
		'set',
	];
	const lines: string[] = [];
	let length = 0;
	// The same numbers every time (Numerical Recipes' generator).
	let x = 4711;
	const next = () => (x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0);
	while (length < bytes) {
		const text = Array.from({ length: 12 }, () => words[next() % words.length]).join(' ');
		const line = `2026-11-23T10:${next() % 60}:${next() % 60}.${next() % 1000}Z ${next().toString(16)} ${text}\n`;
		lines.push(line);
		length += line.length;
	}
	return Buffer.from(lines.join('')).subarray(0, bytes);
}

/** A log of this size in bytes: 10 MB that are repeated, too far apart for gzip to notice. */
export async function gzippedLog(bytes: number): Promise<GzippedFile> {
	const block = logLines(Math.min(bytes, 10 * 1024 * 1024));
	const hash = createHash('sha256');
	const gzip = createGzip();
	const packed: Buffer[] = [];
	gzip.on('data', (chunk: Buffer) => packed.push(chunk));
	const ended = new Promise((resolve, reject) => gzip.once('end', resolve).once('error', reject));
	for (let left = bytes; left > 0; left -= block.length) {
		const piece = block.subarray(0, left);
		hash.update(piece);
		if (!gzip.write(piece)) await new Promise((resolve) => gzip.once('drain', resolve));
	}
	gzip.end();
	await ended;
	return { bytes, gzipped: Buffer.concat(packed), sha256: hash.digest('hex') };
}
