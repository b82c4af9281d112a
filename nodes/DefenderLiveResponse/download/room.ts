import { abortable } from '../service/clock';
import { limiter } from '../service/limiter';
import type { Session } from '../service/session';

/** What is small, in bytes; anything larger is held whole by one result at a time. */
export const SMALL_BYTES = 8 * 1024 * 1024;

/** What small results hold together, in bytes, in the whole process: what n8n has is shared by all executions. */
const BUDGET_BYTES = 10 * SMALL_BYTES;

/** What a result may hold beside what it has announced, in bytes: most transcripts have no more. */
const FREE_BYTES = 64 * 1024;

let freeBytes = BUDGET_BYTES;
const waiting: Array<{ bytes: number; pass: () => void }> = [];

function reserve(bytes: number): boolean {
	if (bytes > freeBytes) return false;
	freeBytes -= bytes;
	return true;
}

function release(bytes: number): void {
	freeBytes += bytes;
	while (waiting.length > 0 && reserve(waiting[0].bytes)) waiting.shift()?.pass();
}

/** Takes bytes of the budget when there are so many, first come, first served. */
async function reserveInTurn(bytes: number, signal: AbortSignal | undefined): Promise<void> {
	if (waiting.length === 0 && reserve(bytes)) return;
	const turn = new Promise<void>((pass) => waiting.push({ bytes, pass }));
	await abortable(turn, signal).catch((error: unknown) => {
		void turn.then(() => release(bytes));
		throw error;
	});
}

const oneLargeAtATime = limiter(1);

/** Waits for the turn of something large; what comes back ends it. */
async function waitForTurn(signal: AbortSignal | undefined): Promise<() => void> {
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
 * Does work that holds something whole in memory: what is small side by side within a budget, what is large one after
 * the other. The wait for room is the node's own.
 *
 * Who holds a part of the budget never waits for more of it, so that no two wait for each other: what grows, and finds
 * no more there, waits for the turn of the large.
 *
 * @param isNeeded whether it does; may change meanwhile
 * @throws Cancelled; what `work` throws
 */
export async function withRoom<T>(
	{ signal, deadline }: Pick<Session, 'signal' | 'deadline'>,
	isNeeded: () => boolean,
	work: (makeRoom: MakeRoom) => Promise<T>,
): Promise<T> {
	let held = 0;
	let end: (() => void) | undefined;
	const makeRoom: MakeRoom = async (bytes) => {
		if (bytes <= Math.max(held, FREE_BYTES) || end || !isNeeded()) return;
		if (bytes <= SMALL_BYTES && held > 0 && reserve(bytes - held)) {
			held = bytes;
			return;
		}
		const resume = deadline.hold();
		try {
			if (bytes <= SMALL_BYTES && held === 0) {
				await reserveInTurn(bytes, signal);
				held = bytes;
				return;
			}
			const turnEnds = await waitForTurn(signal);
			if (isNeeded()) end = turnEnds;
			else turnEnds();
		} finally {
			resume();
		}
	};
	return await work(makeRoom).finally(() => {
		release(held);
		end?.();
	});
}
