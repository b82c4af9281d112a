import type { IDataObject, IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';
import type { CallKind } from './calls';
import { onAbort, OVER } from './clock';
import type { Failure } from './failure';
import { httpDate } from './httpDate';
import { readFailure, readRefusal } from './failure';
import type { Session } from './session';
import { tryInTime } from './silence';
import { DAY_MS } from './time';

/** Longest silence of the API, in ms. Its answers are small, and a read is repeated. */
const API_TIMEOUT_MS = 60_000;

/** The same with the sign-in that may come first, for which n8n has no limit. */
const MAX_TRY_MS = 90_000;

/** The shortest time that a try gets where time is short, in ms. */
const MIN_TRY_MS = 10_000;

/** Clocks do not differ by more, in ms: a date that is further away was made up by something in between. */
const MAX_DIFFERENCE_MS = DAY_MS;

export interface ApiRequest {
	kind: CallKind;
	method: IHttpRequestMethods;
	/** Path and query below `/api`, already encoded. */
	path: string;
	body?: IDataObject | FormData;
	/** Called with the time of each try, in ms, before it leaves. */
	onSend?(at: number): void;
	/** Whether a failure is not to be got over by another try of this call. */
	isFinal?(failure: Failure): boolean;
}

/** The result of a request. */
export type Answer = { body: unknown; status: number; failure?: undefined } | { failure: Failure };

/**
 * How long one try may take, in ms: if there is little time, a second try must still be possible within it. A call that is
 * not repeated gets all of the time, since the result of an abandoned call would be unknown.
 */
export function tryMs(leftMs: number, repeatable = true): number {
	return Math.min(MAX_TRY_MS, leftMs, repeatable ? Math.max(MIN_TRY_MS, leftMs / 2) : leftMs);
}

/** A request as n8n's helper takes it. */
export function optionsFor({ cloud }: Session, { method, path, body }: ApiRequest): IHttpRequestOptions {
	return {
		method,
		url: `${cloud.apiBaseUrl}/api${path}`,
		body,
		json: true,
		timeout: API_TIMEOUT_MS,
		// The API never redirects. If a server in between does, the token must not be sent there.
		disableFollowRedirect: true,
		sendCredentialsOnCrossOriginRedirect: false,
	};
}

/**
 * Sends a request once. An abandoned request is closed.
 *
 * @param maxMs after which it is given up
 * @param signal with which it is given up
 */
export async function send(
	session: Session,
	options: IHttpRequestOptions,
	maxMs: number,
	signal: AbortSignal | undefined,
): Promise<Answer> {
	const { transport, clock, secrets } = session;
	const controller = new AbortController();
	const giveUp = () => controller.abort(OVER);
	// n8n ends a request with the execution, but knows nothing of a trigger's time or of other signals.
	const forget = onAbort(signal, giveUp);
	options.abortSignal = controller.signal;
	const answer = transport.signed(options).then(
		({ statusCode, headers, body }): Answer => {
			const aheadMs = httpDate(String(headers.date)) - clock.now();
			if (Math.abs(aheadMs) < MAX_DIFFERENCE_MS) session.serviceClock.aheadMs = aheadMs;
			const isSuccess = statusCode >= 200 && statusCode < 300;
			return isSuccess ? { body, status: statusCode } : { failure: readRefusal(statusCode, headers, body, secrets) };
		},
		(error: unknown): Answer => ({ failure: readFailure(error, secrets) }),
	);
	const inTime = await tryInTime(answer, clock, maxMs);
	forget();
	// Whatever of it is still on its way is not waited for.
	giveUp();
	return inTime ?? { failure: { kind: 'network', code: 'ETIMEDOUT' } };
}
