import { randomUUID } from 'node:crypto';
import {
	blobName,
	commandResult,
	isFinal,
	type Action,
	type ActionStatus,
	type Command,
	type CommandBody,
	type CommandType,
} from './actions';
import type { FileBehaviour, ScriptBehaviour, System } from './behaviours';
import { systemOf, type Device } from './devices';
import { hasResult } from './life';

export interface ActionCommandInput {
	type: CommandType;
	/** Value of ScriptName, FileName or Path; or all of `params`. */
	name?: string;
	args?: string;
	params?: CommandBody['params'];
	/** `Created`, `Submitted`, `PendingResource` and `Executing` are unfinished. */
	status?: string;
	errors?: string[];
	/** The transcript. A completed command has a result unless it says `noResult`. */
	script?: ScriptBehaviour;
	file?: FileBehaviour;
}
export interface ActionInput {
	id?: string;
	type?: string;
	/** Default: the first device. */
	machineId?: string;
	computerDnsName?: string;
	requestor?: string;
	requestorComment?: string;
	requestSource?: string;
	/** `Pending` and `InProgress` never change, unless `endedAt` is set. Default `Succeeded`. */
	status?: ActionStatus;
	/** Milliseconds on the emulator's clock. Default: an hour ago. */
	createdAt?: number;
	/** Default: a minute after `createdAt`. In the future: InProgress until then. */
	endedAt?: number;
	commands?: ActionCommandInput[];
	/** Fields of the entity sent as they are, e.g. `commands: undefined` to leave one out. */
	fields?: Record<string, unknown>;
}

/** Status words of an unfinished command. */
const WORDS_BEFORE_END = ['Created', 'Submitted', 'PendingResource', 'Executing'];

/** An action as if it had been started before the emulator; it ends, or ended, as the input says. */
export function existingAction(input: ActionInput, device: Device | undefined, now: number): Action {
	const machine = device?.machine;
	const status = input.status ?? 'Succeeded';
	const createdAt = input.createdAt ?? now - 3_600_000;
	const final = isFinal(status);
	const endAt = input.endedAt ?? (final ? createdAt + 60_000 : Infinity);
	const type = input.type ?? 'LiveResponse';
	const action: Action = {
		id: (input.id ?? randomUUID()).toLowerCase(),
		type,
		machineId: machine?.id ?? input.machineId ?? '0'.repeat(40),
		computerDnsName: input.computerDnsName ?? machine?.computerDnsName ?? 'unknown',
		requestor: input.requestor ?? 'analyst@contoso.example',
		requestorComment: input.requestorComment ?? '',
		requestSource: input.requestSource ?? 'PublicApi',
		createdAt,
		startAt: status === 'Pending' ? endAt : createdAt,
		endAt,
		endStatus: final ? status : 'Succeeded',
		commands: [],
		// The captured Offboard action names no device.
		fields: { ...(type === 'Offboard' && { machineId: null, computerDnsName: null }), ...input.fields },
	};
	action.commands = (input.commands ?? []).map((command, index) => existingCommand(command, index, action, status, systemOf(device)));
	return action;
}

function existingCommand(input: ActionCommandInput, index: number, action: Action, status: ActionStatus, system: System): Command {
	const body = commandBody(input);
	const behaviour = { ...input.script, ...input.file };
	const endStatus = input.status ?? (status === 'Succeeded' ? 'Completed' : 'Created');
	const waits = WORDS_BEFORE_END.includes(endStatus);
	const ran = !waits;
	const described = input.script !== undefined || input.file !== undefined;
	const downloadable = ran && !behaviour.noResult && input.type !== 'PutFile' && (described || hasResult(input.type, behaviour, status));
	const endAt = ran ? Math.min(action.endAt, Math.max(action.startAt, action.createdAt + 60_000)) : Infinity;
	return {
		body,
		startAt: ran || endStatus === 'Executing' ? Math.min(action.endAt, Math.max(action.startAt, action.createdAt + 1000)) : Infinity,
		endAt,
		doneAt: input.type === 'RunScript' && endStatus === 'Completed' && !input.errors?.length ? endAt : Infinity,
		endStatus,
		...(waits && { status: endStatus }),
		errors: input.errors ?? [],
		blob: blobName(),
		...(downloadable && { result: commandResult(body, behaviour, system, action.id, index) }),
	};
}

function commandBody(input: ActionCommandInput): CommandBody {
	const key = { RunScript: 'ScriptName', PutFile: 'FileName', GetFile: 'Path' }[input.type];
	const params = input.params ?? [
		{ key, value: input.name ?? '' },
		...(input.args === undefined ? [] : [{ key: 'Args', value: input.args }]),
	];
	return { type: input.type, params };
}
