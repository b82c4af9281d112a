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

/** The bytes of a stream, read on until it ends or there are more than `maxBytes`. */
class Collector {
	private readonly parts: Uint8Array[] = [];

	private length = 0;

	private ended = false;

	private readonly chunks: AsyncIterator<Uint8Array>;

	constructor(stream: ByteStream) {
		this.chunks = stream[Symbol.asyncIterator]();
	}

	/** @returns whether the stream has ended by then */
	async readTo(maxBytes: number): Promise<boolean> {
		while (!this.ended && this.length <= maxBytes) {
			const next = await this.chunks.next();
			if (next.done) this.ended = true;
			else {
				this.parts.push(next.value);
				this.length += next.value.length;
			}
		}
		return this.length <= maxBytes;
	}

	content(): unknown {
		const content = parsed(Buffer.concat(this.parts, this.length).toString('utf8'));
		if (typeof content === 'object' && content !== null) lengths.set(content, this.length);
		return content;
	}
}

/** By what was read. */
const lengths = new WeakMap<object, number>();

/** How long an answer was, in bytes, as it was read; 0 where that is not known. */
export function bytesOf(content: object): number {
	return lengths.get(content) ?? 0;
}

/** JSON as the service sends it; anything else is the text itself. */
function parsed(text: string): unknown {
	try {
		return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
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
	const collector = new Collector(stream);
	const rest = async () => {
		if (await collector.readTo(MAX_ANSWER_BYTES)) return collector.content();
		throw new UnreadableAnswer('ERR_ANSWER_TOO_LARGE');
	};
	const read = async () => {
		const isSmall = await collector.readTo(LARGE_ANSWER_BYTES);
		return isSmall ? collector.content() : await limitLarge(rest);
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
