import type { Delivery } from '../../service/delivery';
import type { SentRun } from '../../service/lostRun';

/** A run with a key that was sent, and when that became known, in ms of `Clock.elapsed`. */
interface SentEntry {
	/** Undefined where its answer was lost and it was not found. */
	sent?: SentRun;
	at: number;
}

/** What was sent so long ago is listed, in ms, unless the service has lost it. */
const MAX_UNLISTED_MS = 10 * 60_000;

/** By tenant and app, device and key. */
const sentRuns = new Map<string, SentEntry>();

/** How far those have come that have a place now. */
const reserved = new Map<string, Delivery>();

function remember(place: string, sent: SentEntry): void {
	sentRuns.delete(place);
	sentRuns.set(place, sent);
	// A map keeps the order of insertion.
	for (const [oldest, { at }] of sentRuns) {
		if (sent.at - at < MAX_UNLISTED_MS) break;
		sentRuns.delete(oldest);
	}
}

/**
 * What all executions of this process have sent with a key, as long as lists may not show it: another one, beside them or
 * after them, would send the same.
 */
export const keyedMemory = {
	/** The run that a place has, as it was when it was sent. */
	sentAt(place: string, now: number): SentRun | undefined {
		const { sent, at = -Infinity } = sentRuns.get(place) ?? {};
		return now - at < MAX_UNLISTED_MS ? sent : undefined;
	},

	/** When the search ended for a run of a place whose answer was lost; undefined where none ended since then. */
	lostAt(place: string, since: number): number | undefined {
		const { sent, at = -Infinity } = sentRuns.get(place) ?? {};
		return sent || at < since ? undefined : at;
	},

	/** Whether the run that has a place now may have been sent. */
	isSending(place: string): boolean {
		return (reserved.get(place)?.sent ?? 'no') !== 'no';
	},

	/**
	 * Reserves a place.
	 *
	 * @param delivery says how far the run has come
	 * @returns to be called with what was sent, or without anything; undefined while another run has it
	 */
	reserve(place: string, delivery: Delivery): ((sent?: SentEntry) => void) | undefined {
		if (reserved.has(place)) return undefined;
		reserved.set(place, delivery);
		return (sent) => {
			reserved.delete(place);
			if (sent) remember(place, sent);
		};
	},
};
