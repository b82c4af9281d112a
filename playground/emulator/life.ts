import { blobName, type ActionStatus, type Command, type CommandBody, type CommandType } from './actions';
import type { FileBehaviour, Result, ScriptBehaviour } from './behaviours';
import { draw, type Drawn } from './drawing';
import type { Presence } from './presence';

/** How long an action takes, in ms. */
export interface Life {
	pendingMs: number;
	/** Of each command. */
	runMs: number;
	/** From the end of the last command to the action's. */
	settleMs: number;
}

/** The same, or what it is drawn from for each action. */
export type LifeInput = { [Part in keyof Life]?: Drawn };

/** RunScript is ended by the service after 10 minutes. What the action then says is unknown: TimeOut is the guess. */
const SCRIPT_LIMIT_MS = 600_000;

export type PlannedCommand = { body: CommandBody; behaviour: ScriptBehaviour & FileBehaviour; result?: () => Result };

/** Where an action is planned. */
interface Place {
	life: Life;
	presence: Presence;
	/** How long a device that is off is waited for, in ms. */
	queueMs: number;
}

export function drawLife({ pendingMs = 1000, runMs = 1000, settleMs = 0 }: LifeInput, random: () => number): Life {
	return { pendingMs: draw(pendingMs, random), runMs: draw(runMs, random), settleMs: draw(settleMs, random) };
}

/**
 * Lays out the life of an action: commands one after the other, none after one that failed. A device that is off when its
 * turn comes starts as soon as it is on, unless the action has ended with TimeOut by then (a guess, as is all that
 * follows). One that goes off runs its script to the end, and that shows when it is back.
 */
export function planLife(planned: PlannedCommand[], createdAt: number, { life, presence, queueMs }: Place) {
	const timeOutAt = createdAt + queueMs;
	const due = presence.nextOn(createdAt + life.pendingMs);
	const waitsInVain = due >= timeOutAt;
	const startAt = waitsInVain ? Infinity : due;
	let at = startAt;
	let endStatus: ActionStatus = 'Succeeded';
	const commands = planned.map(({ body, behaviour, result }): Command => {
		const never = { startAt: Infinity, endAt: Infinity, doneAt: Infinity };
		const command: Command = { body, ...never, endStatus: 'Created', errors: [], blob: blobName() };
		if (endStatus !== 'Succeeded' || waitsInVain) return command;
		const duration = behaviour.durationMs ?? life.runMs;
		if (behaviour.endsAction) {
			endStatus = behaviour.endsAction;
			at += duration;
			return command;
		}
		command.startAt = at;
		const overtime = body.type === 'RunScript' && duration > SCRIPT_LIMIT_MS;
		const doneAt = at + (overtime ? SCRIPT_LIMIT_MS : duration);
		command.endAt = at = presence.nextOn(doneAt);
		command.errors = overtime ? ['Running script on endpoint failed: the script timed out.'] : (behaviour.commandErrors ?? []);
		command.endStatus = behaviour.commandStatus ?? (command.errors.length > 0 ? 'Failed' : 'Completed');
		if (overtime) endStatus = 'TimeOut';
		else if (command.errors.length > 0 || command.endStatus === 'Failed') endStatus = 'Failed';
		if (body.type === 'RunScript' && endStatus === 'Succeeded' && !behaviour.hashMismatch) command.doneAt = doneAt;
		if (!overtime && hasResult(body.type, behaviour, endStatus)) command.result = result?.();
		return command;
	});
	if (waitsInVain) return { startAt, endAt: timeOutAt, endStatus: 'TimeOut' as const, commands };
	return { startAt, endAt: at + life.settleMs, endStatus, commands };
}

/** A failed RunScript normally still has a result (PSLR); here it has one when the behaviour says what is in it. */
export function hasResult(type: CommandType, behaviour: ScriptBehaviour & FileBehaviour, endStatus: string): boolean {
	if (type === 'PutFile' || behaviour.noResult) return false;
	if (endStatus === 'Succeeded' || behaviour.raw !== undefined) return true;
	return type === 'RunScript' && (behaviour.output !== undefined || behaviour.errors !== undefined);
}
