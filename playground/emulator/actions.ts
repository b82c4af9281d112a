import { randomUUID } from 'node:crypto';
import type { FileBehaviour, Result, ScriptBehaviour, System } from './behaviours';
import { fileResult, scriptResult } from './behaviours';
import { sevenDigits, withDigits } from './dates';

export type ActionStatus = 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'TimeOut' | 'Cancelled';
export type CommandType = 'PutFile' | 'RunScript' | 'GetFile';
export interface CommandBody {
	type: CommandType;
	params: Array<{ key: string; value: string }>;
}

/** One command with everything that will happen to it; the caller sees the part that has happened so far. */
export interface Command {
	body: CommandBody;
	/** Milliseconds since the epoch; Infinity where it never comes to that. */
	startAt: number;
	endAt: number;
	endStatus: string;
	/** When the device has run a script to its end, whether or not that shows; Infinity where it never does. */
	doneAt: number;
	/** Its status until it ends, whatever the time. */
	status?: string;
	errors: string[];
	/** Name of the blob: 32 hex digits. */
	blob: string;
	result?: Result;
}

/** A machine action. Its whole life is planned when it is created, and its state is computed from the clock: there are no timers. */
export interface Action {
	id: string;
	type: string;
	machineId: string;
	computerDnsName: string;
	requestor: string;
	requestorComment: string;
	requestSource: string;
	createdAt: number;
	/** End of Pending. */
	startAt: number;
	endAt: number;
	endStatus: ActionStatus;
	commands: Command[];
	cancelled?: { at: number; requestor: string; comment: string };
	/** Fields of the entity as they are to be sent, over the computed ones. */
	fields: Record<string, unknown>;
}

/** The result of a command that ran with this behaviour. */
export function commandResult(
	body: CommandBody,
	behaviour: ScriptBehaviour & FileBehaviour,
	system: System,
	actionId: string,
	index: number,
): Result {
	if (body.type === 'GetFile') return fileResult(behaviour, param(body, 'Path') ?? 'file');
	return scriptResult(behaviour, param(body, 'ScriptName') ?? '', system, `output_${actionId}_${index}.json`);
}

export function param(body: CommandBody, key: string): string | undefined {
	return body.params.find((entry) => entry.key === key)?.value;
}

export function blobName(): string {
	return randomUUID().replaceAll('-', '');
}

export function statusAt(action: Action, now: number): ActionStatus {
	if (action.cancelled) return 'Cancelled';
	if (now >= action.endAt) return action.endStatus;
	return now < action.startAt ? 'Pending' : 'InProgress';
}

export function isFinal(status: ActionStatus): boolean {
	return status !== 'Pending' && status !== 'InProgress';
}

/**
 * Cancels an unfinished action; it is final at once. Commands that had not begun never begin, one that runs never ends.
 *
 * @param late one that runs goes on to its end
 */
export function cancelAction(action: Action, cancelled: NonNullable<Action['cancelled']>, late: boolean): void {
	for (const command of action.commands) {
		if (command.startAt > cancelled.at) command.startAt = command.endAt = command.doneAt = Infinity;
		else if (command.endAt > cancelled.at && !late) {
			command.endAt = Infinity;
			if (command.doneAt > cancelled.at) command.doneAt = Infinity;
		}
	}
	action.cancelled = cancelled;
}

/** How an action is written. */
interface Style {
	/** Digits of a second's fraction, 2 to 7. */
	fractionDigits: number;
	/** Which words `commandStatus` has before a command ends. */
	commandStatuses: 'all' | 'documented';
}

/** Entities of actions with which nothing more will happen, by style: a list of thousands is asked for again and again. */
const settled: Record<string, WeakMap<Action, Record<string, unknown>>> = {};

/** The action as the API sends it at this time, in the order of fields captured from the live service. */
export function actionEntity(action: Action, now: number, style: Style): Record<string, unknown> {
	const known = (settled[`${style.fractionDigits} ${style.commandStatuses}`] ??= new WeakMap());
	const kept = known.get(action);
	if (kept) return kept;
	const entity = writeEntity(action, now, style);
	if (isSettled(action, now)) known.set(action, entity);
	return entity;
}

function isSettled(action: Action, now: number): boolean {
	if (!isFinal(statusAt(action, now))) return false;
	return action.commands.every(({ startAt, endAt }) => [startAt, endAt].every((at) => at <= now || at === Infinity));
}

function writeEntity(action: Action, now: number, style: Style): Record<string, unknown> {
	const written = writer(style);
	const { cancelled } = action;
	const endedByItself = !cancelled && action.endStatus === 'Cancelled' && now >= action.endAt;
	const events = [action.createdAt, action.startAt, action.endAt, ...action.commands.map((command) => command.endAt)];
	const last = cancelled?.at ?? Math.max(action.createdAt, ...events.filter((at) => at <= now));
	return {
		id: action.id,
		type: action.type,
		title: null,
		requestor: action.requestor,
		requestorComment: action.requestorComment,
		status: statusAt(action, now),
		machineId: action.machineId,
		computerDnsName: action.computerDnsName,
		creationDateTimeUtc: written(action.createdAt),
		lastUpdateDateTimeUtc: written(last),
		cancellationRequestor: cancelled?.requestor ?? (endedByItself ? action.requestor : null),
		cancellationComment: cancelled?.comment ?? null,
		cancellationDateTimeUtc: cancelled ? written(cancelled.at) : endedByItself ? written(action.endAt) : null,
		errorHResult: 0,
		scope: null,
		externalId: null,
		requestSource: action.requestSource,
		relatedFileInfo: null,
		commands: action.commands.map((command, index) => commandEntity(command, index, action, now, style)),
		troubleshootInfo: null,
		...action.fields,
	};
}

function writer({ fractionDigits }: Style): (ms: number) => string {
	return (ms) => withDigits(sevenDigits(ms), fractionDigits);
}

function commandEntity(command: Command, index: number, action: Action, now: number, style: Style) {
	const written = writer(style);
	const ended = now >= command.endAt;
	return {
		index,
		startTime: now >= command.startAt ? written(command.startAt) : null,
		endTime: ended ? written(command.endAt) : null,
		commandStatus: ended
			? command.endStatus
			: (command.status ?? (style.commandStatuses === 'all' ? wordBeforeEnd(command, action, now) : 'Created')),
		errors: ended ? command.errors : [],
		command: command.body,
	};
}

/** Microsoft's connector names these words; when each is sent is a guess. */
function wordBeforeEnd(command: Command, action: Action, now: number): string {
	if (now >= command.startAt) return 'Executing';
	if (isFinal(statusAt(action, now))) return 'Created';
	if (action.startAt === Infinity) return 'PendingResource';
	return now >= action.startAt ? 'Submitted' : 'Created';
}
