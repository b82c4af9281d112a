import type { Operation } from './routes';

export interface Limits {
	perMinute: number;
	perHour: number;
	runPerMinute: number;
	packageLinkPerMinute: number;
	packageLinkPerHour: number;
	concurrentSessions: number;
}

/**
 * The documented limits: 100 a minute and 1,500 an hour for each API, run 10 a minute, package links 2 a minute and 120 an hour,
 * 50 sessions at a time (newest figure; 25 in older pages).
 */
const REAL: Limits = {
	perMinute: 100,
	perHour: 1500,
	runPerMinute: 10,
	packageLinkPerMinute: 2,
	packageLinkPerHour: 120,
	concurrentSessions: 50,
};
const NONE: Limits = {
	perMinute: Infinity,
	perHour: Infinity,
	runPerMinute: Infinity,
	packageLinkPerMinute: Infinity,
	packageLinkPerHour: Infinity,
	concurrentSessions: Infinity,
};
const WINDOWS = [
	{ ms: 60_000, text: '00:01:00' },
	{ ms: 3_600_000, text: '01:00:00' },
];

export type LimitsInput = 'real' | 'none' | Partial<Limits>;

/** Where the first of some ascending times is that is later than another, found by halves: there may be many. */
function firstAfter(times: number[], time: number): number {
	let from = 0;
	let to = times.length;
	while (from < to) {
		const middle = (from + to) >> 1;
		if (times[middle] > time) to = middle;
		else from = middle + 1;
	}
	return from;
}

/** Counts calls in sliding windows, for each application and tenant (I:10124) and each API (every page has its own figure). */
export class RateLimits {
	current: Limits = REAL;
	private readonly calls = new Map<string, number[]>();

	constructor(
		private readonly now: () => number,
		input: LimitsInput = 'real',
	) {
		this.setLimits(input);
	}

	/** Figures that are not given are the real ones. */
	setLimits(input: LimitsInput): void {
		this.current = input === 'real' ? REAL : input === 'none' ? NONE : { ...REAL, ...input };
	}

	clear(): void {
		this.calls.clear();
	}

	/** Calls of an operation a minute and an hour. */
	private allowed(operation: Operation): [number, number] {
		const { perMinute, perHour, runPerMinute, packageLinkPerMinute, packageLinkPerHour } = this.current;
		if (operation === 'run') return [runPerMinute, Infinity];
		return operation === 'packageLink' ? [packageLinkPerMinute, packageLinkPerHour] : [perMinute, perHour];
	}

	/** Counts a call, or says how it is over the limit; a refused call is not counted. */
	take(caller: string, operation: Operation): { message: string; retryAfter: number } | undefined {
		const allowed = this.allowed(operation);
		const now = this.now();
		const key = `${caller} ${operation}`;
		const calls = this.calls.get(key) ?? [];
		this.calls.set(key, calls);
		calls.splice(0, firstAfter(calls, now - 3_600_000));
		for (const [i, window] of WINDOWS.entries()) {
			if (calls.length - firstAfter(calls, now - window.ms) < allowed[i]) continue;
			const free = calls[calls.length - allowed[i]] + window.ms;
			return {
				message: `API calls quota exceeded! maximum allowed ${allowed[i]} per ${window.text}`,
				retryAfter: Math.max(1, Math.ceil((free - now) / 1000)),
			};
		}
		calls.push(now);
		return undefined;
	}
}
