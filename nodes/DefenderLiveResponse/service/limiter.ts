/** Runs a task when its turn has come. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/** Lets at most `most` tasks run side by side, in the order in which they were handed in. */
export function limiter(most: number): Limiter {
	let running = 0;
	const waiting: Array<() => void> = [];
	return async (task) => {
		if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
		else running++;
		try {
			return await task();
		} finally {
			// The place is handed on, so that nobody slips in between.
			const next = waiting.shift();
			if (next) next();
			else running--;
		}
	};
}
