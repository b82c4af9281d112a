import { createHash, randomUUID } from 'node:crypto';
import { commandResult, isFinal, param, planLife, statusAt, type Action, type CommandBody, type CommandType, type Life, type PlannedCommand } from './actions';
import { toBuffer, type Bytes, type FileBehaviour, type ScriptBehaviour } from './behaviours';
import { sevenDigits } from './dates';
import { isWindows, machineEntity, type Device, type DeviceInput, type Machine } from './devices';
import { existingAction, type ActionInput } from './existingActions';

export interface LibraryFileInput {
	fileName: string;
	content?: Bytes;
	description?: string | null;
	hasParameters?: boolean;
	parametersDescription?: string | null;
	createdBy?: string;
	/** How the script goes on devices that say nothing about it. */
	behaviour?: ScriptBehaviour;
}
interface LibraryFile {
	entity: Record<string, unknown>;
	behaviour?: ScriptBehaviour;
}

/** A run that took effect. */
export interface Run {
	at: number;
	machineActionId: string;
	machineId: string;
	clientId: string;
	comment: string;
	commands: CommandBody[];
}

/** The customer's tenant: its devices, script library and machine actions. */
export class Tenant {
	readonly devices: Device[] = [];
	readonly library = new Map<string, LibraryFile>();
	readonly actions = new Map<string, Action>();
	readonly runs: Run[] = [];

	constructor(
		private readonly now: () => number,
		private readonly life: Life,
	) {}

	clear(): void {
		this.devices.length = 0;
		this.runs.length = 0;
		this.library.clear();
		this.actions.clear();
	}

	addDevice(input: DeviceInput): Machine {
		const machine = machineEntity(input, this.devices.length, this.now());
		this.devices.push({ machine, input, offline: input.offline ?? false });
		for (const fileName of Object.keys(input.scripts ?? {})) if (!this.library.has(fileName)) this.addLibraryFile({ fileName });
		return machine;
	}

	/** A device by its id or its computer name; of several with one name, the one seen last. */
	findDevice(idOrName: string): Device | undefined {
		const wanted = idOrName.toLowerCase();
		const byName = this.devices.filter(({ machine }) => machine.computerDnsName.toLowerCase() === wanted);
		byName.sort((a, b) => b.machine.lastSeen.localeCompare(a.machine.lastSeen));
		return this.devices.find(({ machine }) => machine.id.toLowerCase() === wanted) ?? byName[0];
	}

	/** Takes a device off the network for later runs, or brings it back: what waited for it then starts. */
	setOffline(idOrName: string, offline: boolean): void {
		const device = this.findDevice(idOrName);
		if (!device) throw new Error(`no device ${idOrName}`);
		device.offline = offline;
		if (offline) return;
		for (const action of this.actions.values()) {
			if (action.machineId !== device.machine.id || action.startAt !== Infinity || isFinal(statusAt(action, this.now()))) continue;
			const planned = this.plan(device, action.commands.map((command) => command.body), action.id);
			Object.assign(action, planLife(planned, this.now(), this.lifeOf(device), false));
		}
	}

	addLibraryFile(input: LibraryFileInput): Record<string, unknown> {
		const now = sevenDigits(this.now());
		const entity = {
			fileName: input.fileName,
			sha256: createHash('sha256').update(toBuffer(input.content ?? '')).digest('hex'),
			description: input.description ?? null,
			creationTime: this.library.get(input.fileName)?.entity.creationTime ?? now,
			lastUpdatedTime: now,
			createdBy: input.createdBy ?? 'analyst@contoso.example',
			hasParameters: input.hasParameters ?? false,
			parametersDescription: input.parametersDescription ?? null,
		};
		const behaviour = input.behaviour ?? this.library.get(input.fileName)?.behaviour;
		this.library.set(input.fileName, { entity, behaviour });
		return entity;
	}

	/** An action that exists already: somebody else's, one that ended long ago, one of another type. */
	addAction(input: ActionInput = {}): Action {
		const device = input.machineId === undefined ? this.devices[0] : this.findDevice(input.machineId);
		const action = existingAction(input, device?.machine, this.now());
		this.actions.set(action.id, action);
		return action;
	}

	/** Starts commands on a device, after the request was found good. */
	run(device: Device, commands: CommandBody[], comment: string, clientId: string): Action {
		const id = randomUUID();
		const at = this.now();
		const action: Action = {
			id,
			type: 'LiveResponse',
			machineId: device.machine.id,
			computerDnsName: device.machine.computerDnsName,
			// App-only: the client id in most captured samples (the display name in one client's experience).
			requestor: clientId,
			requestorComment: comment,
			requestSource: 'PublicApi',
			createdAt: at,
			...planLife(this.plan(device, commands, id), at, this.lifeOf(device), device.offline),
			fields: {},
		};
		this.actions.set(id, action);
		this.runs.push({ at, machineActionId: id, machineId: action.machineId, clientId, comment, commands });
		return action;
	}

	/** Unfinished live responses: one blocks its device, and all count against the concurrent sessions. */
	unfinished(machineId?: string): Action[] {
		return [...this.actions.values()].filter(
			(action) =>
				action.type === 'LiveResponse' &&
				(machineId === undefined || action.machineId === machineId) &&
				!isFinal(statusAt(action, this.now())),
		);
	}

	private lifeOf(device: Device): Life {
		return { ...this.life, ...device.input.life };
	}

	private plan(device: Device, commands: CommandBody[], actionId: string): PlannedCommand[] {
		return commands.map((body, index) => {
			const behaviour = this.behaviour(device, body);
			const windows = isWindows(device.machine.osPlatform);
			return { body, behaviour, result: () => commandResult(body, behaviour, windows, actionId, index) };
		});
	}

	private behaviour({ input }: Device, body: CommandBody): ScriptBehaviour & FileBehaviour {
		if (body.type === 'GetFile') {
			const path = (param(body, 'Path') ?? '').toLowerCase();
			const found = Object.entries(input.files ?? {}).find(([name]) => name.toLowerCase() === path);
			return found?.[1] ?? { commandErrors: ['Getting file from endpoint failed: The system cannot find the file specified.'] };
		}
		const name = param(body, body.type === 'RunScript' ? 'ScriptName' : 'FileName') ?? '';
		const file = this.library.get(name);
		if (!file) return missingFromLibrary(body.type);
		return body.type === 'RunScript' ? (input.scripts?.[name] ?? file.behaviour ?? {}) : {};
	}
}

/**
 * A file that is not in the library: no source says that the run request is refused, while one captured action
 * failed in the download phase with commandStatus `Completed` (KIBANA). So the request is accepted and fails like that.
 */
function missingFromLibrary(type: CommandType): ScriptBehaviour {
	const what = type === 'RunScript' ? 'Running script on endpoint failed: Error in Download Script phase' : 'Putting file on endpoint failed';
	return { commandStatus: 'Completed', commandErrors: [`${what}: The file was not found in the library.`], noResult: true };
}
