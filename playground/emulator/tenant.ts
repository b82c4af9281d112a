import { randomUUID } from 'node:crypto';
import { commandResult, isFinal, param, statusAt, type Action, type CommandBody, type CommandType } from './actions';
import { Apps } from './apps';
import type { FileBehaviour, ScriptBehaviour } from './behaviours';
import { drawing } from './drawing';
import { machineEntity, presenceOf, systemOf, type Device, type DeviceInput, type Machine } from './devices';
import { existingAction, type ActionInput } from './existingActions';
import { libraryFile, type LibraryFile, type LibraryFileInput } from './library';
import { drawLife, planLife, type LifeInput, type PlannedCommand } from './life';
import type { Settings } from './settings';

/** A run that took effect. */
export interface Run {
	at: number;
	machineActionId: string;
	machineId: string;
	clientId: string;
	comment: string;
	commands: CommandBody[];
}

/** A script that a device ran to its end, whatever the service says of it. */
export interface FinishedScript {
	at: number;
	machineActionId: string;
	machineId: string;
	scriptName: string;
}

/** A response action that took effect. */
export interface ResponseAction {
	at: number;
	machineActionId: string;
	machineId: string;
	clientId: string;
	comment: string;
	type: string;
	/** E.g. `Full`; null where the action has none. */
	scope: string | null;
}

/** What is started on a device. */
export interface Started {
	type: string;
	comment: string;
	/** Of a live response. */
	commands?: CommandBody[];
	scope?: string | null;
	/** Fields of the action's entity. */
	fields?: Record<string, unknown>;
}

/** A customer's tenant: its apps, devices, script library and machine actions. */
export class Tenant {
	readonly apps = new Apps();
	readonly devices: Device[] = [];
	readonly library = new Map<string, LibraryFile>();
	readonly actions = new Map<string, Action>();
	readonly runs: Run[] = [];
	readonly responses: ResponseAction[] = [];

	constructor(
		readonly tenantId: string,
		/** Its verified domain. */
		readonly domain: string | undefined,
		/** Makes its devices' ids differ from other tenants'. */
		private readonly seed: string,
		private readonly now: () => number,
		private readonly life: LifeInput,
		private readonly settings: Settings,
	) {}

	clear(): void {
		this.devices.length = 0;
		this.runs.length = 0;
		this.responses.length = 0;
		this.library.clear();
		this.actions.clear();
	}

	addDevice(input: DeviceInput): Machine {
		const machine = machineEntity(input, this.devices.length, this.now(), this.seed);
		this.devices.push({ machine, input, offline: input.offline ?? false, portalSession: false, planned: 0 });
		for (const fileName of Object.keys(input.scripts ?? {})) if (!this.library.has(fileName)) this.addLibraryFile({ fileName });
		return machine;
	}

	/** A device by its id or its computer name; of several with one name, the one seen last. */
	findDevice(idOrName: string): Device | undefined {
		const byId = this.deviceById(idOrName);
		if (byId) return byId;
		const wanted = idOrName.toLowerCase();
		const byName = this.devices.filter(({ machine }) => machine.computerDnsName.toLowerCase() === wanted);
		return byName.sort((a, b) => b.machine.lastSeen.localeCompare(a.machine.lastSeen))[0];
	}

	deviceById(id: string): Device | undefined {
		return this.devices.find(({ machine }) => machine.id.toLowerCase() === id.toLowerCase());
	}

	/** Takes a device off the network for later runs, or brings it back: what waited for it then starts. */
	setOffline(idOrName: string, offline: boolean): void {
		const device = this.mustFind(idOrName);
		device.offline = offline;
		if (offline) return;
		for (const action of this.actions.values()) {
			if (action.machineId !== device.machine.id || action.startAt !== Infinity || isFinal(statusAt(action, this.now()))) continue;
			Object.assign(
				action,
				this.layOut(
					device,
					action.commands.map((command) => command.body),
					action.id,
				),
			);
		}
	}

	/** Opens or closes a session in the portal: no machine action shows it, yet it keeps runs off the device. */
	setPortalSession(idOrName: string, open: boolean): void {
		this.mustFind(idOrName).portalSession = open;
	}

	addLibraryFile(input: LibraryFileInput): Record<string, unknown> {
		const file = libraryFile(input, this.library.get(input.fileName), this.now());
		this.library.set(input.fileName, file);
		return file.entity;
	}

	/** An action that exists already: another user's, one that ended long ago, one of another type. */
	addAction(input: ActionInput = {}): Action {
		const device = input.machineId === undefined ? this.devices[0] : this.findDevice(input.machineId);
		const action = existingAction(input, device, this.now());
		this.actions.set(action.id, action);
		return action;
	}

	/** Starts an action on a device, after the request was found good. */
	start(device: Device, { type, comment, commands = [], scope = null, fields }: Started, requestor: string, clientId: string): Action {
		const id = randomUUID();
		const action: Action = {
			id,
			type,
			machineId: device.machine.id,
			computerDnsName: device.machine.computerDnsName,
			requestor,
			requestorComment: comment,
			requestSource: 'PublicApi',
			createdAt: this.now(),
			...this.layOut(device, commands, id),
			fields: { scope, ...fields },
		};
		this.actions.set(id, action);
		const record = { at: action.createdAt, machineActionId: id, machineId: action.machineId, clientId, comment };
		if (type === 'LiveResponse') this.runs.push({ ...record, commands });
		else this.responses.push({ ...record, type, scope });
		return action;
	}

	/** Unfinished actions of a type. Of live responses one blocks its device, and all count against the concurrent sessions. */
	unfinished(type: string, machineId?: string): Action[] {
		return [...this.actions.values()].filter(
			(action) =>
				action.type === type && (machineId === undefined || action.machineId === machineId) && !isFinal(statusAt(action, this.now())),
		);
	}

	/** The scripts that devices have run to their end, in the order of time. */
	finishedScripts(): FinishedScript[] {
		const finished = [...this.actions.values()].flatMap(({ id, machineId, commands }) =>
			commands.map(({ body, doneAt }) => ({ at: doneAt, machineActionId: id, machineId, scriptName: param(body, 'ScriptName') ?? '' })),
		);
		return finished.filter(({ at }) => at <= this.now()).sort((a, b) => a.at - b.at);
	}

	private mustFind(idOrName: string): Device {
		const device = this.findDevice(idOrName);
		if (!device) throw new Error(`no device ${idOrName}`);
		return device;
	}

	private layOut(device: Device, commands: CommandBody[], actionId: string) {
		const { seed, offlineQueueMs: queueMs } = this.settings;
		// By device and number: what is drawn does not depend on the order of the requests.
		const life = drawLife({ ...this.life, ...device.input.life }, drawing(`${seed} ${device.machine.id} ${device.planned++}`));
		// What has no commands takes as long as one of them.
		if (commands.length === 0) life.settleMs += life.runMs;
		return planLife(this.plan(device, commands, actionId), this.now(), { life, presence: presenceOf(device), queueMs });
	}

	private plan(device: Device, commands: CommandBody[], actionId: string): PlannedCommand[] {
		return commands.map((body, index) => {
			const behaviour = this.behaviour(device, body);
			return { body, behaviour, result: () => commandResult(body, behaviour, systemOf(device), actionId, index) };
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
		return body.type === 'RunScript' ? (input.scripts?.[name] ?? input.laterScripts?.[name] ?? file.behaviour ?? {}) : {};
	}
}

/**
 * A file that is not in the library: no source says that the run request is refused, while one captured action
 * failed in the download phase with commandStatus `Completed` (KIBANA). So the request is accepted and fails like that.
 */
function missingFromLibrary(type: CommandType): ScriptBehaviour {
	const what =
		type === 'RunScript' ? 'Running script on endpoint failed: Error in Download Script phase' : 'Putting file on endpoint failed';
	return { commandStatus: 'Completed', commandErrors: [`${what}: The file was not found in the library.`], noResult: true };
}
