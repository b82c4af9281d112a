import { MAX_SLEEP_MS, pause } from '../../service/clock';
import { getOrCreate } from '../../service/getOrCreate';
import { LABELS } from '../../service/labels';
import type { SentRun } from '../../service/lostRun';
import type { MachineAction } from '../../service/machineAction';
import { actionKey, hasEnded } from '../../service/machineAction';
import { getMachineActionsById, idLists, listUnfinished } from '../../service/machineActions';
import type { ItemSession, Session } from '../../service/session';
import { SharedCall } from '../../service/sharedCall';
import { textOrEmpty } from '../../service/textOrEmpty';
import { forgetOldest } from '../../host/forgetOldest';
import { NotSent } from './notSent';

/** Time between two lists of what is unfinished, in ms. */
const LIST_INTERVAL_MS = 15_000;

/** What is left when an item stops waiting for a cancel, in ms: it still has to be sent. */
const MIN_LEFT_MS = 15_000;

/** What was sent less than this ago, in ms, lists may not show yet: it counts, and only one that waits asks for it by its ID. */
const MIN_UNLISTED_MS = 60_000;

/** What was sent so long ago and is not listed has ended, in ms. */
const MAX_UNLISTED_MS = 5 * 60_000;

/** What is known of an app's unfinished live responses. */
interface AppSessions {
	/** Those that the service listed last, … */
	listed: Set<string>;
	/** … and when, in ms. */
	listedAt: number;
	/** Those that this process sent, by ID, with when. */
	sent: Map<string, number>;
	/** Places that are taken, for which nothing was sent yet. */
	reserved: number;
	/** How many are being cancelled: they may leave their places. */
	cancelling: number;
	/** Those that were seen to have ended, by ID: a list may be older. */
	ended: Set<string>;
	listing?: SharedCall<void>;
}

/** By tenant and app: all executions of this process share the sessions. */
const apps = new Map<string, AppSessions>();

function sessionsOf({ application }: Session): AppSessions {
	return getOrCreate(apps, application, () => ({
		listed: new Set(),
		listedAt: -Infinity,
		sent: new Map(),
		reserved: 0,
		cancelling: 0,
		ended: new Set(),
	}));
}

/** Forgets of what was sent what the service lists now, and what has ended meanwhile, if it was sent `minMs` ago. */
async function forgetEnded(session: Session, { sent, listed }: AppSessions, minMs: number): Promise<void> {
	for (const [id, at] of sent) if (listed.has(id) || session.clock.elapsed() - at > MAX_UNLISTED_MS) sent.delete(id);
	const unlisted = [...sent].filter(([, at]) => session.clock.elapsed() - at >= minMs);
	for (const ids of idLists(unlisted.map(([id]) => id))) {
		const actions = await getMachineActionsById(session, ids);
		for (const action of actions) if (hasEnded(action)) sent.delete(actionKey(action.id));
	}
}

/** Lists what is unfinished of this app, unless that was done a moment ago. */
async function refresh(session: Session, known: AppSessions, minUnlistedMs: number): Promise<void> {
	const { clock, transport } = session;
	if (clock.elapsed() - known.listedAt < LIST_INTERVAL_MS) return;
	const list = async (common: Session) => {
		const actions = await listUnfinished(common);
		const names = transport.appNames();
		const own = actions.filter(({ entity }) => names.includes(textOrEmpty(entity.requestor).toLowerCase()));
		known.listed = new Set(own.map(({ id }) => actionKey(id)).filter((id) => !known.ended.has(id)));
		known.listedAt = clock.elapsed();
		await forgetEnded(common, known, minUnlistedMs);
		known.listing = undefined;
	};
	known.listing ??= new SharedCall();
	await known.listing.get(session, list);
}

function countOf({ listed, sent, reserved }: AppSessions): number {
	return listed.size + [...sent.keys()].filter((id) => !listed.has(id)).length + reserved;
}

/** How many there may be, and whether a run waits for a place. */
interface SessionBound {
	maxSessions: number;
	waits: boolean;
}

/** Waits within Max Wait until fewer than this many live responses of this app are unfinished, and reserves a place. */
async function reserve(session: ItemSession, known: AppSessions, { maxSessions, waits }: SessionBound): Promise<void> {
	const { clock, deadline, signal } = session;
	deadline.start();
	for (let hasWaited = false; ; hasWaited = waits) {
		await refresh(session, known, hasWaited ? 0 : MIN_UNLISTED_MS);
		if (countOf(known) < maxSessions) break;
		const mayFollow = known.cancelling > 0 && deadline.leftMs() > MIN_LEFT_MS;
		const left = waits ? deadline.waitLeftMs() : 0;
		if (left <= 0 && !mayFollow) {
			throw new NotSent(`${countOf(known)} live responses of this app are unfinished, and '${LABELS.maxSessions}' is ${maxSessions}`);
		}
		await pause(clock, mayFollow ? MAX_SLEEP_MS : Math.min(left, LIST_INTERVAL_MS), signal);
	}
	known.reserved++;
}

/**
 * Sends a run when fewer than `maxSessions` live responses of this app are unfinished: those that the service lists, and
 * those that this process sent and that are not listed yet.
 *
 * @throws NotSent where there is none within Max Wait; DefenderError where the list cannot be read; Cancelled; what
 * `send` throws
 */
export async function withPlace(session: ItemSession, bound: SessionBound, send: () => Promise<SentRun>): Promise<SentRun> {
	const known = sessionsOf(session);
	await reserve(session, known, bound);
	try {
		const sent = await send();
		known.sent.set(actionKey(sent.action.id), session.clock.elapsed());
		return sent;
	} finally {
		// Not before it counts as sent: another run could take its place in between.
		known.reserved--;
	}
}

/** Notes that a live response has ended, which frees its place. */
export function noteEnded(session: Session, { id }: MachineAction): void {
	const { listed, sent, ended } = sessionsOf(session);
	const key = actionKey(id);
	listed.delete(key);
	sent.delete(key);
	ended.add(key);
	forgetOldest(ended);
}

/** Cancels a live response: runs that find no place wait for the one that it may leave. */
export async function whileCancelling<T>(session: Session, cancel: () => Promise<T>): Promise<T> {
	const known = sessionsOf(session);
	known.cancelling++;
	try {
		return await cancel();
	} finally {
		known.cancelling--;
	}
}
