import { pause } from './clock';
import { DefenderError, refusal } from './errors';
import type { Failure } from './failure';
import { LABELS } from './labels';
import { listUnfinished } from './machineActions';
import { callApi } from './request';
import { backoffMs, isThrottled, retryAfterMs } from './retry';
import type { ApiRequest } from './send';
import type { Session } from './session';
import { serviceNow } from './session';

/** The minimum number of unfinished live responses that a tenant may have. Source: Microsoft's page of the run, 2021 to 2025. */
const MIN_SESSION_LIMIT = 25;

/** Time between two checks of how many are unfinished, in ms. */
const CHECK_INTERVAL_MS = 15_000;

/** When to try although none has ended, in ms, doubled each time: sessions in the Defender portal show nowhere. */
const RETRY_AFTER_MS = 60_000;

/** Time that a run has to keep for its own call, in ms. */
const RESERVED_FOR_CALL_MS = 15_000;

/** What the service says of its limit on calls, and of the one on sessions. */
const ABOUT_CALLS = /\bcalls?\b|\bquota\b|\bper \d\d:\d\d:\d\d/i;
const ABOUT_SESSIONS = /\bsessions?\b|\bconcurrent\b/i;

/** Whether a refusal may be about sessions: the service's words for it are not documented. */
function mayBeAboutSessions(failure: Failure): boolean {
	if (!isThrottled(failure)) return false;
	const serviceText = failure.message ?? '';
	return ABOUT_SESSIONS.test(serviceText) || !ABOUT_CALLS.test(serviceText);
}

/** Who tries whether there is a session again. */
interface Retrier {
	/** How many live responses were unfinished at its last look. */
	count?: number;
}

/** One for each tenant and app: the others wait for it. */
const retriers = new Map<string, Retrier>();

/** What is said to a run that found no session in time. */
function noSession(unfinished: number | undefined, failure: Failure | undefined): DefenderError {
	const count =
		unfinished === undefined ? 'As many live responses as the tenant may have are' : `${unfinished} live responses of the tenant are`;
	return new DefenderError(
		'Defender has no session left for another live response',
		`${count} unfinished; those that wait for devices that are offline count too. Wait until some have ended, cancel those that are Pending (Machine Action > Get Many, then Cancel), or raise ${LABELS.maxWait}.`,
		{ failure, reason: 'sessionLimit' },
	);
}

/** How many live responses of the tenant are unfinished; undefined where that cannot be read. */
async function countUnfinished(session: Session): Promise<number | undefined> {
	const unfinished = await listUnfinished(session).catch(refusal);
	return unfinished instanceof DefenderError ? undefined : unfinished.length;
}

/**
 * Sends a run. Where the tenant has no session left for it, waits until one may be free, while there is time: one run of
 * an app looks and tries, and the others go on after it.
 *
 * @throws DefenderError, Cancelled
 */
export async function callWithSession(session: Session, request: ApiRequest): Promise<unknown> {
	const { application, clock, deadline, signal } = session;
	const own: Retrier = {};
	const isOver = () => deadline.leftMs() <= RESERVED_FOR_CALL_MS;
	const waitForOthers = async () => {
		for (;;) {
			const retrier = retriers.get(application) ?? own;
			if (retrier === own) return;
			// It is the service that keeps it back, although it has not been asked for this one.
			deadline.start();
			const why = noSession(retrier.count, undefined);
			if (isOver()) throw why;
			session.onFailure?.(why);
			await pause(clock, 1_000, signal);
		}
	};
	try {
		for (let tries = 0; ; tries++) {
			await waitForOthers();
			const answer = await callApi(session, { ...request, isFinal: mayBeAboutSessions }).then((body) => ({ body }), refusal);
			if (!(answer instanceof DefenderError)) return answer.body;
			if (!answer.failure || !mayBeAboutSessions(answer.failure)) throw answer;
			session.onFailure?.(answer);
			own.count = await countUnfinished(session);
			const serviceText = answer.failure.kind === 'refused' ? (answer.failure.message ?? '') : '';
			if (!ABOUT_SESSIONS.test(serviceText) && (own.count ?? 0) < MIN_SESSION_LIMIT) {
				await waitForLimit(session, answer, tries);
				continue;
			}
			await waitForOthers();
			retriers.set(application, own);
			const countWhenFull = own.count ?? Infinity;
			const tryAt = clock.elapsed() + RETRY_AFTER_MS * 2 ** tries;
			while (clock.elapsed() < tryAt && (own.count ?? countWhenFull) >= countWhenFull) {
				if (isOver()) throw noSession(own.count, answer.failure);
				await pause(clock, Math.min(CHECK_INTERVAL_MS, Math.max(0, deadline.leftMs() - RESERVED_FOR_CALL_MS)), signal);
				own.count = await countUnfinished(session);
			}
		}
	} finally {
		if (retriers.get(application) === own) retriers.delete(application);
	}
}

/** Waits as long as a limit on calls asks for. */
async function waitForLimit(session: Session, refused: DefenderError, tries: number): Promise<void> {
	const { clock, deadline, signal } = session;
	const { failure } = refused;
	const named = failure?.kind === 'refused' ? retryAfterMs(failure.retryAfter, serviceNow(session)) : undefined;
	const delay = Math.max(named ?? 0, backoffMs(tries, clock.random()));
	if (delay > deadline.leftMs()) throw refused;
	await pause(clock, delay, signal);
}
