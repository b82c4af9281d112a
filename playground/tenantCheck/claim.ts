import type { Observation, Seen } from './observation';

/** What an answer says of a claim. `found` is made with `say`. */
export interface Verdict {
	holds: boolean;
	found: string;
}

/** One line of the table. */
export interface ClaimTexts {
	/** Never changes: reports and docs/live.md name the claim by it. */
	id: string;
	/** What emulator and node assume. */
	claim: string;
	/** Where that is from, and how sure it is. */
	source: string;
	/** What depends on the claim. */
	affects: string;
	/** What a difference means for the node, and what to do about it. */
	ifNot: string;
	/** The emulator's setting, or the place in it, that a difference would change. */
	emulator: string;
}
export interface Claim extends ClaimTexts {
	/** How it is asked. */
	asks: string;
	/** Whether it is only asked with `--run`. */
	acts: boolean;
	from: ReadonlyArray<Observation<unknown>>;
	judge(...seen: unknown[]): Verdict;
}

/** A claim that is judged by what some observations have seen. @throws NotAsked from `judge` where they do not show it */
export function claim<const From extends ReadonlyArray<Observation<unknown>>>(
	row: ClaimTexts & {
		from: From;
		judge(...seen: { [K in keyof From]: Seen<From[K]> }): Verdict;
	},
): Claim {
	const from: Claim['from'] = row.from;
	return {
		...row,
		from,
		judge: row.judge as Claim['judge'],
		asks: [...new Set(from.map(({ asks }) => asks))].join('; '),
		acts: from.some(({ acts }) => acts === true),
	};
}

export function verdict(holds: boolean, found: string): Verdict {
	return { holds, found };
}
