import type { IDataObject, IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';
import type { CallKind } from './calls';
import { abortable, onAbort, pause, throwIfCancelled } from './clock';
import { leave } from './delivery';
import type { Sent } from './errors';
import { describeFailure } from './errors';
import type { Failure } from './failure';
import { readFailure, readRefusal } from './failure';
import type { Limits } from './pacing';
import { pacerFor, SERVICE_LIMITS } from './pacing';
import { mayHaveArrived, retryDelayMs } from './retry';
import type { Session } from './session';
import { guardAgainstSilence } from './silence';

/** Longest silence of the API, in ms. Its answers are small, and a read is repeated. */
const API_TIMEOUT_MS = 60_000;

/** The same with the sign-in that may come first, for which n8n has no limit. */
const MAX_CALL_MS = 90_000;

/** Clocks do not differ by more, in ms: a date that is further away was made up by something in between. */
const MAX_DIFFERENCE_MS = 24 * 60 * 60_000;

export interface ApiRequest {
	kind: CallKind;
	method: IHttpRequestMethods;
	/** Path and query below `/api`, already encoded. */
	path: string;
	body?: IDataObject | FormData;
}

/** Refusals that a token with newer consent would meet as well. */
const NOT_ABOUT_CONSENT = new Set(['DisabledFeature', 'DisallowedOperation']);

function limitsFor({ resultLimits }: Session, { limitGroup }: CallKind): Limits {
	const limits = SERVICE_LIMITS[limitGroup];
	if (limitGroup === 'results') return resultLimits;
	if (limitGroup !== 'actions') return limits;
	// Who wants results without pacing does not want it for the looks at their actions either.
	return {
		perMinute: resultLimits.perMinute && limits.perMinute,
		perHour: resultLimits.perHour && limits.perHour,
	};
}

type Answer = { body: unknown; failure?: undefined } | { failure: Failure };

/** The request as n8n's helper takes it. */
function optionsFor({ cloud }: Session, { method, path, body }: ApiRequest): IHttpRequestOptions {
	return {
		method,
		url: `${cloud.apiBaseUrl}/api${path}`,
		body,
		json: true,
		timeout: API_TIMEOUT_MS,
		// The API never redirects. If something in between does, the token must not go along.
		disableFollowRedirect: true,
		sendCredentialsOnCrossOriginRedirect: false,
	};
}

async function send(session: Session, options: IHttpRequestOptions, signal: AbortSignal | undefined): Promise<Answer> {
	const { transport, clock, secrets } = session;
	const controller = new AbortController();
	const giveUp = () => controller.abort();
	// n8n ends a request with the execution, but knows nothing of a trigger's time or of other signals.
	const forget = onAbort(signal, giveUp);
	options.abortSignal = controller.signal;
	const answer = transport
		.signed(options)
		.then(
			({ statusCode, headers, body }): Answer => {
				const aheadMs = Date.parse(String(headers.date)) - clock.now();
				if (Math.abs(aheadMs) < MAX_DIFFERENCE_MS) session.serviceClock.aheadMs = aheadMs;
				const isSuccess = statusCode >= 200 && statusCode < 300;
				return isSuccess ? { body } : { failure: readRefusal(statusCode, headers, body, secrets) };
			},
			(error: unknown): Answer => ({ failure: readFailure(error, secrets) }),
		);
	const guard = guardAgainstSilence(clock, MAX_CALL_MS);
	const inTime = await guard.during(answer);
	guard.end();
	forget();
	// Whatever of it is still on its way is not waited for.
	giveUp();
	return inTime ?? { failure: { kind: 'network', code: 'ETIMEDOUT' } };
}

/**
 * The one way to the Defender API: paced, signed, repeated where that is safe, with errors that say what to do.
 *
 * @returns the parsed body
 * @throws DefenderError for a refusal, Cancelled when the execution is stopped
 */
export async function callApi(session: Session, request: ApiRequest): Promise<unknown> {
	const { kind } = request;
	const { clock, signal, stats } = session;
	const writes = request.method !== 'GET';
	// What a write that has left became is worth the wait, unless the user stops the execution.
	const signalOnceSent = writes ? (session.userSignal ?? signal) : signal;
	const pacer = pacerFor(session.application, kind.limitGroup);
	let hasNewerConsent = false;
	let repeats = 0;
	let throttles = 0;
	let sent: Sent = 'no';
	for (;;) {
		const turn = await pacer.take(session, limitsFor(session, kind));
		stats.throttledMs += turn.waitedMs;
		if (signal?.aborted) turn.done();
		throwIfCancelled(signal);
		stats.apiCalls++;
		const answered = writes ? leave(session.delivery, clock.now()) : undefined;
		const options = optionsFor(session, request);
		const sending = abortable(send(session, options, signalOnceSent), signalOnceSent).catch((error: unknown) => {
			turn.done();
			throw error;
		});
		const { failure, ...answer } = await sending;
		answered?.(!failure ? 'yes' : mayHaveArrived(failure) ? 'maybe' : 'no');
		const isThrottled = failure?.kind === 'refused' && failure.status === 429;
		if (!isThrottled) turn.done();
		if (!failure) return 'body' in answer ? answer.body : undefined;
		const arrived = mayHaveArrived(failure);
		if (writes && arrived) sent = 'maybe';

		if (failure.kind === 'refused' && failure.status === 403 && (kind.repeatable || !arrived)) {
			// Consent given since the token was made shows in the next one only.
			const mayDiffer: boolean = !hasNewerConsent && !NOT_ABOUT_CONSENT.has(failure.code ?? '');
			hasNewerConsent = mayDiffer && (await abortable(session.transport.hasFresherToken(options), signal));
			if (!hasNewerConsent) throw describeFailure(kind, failure, session.transport.grantedPermissions(), sent);
			stats.retries++;
			continue;
		}
		const now = clock.now();
		const delay = retryDelayMs({
			failure,
			repeats,
			throttles,
			refusedForMs: pacer.refusedForMs(now),
			repeatable: kind.repeatable,
			now,
			random: clock.random(),
		});
		// Whoever else is in line would be refused too, so all wait at the pacer.
		if (isThrottled) turn.refused(now + (delay ?? 0));
		throwIfCancelled(signal);
		if (delay === undefined) throw describeFailure(kind, failure, undefined, sent);
		stats.retries++;
		if (isThrottled) {
			throttles++;
		} else {
			repeats++;
			await pause(clock, delay, signal);
		}
	}
}
