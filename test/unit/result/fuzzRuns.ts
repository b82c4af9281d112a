/* eslint-disable @n8n/community-nodes/no-restricted-globals */

/** A whole number that the environment names. */
function asked(name: string): number | undefined {
	const number = Number(process.env[name] || NaN);
	return Number.isInteger(number) ? number : undefined;
}

/** The inputs of `npm test` are always the same, so that it does not go red by chance. */
const USUAL_SEED = 4711;

/** How many generated inputs a property is tried with, and which: `npm run fuzz` asks for more, and for others each time. */
export function fuzz(usual = 200): { numRuns: number; seed: number } {
	const [runs = 0, seed = USUAL_SEED] = [asked('FUZZ_RUNS'), asked('FUZZ_SEED')];
	return { numRuns: runs > 0 ? runs : usual, seed };
}

/** The same for whole flows, which take a thousand times as long: how many of each subject. */
export function fuzzFlows(subjects: number, usual = 6): { numRuns: number; seed: number } {
	const [flows = 0, seed = USUAL_SEED] = [asked('FUZZ_FLOWS'), asked('FUZZ_SEED')];
	return { numRuns: flows > 0 ? Math.ceil(flows / subjects) : usual, seed };
}
