import { getOrCreate } from '../service/getOrCreate';
import type { ActionCommand, MachineAction } from '../service/machineAction';
import { endedStatus, normalizedWord } from '../service/machineAction';
import { isTooDeep, withoutNuls } from './output';

/** What a command's status says; `unsaid` if it has none, `unknown` if the word is not documented. */
export type CommandState = 'waiting' | 'sent' | 'running' | 'done' | 'failed' | 'unsaid' | 'unknown';

/**
 * States by the service's words. Source: Microsoft's page of the call (Created, Completed, Failed) and the client
 * generated for its connector (also Submitted, PendingResource, Executing). The others are not documented and say the
 * same.
 */
const STATES = new Map<string, CommandState>([
	['', 'unsaid'],
	['created', 'waiting'],
	['submitted', 'sent'],
	['pendingresource', 'sent'],
	['executing', 'running'],
	...['completed', 'succeeded', 'success', 'done', 'finished'].map((word) => [word, 'done'] as const),
	...['failed', 'failure', 'error', 'cancelled', 'canceled', 'timeout', 'timedout', 'aborted'].map((word) => [word, 'failed'] as const),
]);

export function stateOf({ commandStatus }: ActionCommand): CommandState {
	return STATES.get(normalizedWord(commandStatus)) ?? 'unknown';
}

/** Errors that say nothing are not errors. */
function isEmptyError(error: unknown): boolean {
	return error === null || (typeof error === 'string' && withoutNuls(error).trim() === '');
}

/** The command's own errors, as text. */
export function errorsOf(command: ActionCommand | undefined): string[] {
	const errors = (command?.errors ?? []).filter((error) => !isEmptyError(error));
	return errors.map((error) => {
		if (typeof error === 'string') return error;
		return isTooDeep(error) ? 'Nested too deep to be shown' : JSON.stringify(error);
	});
}

/** Whether a command failed: one has been seen that is `Completed` and has errors. */
export function hasFailed(command: ActionCommand): boolean {
	return stateOf(command) === 'failed' || !command.errors.every(isEmptyError);
}

/** Before live response was: .NET's dates begin with the year 1, which means no date. */
const NO_DATE = Date.UTC(2000, 0);

function isDate(value: unknown): boolean {
	return typeof value === 'string' && Date.parse(value) > NO_DATE;
}

/** Whether the service says that the device has begun a command. */
function hasBegun(command: ActionCommand): boolean {
	const state = stateOf(command);
	return state === 'running' || state === 'done' || isDate(command.startTime) || isDate(command.endTime);
}

/** What is known of all commands of an action. */
interface Commands {
	byIndex: Map<number, ActionCommand>;
	/** Index of the first one that failed; the service runs none of those behind it. */
	firstFailed: number;
	/** Whether the device has begun one. */
	begun: boolean;
	/** Whether all of them still wait to be sent to the device. */
	waiting: boolean;
}

/** By action, since an action may have thousands of commands, each of which is judged. */
const overviews = new WeakMap<MachineAction, Commands>();

function overviewOf(action: MachineAction): Commands {
	return getOrCreate(overviews, action, () => {
		const { commands } = action;
		const failed = commands.filter(hasFailed).map(({ index }) => index);
		return {
			byIndex: new Map([...commands].reverse().map((command) => [command.index, command])),
			firstFailed: failed.reduce((first, index) => Math.min(first, index), Infinity),
			begun: commands.some(hasBegun),
			waiting: commands.every((command) => stateOf(command) === 'waiting'),
		};
	});
}

/** The command of an action that has an index; the first where several have it. */
export function commandAt(action: MachineAction, index: number): ActionCommand | undefined {
	return overviewOf(action).byIndex.get(index);
}

/** Why it is not known whose result an index names: an action lists different commands with it. A command that is only listed twice is one. */
export function whyUnclear({ commands }: MachineAction, index: number): string | undefined {
	const listed = commands.filter((command) => command.index === index);
	const different = new Set(listed.map((each) => JSON.stringify([each.command, stateOf(each), errorsOf(each)])));
	return different.size > 1 ? `Defender lists ${different.size} different commands with the index ${index}` : undefined;
}

/** Whether a command was left out because an earlier one had failed. */
export function isSkipped(action: MachineAction, command: ActionCommand): boolean {
	return overviewOf(action).firstFailed < command.index && !hasBegun(command);
}

/**
 * Whether the device has begun a command: what has not can be run again without running twice.
 *
 * @param command undefined where the action lists none with its index
 * @param hasResult whether it left something behind, or the service says so
 * @returns null if that cannot be known
 */
export function startedOf(action: MachineAction, command: ActionCommand | undefined, hasResult: boolean): boolean | null {
	if (hasResult || (command && hasBegun(command))) return true;
	const state = command && stateOf(command);
	if (state === 'failed' || state === 'unknown') return null;
	if (command && isSkipped(action, command)) return false;
	const { begun, waiting } = overviewOf(action);
	if (begun) return null;
	if (normalizedWord(action.status) === 'pending') return false;
	const ended = endedStatus(action);
	return (ended === 'Cancelled' || ended === 'TimeOut') && command && waiting ? false : null;
}

/**
 * Whether the device has begun any command of an action.
 *
 * @returns null if that cannot be known
 */
export function hasStarted(action: MachineAction): boolean | null {
	if (overviewOf(action).begun) return true;
	const commands = action.commands.length > 0 ? action.commands : [undefined];
	return commands.every((command) => startedOf(action, command, false) === false) ? false : null;
}
