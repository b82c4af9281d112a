import type { ByteStream } from './byteStream';
import { onAbort } from './clock';
import { limiter } from './limiter';

/** The longest answer of the API that is read, in bytes, counted after n8n has unpacked it where it came packed. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** The longest list that is read, all of its pages together, in bytes. n8n cannot store more than twice as much. */
export const MAX_LIST_BYTES = 4 * MAX_ANSWER_BYTES;

/** Answers longer than this, in bytes, are read and parsed two at a time in this process: more could fill its memory. */
const LARGE_ANSWER_BYTES = 1024 * 1024;
const limitLarge = limiter(2);

/** An answer that cannot be read to its end. `code` is what a broken connection has in Node.js. */
class UnreadableAnswer extends Error {
	constructor(readonly code: 'ECONNRESET' | 'ERR_ANSWER_TOO_LARGE') {
		super(code);
	}
}

/** By what was read. */
const lengths = new WeakMap<object, number>();

/** How long an answer was, in bytes, as it was read; 0 where that is not known. */
export function bytesOf(content: object): number {
	return lengths.get(content) ?? 0;
}

/** JSON as the service sends it; anything else is the text itself. */
function contentOf(bytes: Buffer): unknown {
	const text = bytes.toString('utf8');
	try {
		const content: unknown = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
		if (typeof content === 'object' && content !== null) lengths.set(content, bytes.length);
		return content;
	} catch {
		return text;
	}
}

/**
 * Reads an answer of the API, as far as `MAX_ANSWER_BYTES`. If it is not read to its end, the connection is closed.
 *
 * @param signal aborted when the answer is no longer needed
 * @returns its parsed JSON, or its text if it is not JSON
 * @throws UnreadableAnswer when the connection breaks, when it is too long, or with the signal
 */
export async function readAnswer(stream: ByteStream, signal?: AbortSignal): Promise<unknown> {
	// The reader gets errors; errors of a closed connection are ignored.
	stream.on('error', () => undefined);
	const forget = onAbort(signal, () => stream.destroy());
	const chunks = stream[Symbol.asyncIterator]();
	const parts: Uint8Array[] = [];
	let length = 0;
	/** Reads on, and gives the content; undefined where there is more than `maxBytes` of it. */
	const readTo = async (maxBytes: number): Promise<{ content: unknown } | undefined> => {
		while (length <= maxBytes) {
			const next = await chunks.next();
			if (next.done) return { content: contentOf(Buffer.concat(parts, length)) };
			parts.push(next.value);
			length += next.value.length;
		}
		return undefined;
	};
	const read = async () => {
		const whole = (await readTo(LARGE_ANSWER_BYTES)) ?? (await limitLarge(async () => await readTo(MAX_ANSWER_BYTES)));
		if (whole) return whole.content;
		throw new UnreadableAnswer('ERR_ANSWER_TOO_LARGE');
	};
	return await read()
		.catch((error: unknown) => {
			throw error instanceof UnreadableAnswer ? error : new UnreadableAnswer('ECONNRESET');
		})
		.finally(() => {
			forget();
			stream.destroy();
		});
}
