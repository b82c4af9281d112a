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
const LEAST_SESSIONS = 25;

/** Time between two checks of how many are unfinished, in ms. */
const LOOK_EVERY_MS = 15_000;

/** When to try although none has ended, in ms, doubled each time: sessions in the Defender portal show nowhere. */
const TRY_AGAIN_MS = 60_000;

/** Time that a run has to keep for its own call, in ms. */
const CALL_TAKES_MS = 15_000;

/** What the service says of its limit on calls, and of the one on sessions. */
const ABOUT_CALLS = /\bcalls?\b|\bquota\b|\bper \d\d:\d\d:\d\d/i;
const ABOUT_SESSIONS = /\bsessions?\b|\bconcurrent\b/i;

/** Whether a refusal may be about sessions: the service's words for it are not documented. */
function mayBeAboutSessions(failure: Failure): boolean {
	if (failure.kind !== 'refused' || !isThrottled(failure)) return false;
	const said = failure.message ?? '';
	return ABOUT_SESSIONS.test(said) || !ABOUT_CALLS.test(said);
}

/** Who tries whether there is a session again. */
interface Trier {
	/** How many live responses were unfinished at its last look. */
	count?: number;
}

/** One for each tenant and app: the others wait for it. */
const triers = new Map<string, Trier>();

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
	const own: Trier = {};
	const isOver = () => deadline.leftMs() <= CALL_TAKES_MS;
	const waitForOthers = async () => {
		for (;;) {
			const trier = triers.get(application) ?? own;
			if (trier === own) return;
			// It is the service that keeps it back, although it has not been asked for this one.
			deadline.start();
			const why = noSession(trier.count, undefined);
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
			const said = answer.failure.kind === 'refused' ? (answer.failure.message ?? '') : '';
			if (!ABOUT_SESSIONS.test(said) && (own.count ?? 0) < LEAST_SESSIONS) {
				await waitForLimit(session, answer, tries);
				continue;
			}
			await waitForOthers();
			triers.set(application, own);
			const full = own.count ?? Infinity;
			const tryAt = clock.elapsed() + TRY_AGAIN_MS * 2 ** tries;
			while (clock.elapsed() < tryAt && (own.count ?? full) >= full) {
				if (isOver()) throw noSession(own.count, answer.failure);
				await pause(clock, Math.min(LOOK_EVERY_MS, Math.max(0, deadline.leftMs() - CALL_TAKES_MS)), signal);
				own.count = await countUnfinished(session);
			}
		}
	} finally {
		if (triers.get(application) === own) triers.delete(application);
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
