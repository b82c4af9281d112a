/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { IHttpRequestOptions } from 'n8n-workflow';
import type { Call } from '../service/fakeSession';
import { fakeSession } from '../service/fakeSession';

export const LINK = 'https://results.blob.core.windows.net/c/output?se=2026-01-13T09%3A30%3A00Z&sig=first';
export const NEXT_LINK = 'https://results.blob.core.windows.net/c/output?se=2026-01-13T10%3A00%3A00Z&sig=second';

/** A request as it reached the fake storage. */
export interface BlobRequest {
	/** When, in ms of the clock. */
	at: number;
	url: string;
	/** First byte wanted. */
	from: number;
	/** Last byte wanted; Infinity for all to the end. */
	to: number;
	headers: Record<string, string>;
	options: IHttpRequestOptions;
}

export interface BlobAnswer {
	status: number;
	headers: Record<string, string>;
	stream: Readable;
}

/** What comes after the last chunk. */
type Ending = 'end' | 'break' | 'silence';

/** A connection that gives out chunks and then ends, breaks or says nothing more. */
export function streamOf(chunks: Uint8Array[], ending: Ending = 'end'): Readable {
	async function* parts() {
		yield* chunks;
		if (ending === 'break') throw new Error('socket hang up');
		if (ending === 'silence') await new Promise(() => undefined);
	}
	return Readable.from(parts(), { objectMode: false });
}

export const md5Of = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64');
export const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/**
 * What Microsoft's storage answers for a file.
 *
 * @param headers that differ; undefined ones are left out
 * @param until where the connection ends, breaks or falls silent
 */
export function serve(
	content: Uint8Array,
	{ from, to = Infinity }: Pick<BlobRequest, 'from'> & Partial<BlobRequest>,
	{
		headers = {},
		until = content.length,
		ending = 'end',
	}: { headers?: Record<string, string | undefined>; until?: number; ending?: Ending } = {},
): BlobAnswer {
	const part = from > 0 || to < Infinity;
	const end = Math.min(content.length, to + 1);
	const all: Record<string, string | undefined> = {
		'content-length': String(end - from),
		'content-range': part ? `bytes ${from}-${end - 1}/${content.length}` : undefined,
		[part ? 'x-ms-blob-content-md5' : 'content-md5']: md5Of(content),
		etag: '"0x8D9"',
		'content-type': 'application/octet-stream',
		...headers,
	};
	const known = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
	const sent = content.subarray(from, Math.max(from, Math.min(end, until)));
	const middle = Math.ceil(sent.length / 2);
	return {
		status: part ? 206 : 200,
		headers: Object.fromEntries(known),
		stream: streamOf(sent.length > 1 ? [sent.subarray(0, middle), sent.subarray(middle)] : [sent], ending),
	};
}

/**
 * A session whose service gives links and whose storage gives the configured answers.
 *
 * @param answer gets the request and how many there were before; may throw
 * @param link the service's answers to calls
 */
export function fakeStorage(
	answer: (request: BlobRequest, before: number) => BlobAnswer,
	link: (call: Call, before: number) => unknown = () => ({ value: NEXT_LINK }),
	signal?: AbortSignal,
) {
	let asked = 0;
	const fake = fakeSession((call) => link(call, asked++), signal);
	const requests: BlobRequest[] = [];
	const streams: Readable[] = [];
	fake.session.transport.unsigned = async (options) => {
		const headers = options.headers as Record<string, string>;
		const [, from = 0, to = Infinity] = (/^bytes=(\d+)-(\d+)?$/.exec(headers.Range ?? '') ?? []).map(Number);
		const request = { at: fake.clock.now(), url: options.url, from, to: Number.isNaN(to) ? Infinity : to, headers, options };
		requests.push(request);
		const { status, headers: answered, stream } = answer(request, requests.length - 1);
		streams.push(stream);
		return await Promise.resolve({ body: stream as unknown as object, headers: answered, statusCode: status });
	};
	return { ...fake, requests, streams };
}

export async function all(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const chunk of chunks) parts.push(chunk);
	return Buffer.concat(parts);
}
