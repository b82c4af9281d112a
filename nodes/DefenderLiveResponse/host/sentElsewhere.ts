import type { IExecuteFunctions } from 'n8n-workflow';
import { pause } from '../service/clock';
import type { Session } from '../service/session';
import { forgetOldest } from './forgetOldest';

/** Entries that n8n keeps for a node, of 24 characters each: more runs than all executions under way can have. */
const LEDGER = { mode: 'entries', maxEntries: 5_000 } as const;

/** Time until an entry is checked again, in ms, plus a random time of up to the same length; and the maximum number of checks. */
const CHECK_AGAIN_MS = 100;
const MAX_CHECKS = 5;

/** What this process has entered itself: sending that again is for its own memory to judge. */
const ownEntries = new Set<string>();

/**
 * Whether another process of n8n was about to send this before: n8n 1.x in queue mode runs an execution again, from
 * its start and under the same id, when the worker that ran it has died or did not answer for a minute. If not, it is
 * entered as sent, in n8n's own database, where n8n's Remove Duplicates node keeps what it has seen.
 *
 * @param key names an item of one run of one node in one execution
 * @throws Cancelled
 */
export async function wasSentElsewhere({ helpers }: IExecuteFunctions, { clock, signal }: Session, key: string): Promise<boolean> {
	if (ownEntries.has(key)) return false;
	ownEntries.add(key);
	forgetOldest(ownEntries);
	const enter = async () => (await helpers.checkProcessedAndRecord([key], 'node', LEDGER)).processed.length > 0;
	let failed = false;
	for (let checks = 0; checks < MAX_CHECKS; checks++) {
		try {
			// Found at the first look, it is another's; later, it is our own, and has stayed.
			if (await enter()) return checks === 0;
			failed = false;
		} catch {
			// A workflow that was never saved has no place for it. And the first entry of two workers may collide.
			if (failed) return false;
			failed = true;
		}
		// n8n writes all entries of the node at once: a worker that did so at the same moment did not know of ours.
		await pause(clock, CHECK_AGAIN_MS * (1 + clock.random()), signal);
	}
	return false;
}
