/** Runs a task when its turn has come. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/** Lets at most `maxRunning` tasks run side by side, in the order in which they were added. */
export function limiter(maxRunning: number): Limiter {
	let running = 0;
	const waiting: Array<() => void> = [];
	return async (task) => {
		if (running >= maxRunning) await new Promise<void>((resolve) => waiting.push(resolve));
		else running++;
		try {
			return await task();
		} finally {
			// The place is passed on directly, so that no other task takes it.
			const next = waiting.shift();
			if (next) next();
			else running--;
		}
	};
}

/**
 * Runs a task when its turn has come, which can end before the task does.
 *
 * @param task calls `endTurn` when the next one may start
 */
export async function withTurn<T>(limited: Limiter, task: (endTurn: () => void) => Promise<T>): Promise<T> {
	const { result } = await limited(
		async () =>
			await new Promise<{ result: Promise<T> }>((resolve) => {
				// Not at once: the turn cannot end before `result` is there.
				const result = Promise.resolve().then(async () => await task(end));
				const end = () => resolve({ result });
				result.then(end, end);
			}),
	);
	return await result;
}
