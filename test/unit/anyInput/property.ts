import type fc from 'fast-check';

/** What holds for any input of a function. */
export interface Property {
	/** The function's part, as in "link check". */
	what: string;
	/** What holds. */
	holds: string;
	/** Inputs, and the check of one of them. */
	inputs: fc.IRawProperty<unknown>;
	/** How many inputs are tried in `npm test`. */
	usual?: number;
}

/** For the properties of one part. */
export function propertiesOf(what: string, all: Record<string, fc.IRawProperty<never> | fc.IRawProperty<unknown>>): Property[] {
	return Object.entries(all).map(([holds, inputs]) => ({ what, holds, inputs: inputs as fc.IRawProperty<unknown> }));
}
