import type { Judged } from './judge';
import { SESSIONS } from './judge';

/** Runs of one tick: what is not listed yet when another process begins. */
export const RUNS_OF_A_TICK = 10;

/**
 * A world that a sweep is measured in: its deadline in hours, when half and seven tenths are to be done, in minutes, and
 * nine tenths, in times of what a client takes that knows who is online.
 */
export const SIZES: Record<number, { hours: number; half: number; seventy: number; ninety: number }> = {
	100: { hours: 6, half: 20, seventy: 30, ninety: 1.3 },
	500: { hours: 8, half: 60, seventy: 95, ninety: 1.3 },
	2_000: { hours: 12, half: 230, seventy: 320, ninety: 1.3 },
	// Out of reach for all that do not know it: here the places decide, and three in ten go to devices that are off.
	5_000: { hours: 24, half: 600, seventy: 840, ninety: Infinity },
};

export interface Bound {
	what: string;
	/** At most; Infinity where it is there to be compared with. */
	bound: number;
	figure: number;
	digits?: number;
}

const sum = (figures: number[]) => figures.reduce((total, each) => total + each, 0);
const median = (figures: number[]) => [...figures].sort((a, b) => a - b)[(figures.length - 1) >> 1];

/** What a sweep has to keep to, and what sweeps of this many devices did: counts of wrong things are sums, times are medians. */
export function boundsOf(devices: number, sweeps: Judged[]): Bound[] {
	const of = (figure: keyof Judged) => sweeps.map((sweep) => sweep[figure]);
	const { half, seventy, ninety } = SIZES[devices] ?? { half: Infinity, seventy: Infinity, ninety: 1.3 };
	const beside = (figure: keyof Judged) => {
		const theirs = median(of(figure));
		return theirs === Infinity ? 0 : median(of('ninety')) / theirs;
	};
	return [
		{ what: 'devices that are not in exactly one end state 5 minutes after the deadline', bound: 0, figure: sum(of('unfinished')) },
		{ what: 'devices whose script ran to its end twice', bound: 0, figure: sum(of('twice')) },
		{ what: 'scripts that ran and are unknown to the table', bound: 0, figure: sum(of('unknown')) },
		{
			what: 'devices that were online for 30 minutes in one piece and have no result',
			bound: devices < 500 ? 0 : devices * sweeps.length * 0.01,
			figure: sum(of('missed')),
		},
		{
			what: 'own live responses at once, also beside a process that was killed',
			bound: SESSIONS + RUNS_OF_A_TICK,
			figure: Math.max(...of('sessions')),
		},
		{ what: 'runs that were refused with 429', bound: 0, figure: sum(of('refusedRuns')) },
		{ what: 'half of the devices done (min)', bound: half, figure: median(of('half')) },
		{ what: '70 % done (min)', bound: seventy, figure: median(of('seventy')) },
		{ what: '90 % done (min)', bound: Infinity, figure: median(of('ninety')) },
		{ what: 'half, by a client that knows who is online (min)', bound: Infinity, figure: median(of('idealHalf')) },
		{ what: '70 %, by that client (min)', bound: Infinity, figure: median(of('idealSeventy')) },
		{ what: '90 %, by that client (min)', bound: Infinity, figure: median(of('idealNinety')) },
		{ what: '90 % done, in times of what that client takes', bound: ninety, figure: beside('idealNinety'), digits: 2 },
		{ what: '90 %, by a client that does not know it (min)', bound: Infinity, figure: median(of('blindNinety')) },
		{ what: '90 % done, in times of what this client takes', bound: 1.1, figure: beside('blindNinety'), digits: 2 },
		{ what: 'runs for each device', bound: 2.8, figure: Math.max(...of('runsPerDevice')), digits: 2 },
		{ what: 'calls of a tick besides runs, links and cancels', bound: 3, figure: Math.max(...of('otherCalls')) },
		{ what: 'from a kill until all that was under way is booked (min)', bound: 16, figure: Math.max(...of('wentOn')) },
		{ what: 'memory above idle (MB)', bound: 200, figure: Math.max(...of('memory')) },
		{ what: 'executions that ended with an error', bound: 0, figure: sum(of('errors')) },
	];
}
