import type { Clock } from './clock';
import { limiter } from './limiter';

/** How long work goes on without a pause, in ms. n8n has one thread: nothing else is done meanwhile. */
const MAX_TURN_MS = 20;

/**
 * Pauses for work on many items, so that n8n and other executions get their turn in between.
 *
 * @returns to be called before each piece of the work: waits a moment where the last pause is too long ago, one caller
 * after the other, also where all call at the same time
 */
export function fairPauses(clock: Clock): () => Promise<void> {
	const inTurn = limiter(1);
	let turnBegan = clock.elapsed();
	return async () =>
		await inTurn(async () => {
			if (clock.elapsed() - turnBegan < MAX_TURN_MS) return;
			await clock.sleep(0);
			turnBegan = clock.elapsed();
		});
}
