/* eslint-disable @n8n/community-nodes/no-restricted-globals */

/** How many generated inputs a property is tried with; a nightly run raises it by `FUZZ_RUNS`. */
export function fuzz(usual = 200): { numRuns: number } {
	const asked = Number(process.env.FUZZ_RUNS);
	return { numRuns: Number.isInteger(asked) && asked > 0 ? asked : usual };
}
