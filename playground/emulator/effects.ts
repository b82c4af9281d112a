import type { Bytes } from './behaviours';

/** An answer in place of the right one. The request has no effect, unless `tookEffect` says that it had, and only the answer is wrong. */
export type ReplacingEffect = { tookEffect?: boolean } &
	/**
	 * Any status from 100 to 999. One from 100 to 199 announces another answer in HTTP: it is sent, and then the connection ends
	 * without one. 204 and 304 have no body.
	 */
	(| { kind: 'status'; status: number; headers?: Record<string, string>; body?: unknown; contentType?: string }
		/** A 429 as the service sends it. `retryAfter`: its header in seconds (default `seconds`, which is 1), as a date, or none. */
		| { kind: 'rateLimit'; retryAfter?: number | 'date' | 'none'; seconds?: number }
		| { kind: 'redirect'; location: string; status?: number }
		/** 404; with `ms` for that time (emulator's clock) after the action was created, for any number of requests. */
		| { kind: 'notFound'; ms?: number }
		/** Status 200 with this body; a string or Buffer is sent as it is, anything else as JSON. */
		| { kind: 'badBody'; body: unknown }
		/** Sends exactly these bytes, e.g. half of a status line, and then ends the connection. */
		| { kind: 'raw'; bytes: Bytes }
		/** A 200 whose body never ends: `start`, then `piece` again and again, as fast as the client reads or every `everyMs`. */
		| { kind: 'endless'; start?: string; piece?: string; everyMs?: number; contentType?: string }
	);

/** An answer that is completely in memory. */
export interface WholeAnswer {
	status: number;
	headers: Record<string, string>;
	body: Buffer;
}

/** The right answer, changed. */
export type ChangingEffect =
	/** On `link`: the link that is issued has already expired. On `blob` and `package`: the link counts as expired. */
	| { kind: 'expired' }
	| { kind: 'wrongMd5' }
	/** Headers that are added or replaced. */
	| { kind: 'headers'; headers: Record<string, string> }
	/** Packed, although the client may have asked for `identity`; filled up with blanks to `padTo` bytes before. */
	| { kind: 'encoded'; encoding?: 'gzip' | 'deflate' | 'br'; padTo?: number }
	/** A function that changes it; not available over the control interface, which uses JSON. */
	| { kind: 'rewritten'; by(answer: WholeAnswer): WholeAnswer }
	/** The address of the list's next page; default: the one that was called, so that the list never ends. */
	| { kind: 'nextLink'; location?: string };

/** The answer, badly delivered. Times are real, not the emulator's. */
export type DeliveryEffect =
	/** Connection destroyed: before the request took effect, after it did but before the reply, or in the middle of the body. */
	| { kind: 'reset'; phase: 'beforeHeaders' | 'duringBody' | 'afterProcessing'; afterBytes?: number }
	/** Headers and `afterBytes` bytes (0), then nothing until the client leaves. */
	| { kind: 'stall'; afterBytes?: number }
	| { kind: 'slow'; bytesPerSecond: number }
	/** The number of bytes sent at a time (1), and the ms between them. */
	| { kind: 'drip'; everyMs: number; bytes?: number }
	/** Content cut off: Content-Length of the whole (`full`), of what is sent (`short`), or none (`chunked`). */
	| { kind: 'truncate'; bytes: number; claim: 'full' | 'short' | 'chunked' };

export type Effect =
	/** Waits this number of real milliseconds, then continues (other faults included). */
	{ kind: 'delay'; ms: number } | ReplacingEffect | ChangingEffect | DeliveryEffect;
