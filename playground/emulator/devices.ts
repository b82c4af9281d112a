import { createHash } from 'node:crypto';
import type { Life } from './actions';
import type { FileBehaviour, ScriptBehaviour } from './behaviours';
import { sevenDigits } from './dates';

export interface DeviceInput {
	computerDnsName: string;
	id?: string;
	osPlatform?: string;
	healthStatus?: string;
	/** Milliseconds since the epoch, or a date as the API sends it. */
	lastSeen?: number | string;
	life?: Partial<Life>;
	offline?: boolean;
	/** Every run on this device is refused so. */
	refuse?: { status: number; code: string; message: string };
	/** How scripts go on this device. A script that is not in the library yet is put there. */
	scripts?: Record<string, ScriptBehaviour>;
	files?: Record<string, FileBehaviour>;
	/** Any other field of the machine entity. */
	[field: string]: unknown;
}
export type Machine = Record<string, unknown> & { id: string; computerDnsName: string; osPlatform: string; lastSeen: string };
export interface Device {
	machine: Machine;
	input: DeviceInput;
	offline: boolean;
	/** Somebody has a live response session open in the portal. */
	portalSession: boolean;
}

/** What an input says of the device's behaviour. */
const NO_ENTITY_FIELDS = ['life', 'offline', 'refuse', 'scripts', 'files', 'lastSeen'];

/** The machine entity of the device at this place in the tenant. */
export function machineEntity(input: DeviceInput, place: number, now: number): Machine {
	const { lastSeen } = input;
	const fields = Object.fromEntries(Object.entries(input).filter(([name]) => !NO_ENTITY_FIELDS.includes(name)));
	const seen = typeof lastSeen === 'string' ? lastSeen : sevenDigits(lastSeen ?? now - 60_000);
	// Made from name and place: the same scene has the same ids in every run.
	const id = createHash('sha1').update(`${input.computerDnsName}#${place}`).digest('hex');
	return {
		id,
		osPlatform: 'Windows11',
		firstSeen: sevenDigits(now - 90 * 86_400_000),
		lastSeen: seen,
		version: '23H2',
		osBuild: 22631,
		osProcessor: 'x64',
		osArchitecture: '64-bit',
		agentVersion: '10.8760.22631.4037',
		lastIpAddress: `10.0.0.${place + 4}`,
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
		ipAddresses: [],
		...fields,
		computerDnsName: input.computerDnsName,
	};
}

export function isWindows(osPlatform: string): boolean {
	return osPlatform.startsWith('Windows');
}
