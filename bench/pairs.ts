/** How often each side is measured. */
export const PAIRS = 5;

/** What repeated measurements of one figure gave. */
export interface Repeated {
	median: number;
	least: number;
	most: number;
}

/** @param values at least one */
export function repeated(values: number[]): Repeated {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	return { median, least: sorted[0], most: sorted[sorted.length - 1] };
}

/** Of many measurements of something that varies, the half around the median: what a few that went wrong do not change. */
export function middleHalf(values: number[]): Repeated {
	const sorted = [...values].sort((a, b) => a - b);
	const quarter = Math.floor(sorted.length / 4);
	return { ...repeated(sorted), least: sorted[quarter], most: sorted[sorted.length - 1 - quarter] };
}

/**
 * Measures several things in turn, so that whatever else the machine does meets all of them alike. Every other round
 * goes backwards.
 *
 * @param sides by name
 * @param options.uncounted the first rounds, in which everything is loaded and compiled
 * @returns what each side measured, round by round
 */
export async function inTurn<T, Side extends string>(
	sides: Record<Side, () => Promise<T>>,
	{ rounds = PAIRS, uncounted = 1 } = {},
): Promise<Record<Side, T[]>> {
	const names = Object.keys(sides) as Side[];
	const measured = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Side, T[]>;
	for (let round = 0; round < uncounted + rounds; round++) {
		for (const name of round % 2 ? names.toReversed() : names) {
			const value = await sides[name]();
			if (round >= uncounted) measured[name].push(value);
		}
	}
	return measured;
}

/** A figure of one side divided by that of the other, pair by pair. */
export function ratio<T>(ours: T[], theirs: T[], figure: (measured: T) => number): Repeated {
	return repeated(ours.map((own, i) => figure(own) / figure(theirs[i])));
}

/** E.g. `4.61 (4.5 to 4.72)`. */
export function shown({ median, least, most }: Repeated, digits = 2): string {
	const write = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: digits });
	return `${write(median)} (${write(least)} to ${write(most)})`;
}
