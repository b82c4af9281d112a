import { ago } from './ago';
import { DefenderError } from './errors';
import { listed } from './listed';
import { DAY_MS } from './time';
import { textOrEmpty } from './textOrEmpty';

/** A device, as the service describes it. */
export interface Machine {
	id: string;
	computerDnsName: string;
	/** ISO 8601; empty where the service does not tell. */
	lastSeen: string;
	/** The entity untouched. */
	entity: Record<string, unknown>;
}

/**
 * Whether a record has to be onboarded, must not be, or whether one that is not will do where there is no other: `any` to
 * act on it, and `preferred` to read it, which may be any of several.
 */
export type Onboarded = 'required' | 'preferred' | 'any' | 'never';

/** Two devices that are both on have been seen within this time, in ms: Defender updates `lastSeen` once a day. */
const MAX_SEEN_APART_MS = DAY_MS;

const MAX_SHOWN = 5;

function hasWord(value: unknown, word: string): boolean {
	return (typeof value === 'boolean' ? String(value) : textOrEmpty(value).toLowerCase()) === word;
}

/** Whether the agent runs there. What the service leaves out speaks for it. */
export function isOnboarded({ entity }: Machine): boolean {
	const { onboardingStatus: status } = entity;
	return status === undefined || status === null || hasWord(status, 'onboarded');
}

/** Whether it is a record of its own: it was not merged into another record and not excluded from the inventory. */
export function isOwnRecord({ entity }: Machine): boolean {
	const { mergedIntoMachineId: merged, isExcluded } = entity;
	return (merged === undefined || merged === null || merged === '') && !hasWord(isExcluded, 'true');
}

function seenAt({ lastSeen }: Machine): number {
	return Date.parse(lastSeen) || 0;
}

/** Whether its agent reports. */
export function isActive({ entity }: Machine): boolean {
	return hasWord(entity.healthStatus, 'active');
}

/** As in "4899… (ws-01.contoso.com, Onboarded, Active, last seen 12 minutes ago)". */
function describe({ id, computerDnsName, lastSeen, entity }: Machine, now: number): string {
	const words = [computerDnsName, entity.onboardingStatus, entity.healthStatus].filter((word) => typeof word === 'string' && word !== '');
	const seen = ago(lastSeen, now);
	return `${id} (${[...words, seen && `last seen ${seen}`].filter(Boolean).join(', ').slice(0, 200)})`;
}

/**
 * The record that is meant: those count that are onboarded, not merged into another and not excluded; of these the
 * newest, since a device that was onboarded again has several. Several that are active at a time are several devices.
 *
 * @param what of the text, as in `named "ws-01"`
 * @param now the service's time, in ms since 1970
 * @throws DefenderError when it would have to be guessed, or none is onboarded
 */
export function chooseRecord(machines: Machine[], what: string, onboarded: Onboarded, now: number): Machine {
	const shown = (records: Machine[]) =>
		listed(
			records.map((machine) => describe(machine, now)),
			MAX_SHOWN,
		);
	const all = [...machines].sort((a, b) => seenAt(b) - seenAt(a));
	const newestFirst = onboarded === 'never' ? all.filter((machine) => !isOnboarded(machine)) : all;
	if (newestFirst.length === 0) {
		throw new DefenderError(
			`Every device ${what} is onboarded`,
			`Only a device that is not onboarded can be contained. Its records: ${shown(all)}.`,
			{ reason: 'notAllowed' },
		);
	}
	const usable = newestFirst.filter((machine) => isOnboarded(machine) && isOwnRecord(machine));
	if (usable.length === 0 && onboarded === 'required') {
		throw new DefenderError(
			`No device ${what} is onboarded`,
			`Defender may only have discovered it: onboard it, or choose another one. Its records: ${shown(newestFirst)}.`,
			{ reason: 'notOnboarded' },
		);
	}
	const ownRecords = newestFirst.filter(isOwnRecord);
	const records = usable.length > 0 ? usable : ownRecords.length > 0 ? ownRecords : newestFirst;
	const [newest] = records;
	const names = [...new Set(records.map(({ computerDnsName }) => computerDnsName.toLowerCase()))];
	const active = records.filter((machine) => isActive(machine) && seenAt(newest) - seenAt(machine) < MAX_SEEN_APART_MS);
	if (names.length === 1 && (active.length <= 1 || (usable.length === 0 && onboarded === 'preferred'))) return newest;
	throw new DefenderError(
		`Several devices are ${what}`,
		names.length > 1
			? `Enter the full name of one of them: ${names.slice(0, MAX_SHOWN).join(', ')}.`
			: `They are active at the same time. Enter the ID of one of them: ${shown(active)}.`,
		{ reason: 'ambiguous' },
	);
}
