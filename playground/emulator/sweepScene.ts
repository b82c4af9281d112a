import { drawing, exponential } from './drawing';
import type { DeviceInput, Machine } from './devices';
import type { Emulator } from './emulator';
import type { LifeInput } from './life';
import type { Period } from './presence';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long a device stays on and off, on average, and how likely it is on at first. */
const ON_MS = 7 * HOUR_MS;
const OFF_MS = 3 * HOUR_MS;
const ON_AT_FIRST = 0.7;
/** How many never come online. */
const NEVER = 0.02;
/** How far the timetables reach. */
const HORIZON_MS = 7 * 24 * HOUR_MS;

/** A guess after captured actions: minutes pass before an online device starts. */
const LIFE: LifeInput = { pendingMs: [30 * SECOND_MS, 270 * SECOND_MS], runMs: [30 * SECOND_MS, 120 * SECOND_MS] };

export interface SweepWorld {
	/** At least 3. */
	devices: number;
	/** Of the timetables and of how long runs take. */
	seed: number;
	scriptName: string;
}

/** A device, when it is on, and when it has a session in the portal. */
export interface SweepDevice extends Machine {
	onIn: Period[];
	portalSessions: Period[];
}

/** When a device is on: on and off in turn, as long as chance has it. */
function timetable(random: () => number, from: number): Period[] {
	const periods: Period[] = [];
	const until = from + HORIZON_MS;
	let at = random() < ON_AT_FIRST ? from : from + exponential(OFF_MS, random);
	while (at < until) {
		const off = at + exponential(ON_MS, random);
		periods.push({ from: at, until: off });
		at = off + exponential(OFF_MS, random);
	}
	return periods;
}

/**
 * A fleet of devices as a sweep meets it: on and off by a timetable, some never on; one has a session in the portal at
 * first, on one the script ends with 3, one refuses it as unsigned.
 */
export function sweepWorld(emulator: Emulator, { devices, seed, scriptName }: SweepWorld): SweepDevice[] {
	emulator.settings.seed = seed;
	emulator.addLibraryFile({ fileName: scriptName, description: 'Compares the device with the security baseline' });
	const now = emulator.now();
	const specials: Array<Partial<DeviceInput>> = [
		{ portalSessions: [{ from: now, until: now + 45 * MINUTE_MS }] },
		{ scripts: { [scriptName]: { exitCode: 3, output: '3 deviations\n' } } },
		{ scripts: { [scriptName]: { commandErrors: [`Running script on endpoint failed: ${scriptName} is not digitally signed.`] } } },
	];
	return Array.from({ length: devices }, (_, place) => {
		const random = drawing(`${seed} timetable ${place}`);
		const never = random() < NEVER && place >= specials.length;
		const onIn = never ? [] : timetable(random, now);
		const computerDnsName = `ws-${String(place + 1).padStart(4, '0')}.contoso.example`;
		const scripts = { [scriptName]: { output: `${computerDnsName}: 42 of 42 settings as required\n` } };
		const special = specials[place] ?? {};
		const machine = emulator.addDevice({ computerDnsName, life: LIFE, onIn, scripts, ...special });
		return { ...machine, onIn, portalSessions: special.portalSessions ?? [] };
	});
}

/** A hundred devices, for people who try a sweep. */
export function sweep(emulator: Emulator): Record<string, unknown> {
	const scriptName = 'check-baseline.ps1';
	const devices = sweepWorld(emulator, { devices: 100, seed: 1, scriptName });
	return { scriptName, devices: devices.map(({ id, computerDnsName, onIn }) => ({ id, computerDnsName, onIn })) };
}
