import type { FinishedScript } from '../../../playground/emulator';
import { idealResults } from './idealClient';
import { MINUTE_MS } from './minutes';
import type { Swept } from './sweepRun';

/** Max Sessions of the workflow. */
export const SESSIONS = 40;

/** A device that is on for so long in one piece has to have a result. */
const ENOUGH_MS = 30 * MINUTE_MS;

const RESULTS = ['done', 'failed'];
const ENDS = [...RESULTS, 'notReached'];

/** A sweep in figures. Times in minutes. */
export interface Judged {
	done: number;
	failed: number;
	notReached: number;
	/** Devices that are not in exactly one end state. */
	unfinished: number;
	/** Devices whose script ran to its end twice. */
	twice: number;
	/** Scripts that ran to their end and that the table does not know. */
	unknown: number;
	/** Devices that were on for long enough in one piece and have no result. */
	missed: number;
	/** Own live responses at once, at most. */
	sessions: number;
	refusedRuns: number;
	/** When this share of all devices had its result; Infinity where it came never. */
	half: number;
	seventy: number;
	ninety: number;
	/** The same of the client that knows who is online. */
	idealHalf: number;
	idealSeventy: number;
	idealNinety: number;
	/** When a client that does not know who is online had nine tenths. */
	blindNinety: number;
	runsPerDevice: number;
	/** Calls of a tick besides runs, links and cancels, at most. */
	otherCalls: number;
	/** From a kill until all that was under way was booked, at most. */
	wentOn: number;
	/** MB above idle, at most. */
	memory: number;
	/** Executions that ended with an error. */
	errors: number;
}

/** When results came, in ms since the start: of the sweep, and of clients that know who is online and that do not. */
export function resultTimes({ devices, resultAt, from, deadline }: Swept, seed: number) {
	const client = { from, until: from + deadline, sessions: SESSIONS, seed };
	return {
		own: [...resultAt.values()].sort((a, b) => a - b),
		ideal: idealResults(devices, client),
		blind: idealResults(devices, { ...client, knows: false }),
	};
}

function byDevice<T extends { machineId?: unknown }>(entries: T[]): Map<unknown, T[]> {
	const groups = new Map<unknown, T[]>();
	for (const entry of entries) groups.set(entry.machineId, [...(groups.get(entry.machineId) ?? []), entry]);
	return groups;
}

/** How many live responses were unfinished at once, at most. */
export function mostAtOnce({ actions }: Pick<Swept, 'actions'>): number {
	const events = actions.flatMap(({ createdAt, endedAt }) => [
		{ at: createdAt, change: 1 },
		{ at: endedAt, change: -1 },
	]);
	let now = 0;
	return events.sort((a, b) => a.at - b.at || a.change - b.change).reduce((most, { change }) => Math.max(most, (now += change)), 0);
}

/** What must never happen, counted. */
type Wrong = Pick<Judged, 'unfinished' | 'twice' | 'unknown'>;

/** Counts what went wrong in a sweep that has ended, by its table and by what devices really ran. */
export function countWrong({ devices, rows, finished }: Pick<Swept, 'rows' | 'finished'> & { devices: Array<{ id: string }> }): Wrong {
	const rowsOf = byDevice(rows);
	const isKnown = ({ machineId, machineActionId }: FinishedScript) => {
		const row = rowsOf.get(machineId)?.[0];
		return RESULTS.includes(String(row?.state)) && row?.machineActionId === machineActionId;
	};
	return {
		unfinished: devices.filter(({ id }) => rowsOf.get(id)?.length !== 1 || !ENDS.includes(String(rowsOf.get(id)?.[0].state))).length,
		twice: [...byDevice(finished).values()].filter(({ length }) => length > 1).length,
		unknown: finished.filter((script) => !isKnown(script)).length,
	};
}

export function judge(swept: Swept, seed: number): Judged {
	const { devices, rows, from, deadline } = swept;
	const rowsOf = byDevice(rows);
	const stateOf = (id: string) => String(rowsOf.get(id)?.[0].state);
	const inState = (...states: string[]) => devices.filter(({ id }) => states.includes(stateOf(id)));
	const times = resultTimes(swept, seed);
	const timeOf = (of: number[], share: number) => (of[Math.ceil(devices.length * share) - 1] ?? Infinity) / MINUTE_MS;
	const wasOnLongEnough = ({ onIn, portalSessions }: (typeof devices)[number]) => {
		const free = Math.max(from, ...portalSessions.map(({ until }) => until));
		return onIn.some((period) => Math.min(period.until, from + deadline) - Math.max(period.from, free) >= ENOUGH_MS);
	};
	return {
		done: inState('done').length,
		failed: inState('failed').length,
		notReached: inState('notReached').length,
		...countWrong(swept),
		missed: devices.filter((device) => wasOnLongEnough(device) && !RESULTS.includes(stateOf(device.id))).length,
		sessions: mostAtOnce(swept),
		refusedRuns: swept.refusedRuns,
		half: timeOf(times.own, 0.5),
		seventy: timeOf(times.own, 0.7),
		ninety: timeOf(times.own, 0.9),
		idealHalf: timeOf(times.ideal, 0.5),
		idealSeventy: timeOf(times.ideal, 0.7),
		idealNinety: timeOf(times.ideal, 0.9),
		blindNinety: timeOf(times.blind, 0.9),
		runsPerDevice: swept.runs.length / devices.length,
		otherCalls: Math.max(...swept.otherCalls),
		wentOn: Math.max(...swept.wentOn, 0),
		memory: Math.max(...swept.memory, 0) / 1e6,
		errors: swept.errors.length,
	};
}
