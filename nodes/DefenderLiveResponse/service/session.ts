import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import type { CallKind, GrantedPermissions } from './calls';
import type { CallStats } from './callStats';
import { newCallStats } from './callStats';
import type { Clock } from './clock';
import type { Cloud } from './clouds';
import type { Budget, Deadline } from './deadline';
import type { Delivery } from './delivery';
import type { DefenderError } from './errors';
import { getOrCreate } from './getOrCreate';
import type { Limits } from './pacing';
import type { Secrets } from './secrets';

/** n8n's request helpers, as far as the service needs them, with the tokens of one tenant and app. */
export interface Transport {
	/**
	 * Sends a request with a token of the session's own tenant and app. A refusal is an answer like others, or is
	 * thrown. When it is 401, a fresh token is got, and the request sent once more.
	 * The options' `abortSignal` closes the connection. The answer is read to its end: its JSON, or its text.
	 *
	 * @throws SignInFailed
	 */
	signed(options: IHttpRequestOptions): Promise<IN8nHttpFullResponse>;
	/**
	 * Whether a request that was refused for a missing permission may get another answer, since there is a fresher token
	 * than the one it carried. Once in an execution one is got for this: consent may be newer than a token.
	 */
	hasFresherToken(options: IHttpRequestOptions): Promise<boolean>;
	/** Sends a request as it is, without any credential. */
	unsigned(options: IHttpRequestOptions): Promise<IN8nHttpFullResponse>;
	/** Names of the app, in lower case: what the service says who started an action. */
	appNames(): string[];
	/** The permissions named in the token in use; undefined when it does not tell. Never the token. */
	grantedPermissions(): GrantedPermissions | undefined;
}

/** Everything that calls of one execution share. */
export interface Session {
	transport: Transport;
	cloud: Cloud;
	clock: Clock;
	/** Names tenant and application, so that those who share the service's limits share a pacer. */
	application: string;
	/** Identifies the execution, so that executions take turns at the pacer. */
	caller: object;
	/** The user's limits for results; the other calls keep the service's, but 0 also applies to the status of actions. */
	resultLimits: Limits;
	/** What must never be shown: the credential's values, and each token as soon as it is used. */
	secrets: Secrets;
	/** How far the service's clock is ahead of ours, in ms, by its last answer; undefined before the first. */
	serviceClock: { aheadMs?: number };
	/** What the calls cost so far: each item has its own. */
	stats: CallStats;
	/** How far the item's writes have come: each item has its own. */
	delivery: Delivery;
	/** How much time there is for calls: each item has its own. */
	deadline: Budget;
	/** Gets the reason why a call is about to be repeated. */
	onFailure?(error: DefenderError): void;
	/** What this execution has learned of the service. */
	learned: {
		refusesIdLists?: boolean;
		/** Whether a fresh token helps calls of a kind that were refused for a missing permission. */
		consent?: Map<CallKind, Promise<boolean>>;
		/** How long the service's limits made the slowest item wait. */
		pacedMs?: number;
	};
	/** Aborted when no more calls are to be made: the user stops the execution, or another item has failed. */
	signal?: AbortSignal;
	/** Aborted when the user stops the execution; until then a write that has left is waited for. */
	userSignal?: AbortSignal;
}

/** The session of one item, with how long it waits for its device. */
export interface ItemSession extends Session {
	deadline: Deadline;
}

/** The service's time, in ms since 1970: what its dates are compared with, since n8n's clock may be wrong. */
export function serviceNow({ clock, serviceClock }: Pick<Session, 'clock' | 'serviceClock'>): number {
	return clock.now() + (serviceClock.aheadMs ?? 0);
}

/** The earlier of the service's time and n8n's: what was made since then is listed also where one of the clocks is ahead. */
export function earlierNow(session: Pick<Session, 'clock' | 'serviceClock'>): number {
	return Math.min(session.clock.now(), serviceNow(session));
}

/** The session of one item. */
export function itemSession(session: Session, deadline: Deadline): ItemSession {
	return { ...withOwnStats(session), delivery: { sent: 'no' }, deadline };
}

/** The session with stats of its own. */
export function withOwnStats<S extends Session>(session: S, before: CallStats = newCallStats()): S {
	return { ...session, stats: { ...before } };
}

/**
 * What the items of one tenant and app share, and those of others do not.
 *
 * @param make makes it with the session of the first item that asks
 */
export function perSignIn<Shared>(make: (session: Session) => Shared): (session: Session) => Shared {
	const known = new WeakMap<Transport, Shared>();
	return (session) => getOrCreate(known, session.transport, () => make(session));
}
