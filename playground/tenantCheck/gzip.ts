/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { gunzipSync } from 'node:zlib';

const NAME_FLAG = 8;
const EXTRA_FLAG = 4;
const HEADER_LENGTH = 10;

/** What is in a gzip file; undefined where it is not one. Own files have a few bytes. */
export function gunzip(bytes: Buffer): Buffer | undefined {
	try {
		return gunzipSync(bytes, { maxOutputLength: 1024 * 1024 });
	} catch {
		return undefined;
	}
}

/** The name in the header of a gzip file. */
export function gzipName(bytes: Buffer): string | undefined {
	if (bytes.length < HEADER_LENGTH || (bytes[3] & NAME_FLAG) === 0) return undefined;
	const start = HEADER_LENGTH + ((bytes[3] & EXTRA_FLAG) === 0 ? 0 : 2 + bytes.readUInt16LE(HEADER_LENGTH));
	const end = bytes.indexOf(0, start);
	return end < 0 ? undefined : bytes.toString('utf8', start, end);
}
