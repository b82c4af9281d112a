import type { IHttpRequestOptions } from 'n8n-workflow';
import type { ByteStream } from '../service/byteStream';
import { readFailure } from '../service/failure';
import { obstacleOf } from '../service/obstacle';
import { isTransient, retryAfterMs } from '../service/retry';
import { onAbort, throwIfCancelled } from '../service/clock';
import type { Session } from '../service/session';

/** Longest silence of the storage, before or within a file, in ms. */
export const STORAGE_TIMEOUT_MS = 60_000;

/** A file in the storage, from some byte on. */
export interface Blob {
	stream: ByteStream;
	/** Lets the connection go. */
	close(): void;
	/** Length of the whole file in bytes, where the storage tells. */
	totalBytes?: number;
	/** Base64 MD5 of the whole file, where the storage tells. */
	md5?: string;
	/** Names this version of the file. */
	etag?: string;
	contentType?: string;
	contentDisposition?: string;
}

/** Why a link gave no file. */
export type StorageRefusal =
	/** The link is over or was not accepted; a new one may be. */
	| { reason: 'linkRefused'; text: string }
	/** There is no such file. */
	| { reason: 'gone'; text: string }
	/** The file is another one than the part that was read before. */
	| { reason: 'changed'; text: string }
	/** A transient state of network or storage. */
	| { reason: 'transient'; text: string; retryAfterMs?: number }
	/** Anything else. */
	| { reason: 'refused'; text: string };

type Headers = Record<string, unknown>;

function header(headers: Headers, name: string): string | undefined {
	const value = headers[name];
	return value === undefined || value === null ? undefined : String(value);
}

/** Length of the whole file: `bytes 5-9/10` for a part, else the content's length. */
function totalBytes(headers: Headers): number | undefined {
	const total = /\/(\d+)$/.exec(header(headers, 'content-range') ?? '')?.[1];
	const length = total ?? header(headers, 'content-length');
	return length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined;
}

function toRefusal(error: unknown, { clock, secrets }: Session): StorageRefusal {
	const failure = readFailure(error, secrets);
	if (failure.kind !== 'refused') {
		const code = failure.code ?? 'UNKNOWN';
		const obstacle = obstacleOf(code);
		const text = obstacle ? `${obstacle.happened('the storage')}. ${obstacle.advice} (${code})` : `The storage could not be reached (${code})`;
		return { reason: isTransient(failure) ? 'transient' : 'refused', text };
	}
	const text = `The storage answered ${failure.status}${failure.code ? ` (${failure.code})` : ''}`;
	if (isTransient(failure)) {
		return { reason: 'transient', text, retryAfterMs: retryAfterMs(failure.retryAfter, clock.now()) };
	}
	if (failure.status === 401 || failure.status === 403) return { reason: 'linkRefused', text };
	if (failure.status === 404) return { reason: 'gone', text };
	if (failure.status === 412 || failure.status === 416) return { reason: 'changed', text };
	return { reason: 'refused', text };
}

interface Destroyable {
	destroy?(): void;
}

/** An answer with an error status comes with a body that nobody reads; its connection is let go. */
function discardBody(error: unknown): void {
	const { request, response } = (error ?? {}) as { request?: Destroyable; response?: { data?: Destroyable } };
	response?.data?.destroy?.();
	// n8n wraps a body in a stream that lets nothing go before its first part was read.
	request?.destroy?.();
}

/**
 * Opens a file of the storage by its link, without any credential, following nothing.
 *
 * @param url a link that has passed the link check, exactly as the service wrote it
 * @param from first byte wanted
 * @param etag version that bytes before `from` came from
 * @returns the file, or why there is none; never throws but Cancelled, since errors of the helper carry the link
 */
export async function openBlob(
	session: Session,
	url: string,
	from: number,
	etag: string | undefined,
): Promise<Blob | StorageRefusal> {
	// Not compressed on the way: length and checksum are those of the file.
	const headers: Record<string, string> = { 'Accept-Encoding': 'identity' };
	if (from > 0) headers.Range = `bytes=${from}-`;
	if (from > 0 && etag) headers['If-Match'] = etag;
	throwIfCancelled(session.signal);
	const controller = new AbortController();
	const forget = onAbort(session.signal, () => controller.abort());
	const options: IHttpRequestOptions = {
		method: 'GET',
		url,
		headers,
		encoding: 'stream',
		returnFullResponse: true,
		timeout: STORAGE_TIMEOUT_MS,
		disableFollowRedirect: true,
		sendCredentialsOnCrossOriginRedirect: false,
		abortSignal: controller.signal,
	};
	session.stats.apiCalls++;
	try {
		const response = await session.transport.unsigned(options);
		const stream = response.body as unknown as ByteStream;
		// Whoever reads sees errors; those of a connection that was let go are nobody's.
		stream.on('error', () => undefined);
		const close = () => {
			forget();
			stream.destroy();
			// Some versions of n8n wrap the answer in a stream that waits for its next part before it closes.
			controller.abort();
		};
		if (from > 0 && response.statusCode !== 206) {
			close();
			return { reason: 'changed', text: 'The storage does not continue where the connection was lost' };
		}
		return {
			stream,
			close,
			totalBytes: totalBytes(response.headers),
			md5: header(response.headers, from > 0 ? 'x-ms-blob-content-md5' : 'content-md5'),
			etag: header(response.headers, 'etag'),
			contentType: header(response.headers, 'content-type'),
			contentDisposition: header(response.headers, 'content-disposition'),
		};
	} catch (error) {
		forget();
		throwIfCancelled(session.signal);
		discardBody(error);
		return toRefusal(error, session);
	}
}
