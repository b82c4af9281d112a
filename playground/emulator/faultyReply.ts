/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { toBuffer } from './behaviours';
import { bufferContent } from './content';
import type { Effect } from './effects';
import { apiError, jsonReply, textReply, tooManyRequests, type Reply } from './reply';
import type { Half } from './routes';
import { blobNotFound } from './storage';

const PACK = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

/** The answer that an effect puts in place of the right one, if it does. */
export function replacement(effect: Effect, half: Half, now: number): Reply | undefined {
	switch (effect.kind) {
		case 'status':
			return withHeaders(anyBody(effect.status, effect.body ?? '', effect.contentType), effect.headers);
		case 'rateLimit': {
			const { retryAfter, seconds = 1 } = effect;
			const header =
				retryAfter === 'none'
					? undefined
					: retryAfter === 'date'
						? new Date(now + seconds * 1000).toUTCString()
						: String(retryAfter ?? seconds);
			return tooManyRequests('API calls quota exceeded! maximum allowed 100 per 00:01:00', header);
		}
		case 'redirect':
			return textReply(effect.status ?? 302, 'text/html', '', { Location: effect.location });
		case 'notFound':
			return half === 'storage' ? blobNotFound(now) : apiError(404, 'ResourceNotFound', 'The resource was not found');
		case 'badBody':
			return anyBody(200, effect.body, undefined);
		case 'raw':
			return { status: 0, headers: {}, body: bufferContent(toBuffer(effect.bytes)) };
		case 'endless':
			return endless(effect);
		default:
			return undefined;
	}
}

/** The right answer as an effect changes it. */
export async function changed(reply: Reply, effect: Effect, called: { origin: string; url: string }): Promise<Reply> {
	switch (effect.kind) {
		case 'headers':
			return withHeaders(reply, effect.headers);
		case 'encoded': {
			const { encoding = 'gzip', padTo = 0 } = effect;
			const bytes = await wholeOf(reply);
			const padded = Buffer.concat([bytes, Buffer.alloc(Math.max(0, padTo - bytes.length), ' ')]);
			return withHeaders({ ...reply, body: bufferContent(PACK[encoding](padded)) }, { 'Content-Encoding': encoding });
		}
		case 'rewritten': {
			const { status, headers, body } = effect.by({ ...reply, body: await wholeOf(reply) });
			return { status, headers, body: bufferContent(body) };
		}
		case 'nextLink': {
			const list = JSON.parse((await wholeOf(reply)).toString()) as object;
			return jsonReply(reply.status, { ...list, '@odata.nextLink': effect.location ?? called.origin + called.url }, reply.headers);
		}
		default:
			return reply;
	}
}

function endless({
	start = '{"value":[',
	piece = '{"id":"0"},',
	contentType = 'application/json',
}: Extract<Effect, { kind: 'endless' }>): Reply {
	const [first, next] = [Buffer.from(start), Buffer.from(piece)];
	return {
		status: 200,
		headers: { 'Content-Type': contentType },
		body: {
			size: Infinity,
			*read() {
				yield first;
				for (;;) yield next;
			},
		},
	};
}

export async function wholeOf({ body }: Reply): Promise<Buffer> {
	const pieces: Buffer[] = [];
	for await (const piece of body.read(0, body.size)) pieces.push(piece);
	return Buffer.concat(pieces);
}

function anyBody(status: number, body: unknown, contentType: string | undefined): Reply {
	if (typeof body === 'string' || Buffer.isBuffer(body)) return textReply(status, contentType ?? 'application/json', body);
	return withHeaders(jsonReply(status, body), contentType === undefined ? {} : { 'Content-Type': contentType });
}

function withHeaders(reply: Reply, headers: Record<string, string> = {}): Reply {
	return { ...reply, headers: { ...reply.headers, ...headers } };
}
