import type { IHttpRequestOptions } from 'n8n-workflow';
import type { ByteStream } from '../service/byteStream';
import { readFailure } from '../service/failure';
import { obstacleOf } from '../service/obstacle';
import { isTransient, retryAfterMs } from '../service/retry';
import { onAbort, OVER, throwIfCancelled } from '../service/clock';
import { tryMs } from '../service/send';
import type { Session } from '../service/session';
import { serviceNow } from '../service/session';
import { inTime } from '../service/silence';
import { addressOf } from './address';

/** Longest silence of the storage, before or within a file, in ms. */
export const STORAGE_TIMEOUT_MS = 60_000;

/** A file in the storage, from some byte on. */
export interface Blob {
	stream: ByteStream;
	close(): void;
	/** Length of the whole file in bytes, if the storage says it. */
	totalBytes?: number;
	/** Base64 MD5 of the whole file, if the storage says it. */
	md5?: string;
	/** Names this version of the file, byte for byte. */
	etag?: string;
	contentType?: string;
	contentDisposition?: string;
}

/** Why a link gave no file. */
export type StorageRefusal =
	/** The link has expired or was not accepted; a new one may work. */
	| { reason: 'linkRefused'; text: string }
	| { reason: 'gone'; text: string }
	/** The file is another one than the part that was read before. */
	| { reason: 'changed'; text: string }
	/** A transient state of network or storage. */
	| { reason: 'transient'; text: string; retryAfterMs?: number }
	| { reason: 'refused'; text: string };

type Headers = Record<string, { toString(): string } | null | undefined>;

function header(headers: Headers, name: string): string | undefined {
	return headers[name]?.toString();
}

/** The part of a file that an answer says it is: `bytes 5-9/10`, the length perhaps unknown (`*`). */
function rangeOf(headers: Headers): { from: number; total?: number } | undefined {
	const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header(headers, 'content-range') ?? '');
	return range ? { from: Number(range[1]), total: range[2] === '*' ? undefined : Number(range[2]) } : undefined;
}

function contentLength(headers: Headers): number | undefined {
	const length = header(headers, 'content-length') ?? '';
	return /^\d+$/.test(length) ? Number(length) : undefined;
}

/** The version that an answer is of. A weak one (RFC 9110, 8.8.1) may also identify other bytes, and an empty one any. */
function etagOf(headers: Headers): string | undefined {
	const etag = header(headers, 'etag')?.trim() ?? '';
	return /^(?:W\/.*|"?"?|\*)$/i.test(etag) ? undefined : etag;
}

function toRefusal(error: unknown, session: Session): StorageRefusal {
	const failure = readFailure(error, session.secrets);
	if (failure.kind !== 'refused') {
		const code = failure.code ?? 'UNKNOWN';
		const obstacle = obstacleOf(code);
		const text = obstacle
			? `${obstacle.happened('the storage')}. ${obstacle.advice} (${code})`
			: `The storage could not be reached (${code})`;
		return { reason: isTransient(failure) ? 'transient' : 'refused', text };
	}
	const text = `The storage answered ${failure.status}${failure.code ? ` (${failure.code})` : ''}`;
	if (isTransient(failure)) {
		return { reason: 'transient', text, retryAfterMs: retryAfterMs(failure.retryAfter, serviceNow(session)) };
	}
	if (failure.status === 401 || failure.status === 403) return { reason: 'linkRefused', text };
	if (failure.status === 404) return { reason: 'gone', text };
	if (failure.status === 412 || failure.status === 416) return { reason: 'changed', text };
	return { reason: 'refused', text };
}

/** The body of an answer with an error status is not read; its connection is closed. */
function discardBody(error: unknown): void {
	const { request, response } = (error ?? {}) as { request?: Partial<ByteStream>; response?: { data?: Partial<ByteStream> } };
	response?.data?.destroy?.();
	// n8n wraps a body in a stream that cannot be closed before its first part was read.
	request?.destroy?.();
}

/** What is wanted of a file. */
export interface BlobRange {
	from: number;
	/** How many bytes; undefined for all to the end. */
	length?: number;
	/** The file that it has to be a part of, as far as that is known. */
	of?: Pick<Blob, 'etag' | 'totalBytes'>;
}

/** Whether an answer is of another file, or of another version of it. */
function isOtherFile(blob: Blob, of: BlobRange['of']): boolean {
	const differs = (known: unknown, shown: unknown) => known !== undefined && known !== shown;
	return of !== undefined && (differs(of.etag, blob.etag) || differs(of.totalBytes, blob.totalBytes));
}

function headersFor({ from, length, of }: BlobRange): Record<string, string> {
	// Not compressed on the way: length and checksum are those of the file.
	const headers: Record<string, string> = { 'Accept-Encoding': 'identity' };
	if (from > 0 || length !== undefined) headers.Range = `bytes=${from}-${length === undefined ? '' : from + length - 1}`;
	if (of?.etag) headers['If-Match'] = of.etag;
	return headers;
}

/**
 * Opens a file of the storage by its link, without any credential, following nothing.
 *
 * @param url a link that has passed the link check, exactly as the service wrote it
 * @returns the file, or why there is none; never throws but Cancelled, since errors of the helper carry the link
 */
export async function openBlob(session: Session, url: string, wanted: BlobRange): Promise<Blob | StorageRefusal> {
	const headers = headersFor(wanted);
	throwIfCancelled(session.signal);
	const controller = new AbortController();
	const forget = onAbort(session.signal, () => controller.abort());
	const options: IHttpRequestOptions = {
		method: 'GET',
		...addressOf(url),
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
		const { clock, deadline, signal, transport } = session;
		const response = await inTime(transport.unsigned(options), clock, tryMs(deadline.leftMs()), signal, () => controller.abort());
		const stream = response.body as unknown as ByteStream;
		// The reader gets errors; errors of a closed connection are ignored.
		stream.on('error', () => undefined);
		const close = () => {
			forget();
			stream.destroy();
			// Some versions of n8n wrap the answer in a stream that waits for its next part before it closes.
			controller.abort(OVER);
		};
		const isPart = response.statusCode === 206;
		if (!isPart && response.statusCode !== 200) {
			close();
			// A server in between made it up: the storage has no other successful answer.
			return { reason: 'transient', text: `The storage answered ${response.statusCode}` };
		}
		const range = isPart ? rangeOf(response.headers) : undefined;
		const blob: Blob = {
			stream,
			close,
			totalBytes: isPart ? range?.total : contentLength(response.headers),
			md5: header(response.headers, isPart ? 'x-ms-blob-content-md5' : 'content-md5'),
			etag: etagOf(response.headers),
			contentType: header(response.headers, 'content-type'),
			contentDisposition: header(response.headers, 'content-disposition'),
		};
		const isWanted = isPart ? range?.from === wanted.from : headers.Range === undefined;
		if (isWanted && !isOtherFile(blob, wanted.of)) return blob;
		close();
		return { reason: 'changed', text: 'The storage answered with another part than was asked for, or of another file' };
	} catch (error) {
		forget();
		throwIfCancelled(session.signal);
		discardBody(error);
		return toRefusal(error, session);
	}
}
