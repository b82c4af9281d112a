/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Result } from './behaviours';
import { digest, type Content } from './content';
import { sevenDigits } from './dates';
import { checkLink } from './links';
import { contentReply, isOutside, readRange } from './ranges';
import { textReply, type Reply } from './reply';

const LARGEST_RANGE_WITH_MD5 = 4 * 1024 * 1024;
const digests = new WeakMap<Content, Promise<Buffer>>();

export interface Blob {
	path: string;
	result: Result;
	writtenAt: number;
}
export interface BlobRequest {
	/** Path and query exactly as received. */
	url: string;
	headers: IncomingHttpHeaders;
	blob: Blob | undefined;
	now: number;
	/** Fault: the link counts as expired. */
	expired: boolean;
	/** Fault: every MD5 sent is a wrong one. */
	wrongMd5: boolean;
}

/** Get Blob with a link, as Azure Storage answers it (sections 8.3 and 8.4). */
export async function getBlob({ url, headers, blob, now, expired, wrongMd5 }: BlobRequest): Promise<Reply> {
	const fail = (status: number, code: string, message: string, detail?: string) => storageError(status, code, message, now, detail);
	if (headers.authorization !== undefined) {
		return fail(
			400,
			'InvalidAuthenticationInfo',
			'Authentication information is not given in the correct format. Check the value of Authorization header.',
		);
	}
	const link = checkLink(url);
	const refused =
		'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.';
	if (!link.signed)
		return fail(
			403,
			'AuthenticationFailed',
			refused,
			`Signature did not match. String to sign used was ${escapeXml(url.split('&sig=')[0])}`,
		);
	if (expired || now >= link.expiry) {
		const [start, expiry, current] = [link.start, Math.min(link.expiry, now), now].map((ms) => new Date(ms).toUTCString());
		return fail(
			403,
			'AuthenticationFailed',
			refused,
			`Signature not valid in the specified time frame: Start [${start}] - Expiry [${expiry}] - Current [${current}]`,
		);
	}
	if (!blob) return blobNotFound(now);

	const { content } = blob.result;
	const etag = `"0x8D${createHash('sha1').update(blob.path).digest('hex').slice(0, 13).toUpperCase()}"`;
	const wanted = headers['if-match'];
	if (wanted !== undefined && wanted !== '*' && wanted !== etag) {
		return fail(412, 'ConditionNotMet', 'The condition specified using HTTP conditional header(s) is not met.');
	}
	// x-ms-range wins over Range.
	const range = readRange(headers['x-ms-range']?.toString() ?? headers.range, content.size);
	if (range && isOutside(range, content.size)) {
		const reply = fail(416, 'InvalidRange', 'The range specified is invalid for the current size of the resource.');
		reply.headers['Content-Range'] = `bytes */${content.size}`;
		return reply;
	}
	const md5: Record<string, string> = {};
	const base64 = (bytes: Buffer) => (wrongMd5 ? createHash('md5').update(bytes).digest() : bytes).toString('base64');
	if (blob.result.md5) md5[range ? 'x-ms-blob-content-md5' : 'Content-MD5'] = base64(await wholeMd5(content));
	if (range && headers['x-ms-range-get-content-md5'] === 'true') {
		if (range.end - range.start > LARGEST_RANGE_WITH_MD5)
			return fail(400, 'InvalidHeaderValue', 'The value for one of the HTTP headers is not in the correct format.');
		md5['Content-MD5'] = base64(await digest(content, 'md5', range.start, range.end));
	}
	return contentReply(content, range, {
		'Content-Type': blob.result.contentType,
		...(blob.result.contentEncoding !== undefined && { 'Content-Encoding': blob.result.contentEncoding }),
		...(link.disposition !== undefined && { 'Content-Disposition': link.disposition }),
		...md5,
		'Accept-Ranges': 'bytes',
		ETag: etag,
		'Last-Modified': new Date(blob.writtenAt).toUTCString(),
		'x-ms-blob-type': 'BlockBlob',
		'x-ms-request-id': randomUUID(),
		'x-ms-version': '2020-06-12',
	});
}

export function blobNotFound(now: number): Reply {
	return storageError(404, 'BlobNotFound', 'The specified blob does not exist.', now);
}

function wholeMd5(content: Content): Promise<Buffer> {
	const known = digests.get(content) ?? digest(content, 'md5');
	digests.set(content, known);
	return known;
}

/** An error of the storage: XML, with a BOM before it, and its code in a header too. */
function storageError(status: number, code: string, message: string, now: number, detail?: string): Reply {
	const requestId = randomUUID();
	const more = detail === undefined ? '' : `<AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail>`;
	const xml = `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}\nRequestId:${requestId}\nTime:${sevenDigits(now)}</Message>${more}</Error>`;
	return textReply(status, 'application/xml', xml, { 'x-ms-error-code': code, 'x-ms-request-id': requestId, 'x-ms-version': '2020-06-12' });
}

function escapeXml(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
