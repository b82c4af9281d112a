import type { Failure } from './failure';
import { httpDate } from './httpDate';
import { BLOCKED_BY_N8N, obstacleOf } from './obstacle';

/** How often a read is repeated after a broken answer: a minute or two, so that a restart of the service is survived. */
export const MAX_REPEATS = 7;
const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;

/** The longest wait that `Retry-After` may ask for, in ms: the longest limit counts by the hour. */
const MAX_RETRY_AFTER_MS = 65 * 60_000;
/** The same after a broken answer, in ms: a service that is down does not know when it will be up again. */
const MAX_BROKEN_DELAY_MS = 2 * 60_000;

/** System calls that make a connection. Where one of them fails, nothing was sent. */
const CONNECT_SYSCALLS = new Set<string | undefined>(['connect', 'getaddrinfo']);

/** Statuses below 500 by which a gateway gives up on a request that it may have passed on. */
const TIMEOUT_STATUSES = new Set([408, 425, 499]);

/** What is so now is so in a second. Without a network's code something else went wrong. */
const NOT_TRANSIENT = /^(UNKNOWN|ERR_CANCELED|ERR_ANSWER_TOO_LARGE|ERR_INVALID_URL|ERR_BAD_.*|ERR_TLS_.*|EPROTO|EAUTH|ESTATUS)$/;

/**
 * Milliseconds that `Retry-After` asks for: seconds or a date (RFC 9110, 10.2.3), never below 0.
 * undefined where it cannot be read.
 */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
	const trimmed = value?.trim();
	if (!trimmed) return undefined;
	const isSeconds = /^\d+(\.\d+)?$/.test(trimmed);
	const ms = isSeconds ? Number(trimmed) * 1000 : httpDate(trimmed) - now;
	return Number.isFinite(ms) ? Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS) : undefined;
}

/**
 * Milliseconds before repeat number `repeat` (from 0): doubled each time, and the upper half by chance,
 * so that clients that failed together do not come back together.
 */
export function backoffMs(repeat: number, random: number): number {
	const full = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** repeat);
	return full / 2 + (full / 2) * random;
}

/** Whether the service refused a call for one of its limits. */
export function isThrottled(failure: Failure): failure is Extract<Failure, { kind: 'refused' }> & { status: 429 } {
	return failure.kind === 'refused' && failure.status === 429;
}

/** What is known when it is decided whether a call is made again. */
export interface Attempt {
	failure: Failure;
	/** How often the call was repeated so far after a broken answer. */
	repeats: number;
	/** How often it was refused for limits so far. */
	throttles: number;
	/** Whether the call may be sent again although it may have arrived. */
	repeatable: boolean;
	now: number;
	random: number;
}

/** Whether a failure passes by itself, so that a later try may succeed. */
export function isTransient(failure: Failure): boolean {
	if (failure.kind === 'unreadable' || (failure.kind === 'signIn' && failure.transient)) return true;
	if (failure.kind !== 'network' && failure.status !== undefined) {
		return failure.status === 429 || failure.status >= 500 || TIMEOUT_STATUSES.has(failure.status);
	}
	if (obstacleOf(failure.code)) return false;
	return !NOT_TRANSIENT.test(failure.code ?? 'UNKNOWN');
}

/**
 * Whether the request of a failed call may still have reached the service. It certainly did not where no
 * connection was made, and it did nothing where the API refused it in its own words: every other status may come from
 * something in between that had passed the request on.
 */
export function mayHaveArrived(failure: Failure): boolean {
	if (failure.kind === 'signIn') return false;
	if (failure.kind === 'network') return failure.code !== BLOCKED_BY_N8N && !CONNECT_SYSCALLS.has(failure.syscall);
	if (failure.kind === 'unreadable') return true;
	const { status, code } = failure;
	const isRefusal = status >= 400 && status < 500 && code !== undefined && !TIMEOUT_STATUSES.has(status);
	return status !== 429 && !isRefusal;
}

/**
 * How long to wait before the call is made again, in ms; undefined when it is not.
 * A call that is not repeatable is made again only when it certainly did not arrive.
 */
export function retryDelayMs({ failure, repeats, throttles, repeatable, now, random }: Attempt): number | undefined {
	if (!isTransient(failure)) return undefined;
	const requestedMs = failure.kind === 'refused' ? (retryAfterMs(failure.retryAfter, now) ?? 0) : 0;
	// A past date on our clock, or 0, does not permit repeated calls without a wait.
	if (isThrottled(failure)) return requestedMs >= FIRST_DELAY_MS ? requestedMs : backoffMs(throttles, random);
	if (repeats >= MAX_REPEATS) return undefined;
	if (!repeatable && mayHaveArrived(failure)) return undefined;
	return Math.max(Math.min(requestedMs, MAX_BROKEN_DELAY_MS), backoffMs(repeats, random));
}
