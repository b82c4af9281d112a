import { pause } from '../../service/clock';
import { listUnfinished } from '../../service/machineActions';
import { actionKey } from '../../service/machineAction';
import type { ItemSession, Session } from '../../service/session';
import { words } from '../../service/words';

/** Time between two lists of what is unfinished, in ms. */
const LIST_EVERY_MS = 15_000;

/** What was sent so long ago and is not listed has ended, in ms. */
const UNLISTED_MS = 5 * 60_000;

/** What is known of an app's unfinished live responses. */
interface Known {
	/** Those that the service listed last, … */
	listed: Set<string>;
	/** … and when, in ms. */
	listedAt: number;
	/** Those that this process sent, by ID, with when. */
	sent: Map<string, number>;
	/** Places that are taken, for which nothing was sent yet. */
	reserved: number;
	listing?: Promise<void>;
}

/** By tenant and app: all executions of this process share the sessions. */
const apps = new Map<string, Known>();

/** There was no place for a run within Max Wait: nothing was sent. */
export class NoPlace {
	constructor(
		readonly unfinished: number,
		readonly maxSessions: number,
	) {}

	get text(): string {
		return `Not sent: ${this.unfinished} live responses of this app are unfinished, and Max Sessions is ${this.maxSessions}`;
	}
}

/** A place among an app's sessions. */
export interface Place {
	/** The run became this action, which takes the place until it has ended. */
	becomes(machineActionId: string): void;
	/** Gives the place back, where nothing came of it. */
	release(): void;
}

function knownOf({ application }: Session): Known {
	const known = apps.get(application) ?? { listed: new Set(), listedAt: -Infinity, sent: new Map<string, number>(), reserved: 0 };
	apps.set(application, known);
	return known;
}

/** Lists what is unfinished of this app, unless that was done a moment ago. */
async function refresh(session: Session, known: Known): Promise<void> {
	const { clock, transport } = session;
	if (clock.elapsed() - known.listedAt < LIST_EVERY_MS) return;
	const list = async () => {
		const actions = await listUnfinished(session);
		const names = transport.appNames();
		const own = actions.filter(({ entity }) => names.includes(words(entity.requestor).toLowerCase()));
		known.listed = new Set(own.map(({ id }) => actionKey(id)));
		known.listedAt = clock.elapsed();
		// What has been listed once has ended when it is listed no more.
		for (const [id, at] of known.sent) {
			if (known.listed.has(id) || clock.elapsed() - at > UNLISTED_MS) known.sent.delete(id);
		}
	};
	known.listing ??= list().finally(() => (known.listing = undefined));
	await known.listing;
}

function countOf({ listed, sent, reserved }: Known): number {
	return listed.size + [...sent.keys()].filter((id) => !listed.has(id)).length + reserved;
}

/**
 * Waits within Max Wait until fewer than `maxSessions` live responses of this app are unfinished: those that the service
 * lists, and those that this process sent and that are not listed yet.
 *
 * @throws DefenderError where the list cannot be read; Cancelled
 */
export async function takePlace(session: ItemSession, maxSessions: number): Promise<Place | NoPlace> {
	const { clock, deadline, signal } = session;
	const known = knownOf(session);
	deadline.start();
	for (;;) {
		await refresh(session, known);
		if (countOf(known) < maxSessions) break;
		const left = deadline.waitLeftMs();
		if (left <= 0) return new NoPlace(countOf(known), maxSessions);
		await pause(clock, Math.min(left, LIST_EVERY_MS), signal);
	}
	known.reserved++;
	let isReserved = true;
	const release = () => {
		if (isReserved) known.reserved--;
		isReserved = false;
	};
	return {
		release,
		becomes(machineActionId) {
			release();
			known.sent.set(actionKey(machineActionId), clock.elapsed());
		},
	};
}
