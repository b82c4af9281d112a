/* eslint-disable @n8n/community-nodes/no-restricted-globals */

/** A whole number that the environment names. */
function asked(name: string): number | undefined {
	const number = Number(process.env[name] || NaN);
	return Number.isInteger(number) ? number : undefined;
}

/** How many generated inputs a property is tried with: `npm run fuzz` raises it by `FUZZ_RUNS`, and repeats them by `FUZZ_SEED`. */
export function fuzz(usual = 200): { numRuns: number; seed?: number } {
	const [runs = 0, seed] = [asked('FUZZ_RUNS'), asked('FUZZ_SEED')];
	return { numRuns: runs > 0 ? runs : usual, ...(seed !== undefined && { seed }) };
}
