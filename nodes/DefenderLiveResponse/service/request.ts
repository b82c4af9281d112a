import type { CallKind, GrantedPermissions } from './calls';
import { abortable, pause, throwIfCancelled } from './clock';
import type { Sent } from './delivery';
import { noteSending } from './delivery';
import { describeFailure } from './errors';
import type { Failure } from './failure';
import type { Limits, Pacer, Turn } from './pacing';
import { PacingTimeout, pacerFor, SERVICE_LIMITS } from './pacing';
import { notAllowedBy } from './reason';
import { isThrottled, mayHaveArrived, retryDelayMs } from './retry';
import type { Answer, ApiRequest } from './send';
import { optionsFor, send, tryMs } from './send';
import { NewerConsent } from './newerConsent';
import type { Session } from './session';
import { serviceNow } from './session';

function limitsFor({ resultLimits }: Session, { limitGroup }: CallKind): Limits {
	const limits = SERVICE_LIMITS[limitGroup];
	if (limitGroup === 'results') return resultLimits;
	if (limitGroup !== 'actions') return limits;
	// Without pacing for results there is none for the status of their actions either.
	return { perMinute: resultLimits.perMinute && limits.perMinute, perHour: resultLimits.perHour && limits.perHour };
}

/** A try for which there is less time than this, in ms, would only hide why the one before it failed. */
const MIN_TRY_LEFT_MS = 2_000;

/** How the body of an answer is read. */
export interface Reading<T> {
	/** As in "something that is not a valid …". */
	expected: string;
	/**
	 * @param status of the answer, which is one of success
	 * @returns undefined where it cannot be read: a read is then repeated
	 */
	read(body: unknown, status: number): T | undefined;
}

/** Leave to make a call, or why there is none. */
async function turnFor(session: Session, pacer: Pacer, kind: CallKind): Promise<Turn | Failure> {
	const { clock, deadline, stats, learned, caller, signal } = session;
	const resume = deadline.hold();
	const patienceMs = deadline.leftMs();
	const refused: Failure = { kind: 'refused', status: 429 };
	// Those behind it are not to wait for what the service keeps back.
	const keptBack = () => session.onFailure?.(describeFailure(kind, refused, undefined, 'no', session.resultLimits));
	const turn = await pacer
		.take({ caller, clock, signal, keptBack }, limitsFor(session, kind), patienceMs)
		.catch((error: unknown): Failure => {
			if (!(error instanceof PacingTimeout)) throw error;
			deadline.charge(patienceMs);
			return refused;
		})
		.finally(resume);
	if ('kind' in turn) return turn;
	stats.throttledMs += turn.waitedMs;
	learned.pacedMs = Math.max(learned.pacedMs ?? 0, stats.throttledMs);
	deadline.charge(turn.closedMs);
	deadline.start();
	return turn;
}

/**
 * The one way to the Defender API: paced, signed, repeated where that is safe and while there is time, with errors that
 * say what to do.
 *
 * @throws DefenderError for a refusal, Cancelled when the execution is stopped
 */
export async function callApi<T = unknown>(session: Session, request: ApiRequest, reading?: Reading<T>): Promise<T> {
	const consent = new NewerConsent(session, request.kind, MIN_TRY_LEFT_MS);
	return await callWithRetries(session, request, reading, consent).finally(() => consent.answered(false));
}

async function callWithRetries<T>(
	session: Session,
	request: ApiRequest,
	reading: Reading<T> | undefined,
	consent: NewerConsent,
): Promise<T> {
	const { kind } = request;
	const { clock, signal, stats, deadline, transport } = session;
	const writes = request.method !== 'GET';
	// What a write that has left became is worth the wait, unless the user stops the execution.
	const signalOnceSent = writes ? (session.userSignal ?? signal) : signal;
	const pacer = pacerFor(session.application, kind.limitGroup);
	let sent: Sent = 'no';
	const failed = (failure: Failure, granted?: GrantedPermissions) => describeFailure(kind, failure, granted, sent, session.resultLimits);
	let repeats = 0;
	let throttles = 0;
	for (;;) {
		const turn = await turnFor(session, pacer, kind);
		if ('kind' in turn) throw failed(turn);
		if (signal?.aborted) turn.done();
		throwIfCancelled(signal);
		stats.apiCalls++;
		const answered = writes ? noteSending(session.delivery, clock.now()) : undefined;
		request.onSend?.(clock.now());
		const options = optionsFor(session, request);
		const sending = send(session, options, tryMs(deadline.leftMs(), kind.repeatable), signalOnceSent);
		const answer = await abortable(sending, signalOnceSent).catch((error: unknown) => {
			turn.done();
			throw error;
		});
		const read = answer.failure ?? readBody(answer, reading);
		consent.answered('kind' in read && read.kind === 'refused' && read.status === 403);
		if ('value' in read) {
			answered?.('yes');
			turn.done();
			return read.value;
		}
		const failure = read;
		const arrived = mayHaveArrived(failure);
		const became = failure.kind === 'unreadable' ? 'yes' : arrived ? 'maybe' : 'no';
		answered?.(became);
		if (writes && arrived) sent = became;
		if (!isThrottled(failure)) turn.done();

		const isFinal = request.isFinal?.(failure) ?? false;
		if (failure.kind === 'refused' && failure.status === 403 && !isFinal && (kind.repeatable || !arrived)) {
			if (kind.repeatable) session.onFailure?.(failed(failure));
			// Consent given since the token was made shows in the next one only.
			const helps = !notAllowedBy(failure) && (await consent.mayHelp(options));
			if (!helps) throw failed(failure, transport.grantedPermissions());
			stats.retries++;
			continue;
		}
		const again = { failure, repeats, throttles, repeatable: kind.repeatable };
		const delay = retryDelayMs({ ...again, now: serviceNow(session), random: clock.random() });
		// All other waiting calls would be refused too, so all wait at the pacer.
		if (isThrottled(failure)) turn.refused(isFinal ? 0 : (delay ?? 0));
		throwIfCancelled(signal);
		const error = failed(failure);
		if (delay === undefined || isFinal || delay + MIN_TRY_LEFT_MS > deadline.leftMs()) throw error;
		session.onFailure?.(error);
		stats.retries++;
		if (isThrottled(failure)) {
			throttles++;
			stats.throttledMs += delay;
		} else {
			repeats++;
		}
		await pause(clock, delay, signal);
	}
}

function readBody<T>({ body, status }: Exclude<Answer, { failure: Failure }>, reading: Reading<T> | undefined): { value: T } | Failure {
	if (!reading) return { value: body as T };
	const value = reading.read(body, status);
	return value === undefined ? { kind: 'unreadable', expected: reading.expected } : { value };
}
