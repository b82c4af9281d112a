/** A stretch of time on the emulator's clock, in ms since the epoch. */
export interface Period {
	from: number;
	/** Not part of it. */
	until: number;
}

/** When a device is on. */
export interface Presence {
	/** The first moment from this one on at which it is on; Infinity where there is none. */
	nextOn(at: number): number;
}

export const ALWAYS_ON: Presence = { nextOn: (at) => at };
export const NEVER_ON: Presence = { nextOn: () => Infinity };

/** @param periods in which it is on, in the order of time */
export function onIn(periods: Period[]): Presence {
	return {
		nextOn(at) {
			const next = periods.find(({ until }) => at < until);
			return next ? Math.max(at, next.from) : Infinity;
		},
	};
}

export function isIn(periods: Period[], at: number): boolean {
	return periods.some(({ from, until }) => from <= at && at < until);
}
