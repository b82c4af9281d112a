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
		/** 404; with `ms` until so long (emulator's clock) after the action was made, however many requests. */
		| { kind: 'notFound'; ms?: number }
		/** Status 200 with this body; a string or Buffer is sent as it is, anything else as JSON. */
		| { kind: 'badBody'; body: unknown }
		/** Exactly these bytes on the wire, e.g. half of a status line, and then the end of the connection. */
		| { kind: 'raw'; bytes: Bytes }
		/** A 200 whose body never ends: `start`, then `piece` again and again, as fast as the client reads or every `everyMs`. */
		| { kind: 'endless'; start?: string; piece?: string; everyMs?: number; contentType?: string }
	);

/** An answer of which all is in memory. */
export interface WholeAnswer {
	status: number;
	headers: Record<string, string>;
	body: Buffer;
}

/** The right answer, changed. */
export type ChangingEffect =
	/** On `link`: the link handed out is past its life already. On `blob` and `package`: the link is found to be. */
	| { kind: 'expired' }
	| { kind: 'wrongMd5' }
	/** Headers that are added or replaced. */
	| { kind: 'headers'; headers: Record<string, string> }
	/** Packed, although the client may have asked for `identity`; filled up with blanks to `padTo` bytes before. */
	| { kind: 'encoded'; encoding?: 'gzip' | 'deflate' | 'br'; padTo?: number }
	/** What a function makes of it; the control interface, which speaks JSON, has none. */
	| { kind: 'rewritten'; by(answer: WholeAnswer): WholeAnswer }
	/** A list goes on behind this address; default: the one that was called, so that the list never ends. */
	| { kind: 'nextLink'; location?: string };

/** The answer, badly delivered. Times are real, not the emulator's. */
export type DeliveryEffect =
	/** Connection destroyed: before the request took effect, after it did but before the reply, or in the middle of the body. */
	| { kind: 'reset'; phase: 'beforeHeaders' | 'duringBody' | 'afterProcessing'; afterBytes?: number }
	/** Headers and `afterBytes` bytes (0), then nothing until the client leaves. */
	| { kind: 'stall'; afterBytes?: number }
	| { kind: 'slow'; bytesPerSecond: number }
	/** So many bytes (1) at a time, so many ms apart. */
	| { kind: 'drip'; everyMs: number; bytes?: number }
	/** Content cut off: Content-Length of the whole (`full`), of what is sent (`short`), or none (`chunked`). */
	| { kind: 'truncate'; bytes: number; claim: 'full' | 'short' | 'chunked' };

export type Effect =
	/** Waits so many real milliseconds, then goes on (other faults included). */
	{ kind: 'delay'; ms: number } | ReplacingEffect | ChangingEffect | DeliveryEffect;
