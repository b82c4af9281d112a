import { abortable } from '../service/clock';
import { limiter } from '../service/limiter';

/** What may be in memory at any time of each result that is read whole, in bytes: ten are fetched side by side. */
export const SMALL_BYTES = 8 * 1024 * 1024;

/** In the whole process, one after the other: what n8n has is shared by all executions. */
const oneLargeAtATime = limiter(1);

/** Waits for the turn of something large; what comes back ends it. */
async function takeTurn(signal: AbortSignal | undefined): Promise<() => void> {
	const turn = new Promise<() => void>((resolve) => {
		void oneLargeAtATime(async () => await new Promise<void>((end) => resolve(end)));
	});
	return await abortable(turn, signal).catch((error: unknown) => {
		void turn.then((end) => end());
		throw error;
	});
}

/** Waits until there is room for this many bytes in total. The room is reserved until the end of the work. */
export type MakeRoom = (bytes: number) => Promise<void>;

/**
 * Does work that holds something whole in memory: what is small side by side, what is large one after the other.
 *
 * @param isNeeded whether it does; may change meanwhile
 * @throws Cancelled; what `work` throws
 */
export async function withRoom<T>(
	signal: AbortSignal | undefined,
	isNeeded: () => boolean,
	work: (makeRoom: MakeRoom) => Promise<T>,
): Promise<T> {
	let end: (() => void) | undefined;
	const makeRoom: MakeRoom = async (bytes) => {
		if (bytes <= SMALL_BYTES || end || !isNeeded()) return;
		const turnEnds = await takeTurn(signal);
		if (isNeeded()) end = turnEnds;
		else turnEnds();
	};
	return await work(makeRoom).finally(() => end?.());
}
