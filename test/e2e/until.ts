/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { setTimeout as wait } from 'node:timers/promises';

/** Polls of n8n are a minute apart, and retries take most of one. */
const MAX_MS = 150_000;

/**
 * Waits until something is so.
 *
 * @param what completes the sentence "Not … after 150 s"
 */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, longestMs = MAX_MS): Promise<void> {
	for (const latest = Date.now() + longestMs; !(await isSo()); await wait(200)) {
		if (Date.now() > latest) throw new Error(`Not ${what} after ${longestMs / 1000} s`);
	}
}
