import { createHash } from 'node:crypto';
import type { FileBehaviour, ScriptBehaviour, System } from './behaviours';
import { sevenDigits } from './dates';
import type { LifeInput } from './life';
import { ALWAYS_ON, NEVER_ON, onIn, type Period, type Presence } from './presence';
import type { Language } from './transcriptBanner';

export interface DeviceInput {
	computerDnsName: string;
	id?: string;
	osPlatform?: string;
	healthStatus?: string;
	/** `Onboarded` (default), `CanBeOnboarded`, `Unsupported` or `InsufficientInfo`: of those the agent runs on the first alone. */
	onboardingStatus?: string;
	/** Id of the record that took this one's place. */
	mergedIntoMachineId?: string | null;
	isExcluded?: boolean;
	/** Milliseconds since the epoch, or a date as the API sends it. */
	lastSeen?: number | string;
	life?: LifeInput;
	/** Off, for all times or until `setOffline` says otherwise. */
	offline?: boolean;
	/** When it is on, in the order of time; default: always. */
	onIn?: Period[];
	/** When a live response session is open in the portal. */
	portalSessions?: Period[];
	/** Every run on this device is refused so. */
	refuse?: { status: number; code: string; message: string };
	/** How scripts go on this device. A script that is not in the library yet is put there. */
	scripts?: Record<string, ScriptBehaviour>;
	/** The same for scripts that will be uploaded later: these are not added to the library. */
	laterScripts?: Record<string, ScriptBehaviour>;
	files?: Record<string, FileBehaviour>;
	/** The device's investigation package; default: a small zip. */
	package?: FileBehaviour;
	/** Of its system, which writes the first line of transcripts; default English. */
	language?: Language;
	/** Any other field of the machine entity. */
	[field: string]: unknown;
}
export type Machine = Record<string, unknown> & { id: string; computerDnsName: string; osPlatform: string; lastSeen: string };
export interface Device {
	machine: Machine;
	input: DeviceInput;
	offline: boolean;
	/** A live response session is open in the portal. */
	portalSession: boolean;
	/** How many actions were planned on it. */
	planned: number;
}

/** What an input says of the device's behaviour. */
const NO_ENTITY_FIELDS = [
	'life',
	'offline',
	'onIn',
	'portalSessions',
	'refuse',
	'scripts',
	'laterScripts',
	'files',
	'package',
	'language',
	'lastSeen',
];

/** What the inventory says of the agent, which a record that is not onboarded does not have. */
const AGENT = {
	agentVersion: '10.8760.22631.4037',
	managedBy: 'MicrosoftDefenderForEndpoint',
	managedByStatus: 'Success',
	defenderAvStatus: 'Updated',
};
const NO_AGENT = { agentVersion: null, managedBy: 'Unknown', managedByStatus: 'Unknown', defenderAvStatus: 'NotSupported' };

/**
 * The machine entity of the device at this place in the tenant, with the fields of captured lists.
 *
 * @param seed makes ids differ from those of another tenant's devices
 */
export function machineEntity(input: DeviceInput, place: number, now: number, seed: string): Machine {
	const { lastSeen } = input;
	const fields = Object.fromEntries(Object.entries(input).filter(([name]) => !NO_ENTITY_FIELDS.includes(name)));
	const seen = typeof lastSeen === 'string' ? lastSeen : sevenDigits(lastSeen ?? now - 60_000);
	// Made from name and place: the same scene has the same ids in every run.
	const id = createHash('sha1').update(`${seed}${input.computerDnsName}#${place}`).digest('hex');
	return {
		id,
		mergedIntoMachineId: null,
		isPotentialDuplication: false,
		isExcluded: false,
		exclusionReason: null,
		osPlatform: 'Windows11',
		osVersion: null,
		firstSeen: sevenDigits(now - 90 * 86_400_000),
		lastSeen: seen,
		version: '23H2',
		osBuild: 22631,
		osProcessor: 'x64',
		osArchitecture: '64-bit',
		lastIpAddress: `10.0.${(place + 4) >> 8}.${(place + 4) % 256}`,
		lastExternalIpAddress: '203.0.113.10',
		healthStatus: 'Active',
		onboardingStatus: 'Onboarded',
		rbacGroupId: 140,
		rbacGroupName: 'All devices',
		riskScore: 'None',
		exposureLevel: 'Low',
		deviceValue: 'Normal',
		isAadJoined: true,
		aadDeviceId: null,
		machineTags: [],
		...(/^onboarded$/i.test(input.onboardingStatus ?? 'Onboarded') ? AGENT : NO_AGENT),
		ipAddresses: [],
		vmMetadata: null,
		...fields,
		computerDnsName: input.computerDnsName,
	};
}

export function presenceOf({ offline, input }: Device): Presence {
	if (offline) return NEVER_ON;
	return input.onIn ? onIn(input.onIn) : ALWAYS_ON;
}

/** What of the device's system shows in transcripts; of an unknown device, that of Windows in English. */
export function systemOf(device: Device | undefined): System {
	return { windows: device?.machine.osPlatform.startsWith('Windows') ?? true, language: device?.input.language ?? 'en' };
}
