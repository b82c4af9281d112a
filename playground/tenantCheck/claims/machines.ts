import { claim, verdict } from '../claim';
import type { Page } from '../observations/entities';
import { machines } from '../observations/machines';
import { say } from '../say';
import { hasKeys, noOtherKeys, onlyDates, onlyWords, some } from './judging';

/** Keys that the node reads, or gives in the simplified form. */
const READ = [
	'id',
	'computerDnsName',
	'osPlatform',
	'healthStatus',
	'onboardingStatus',
	'riskScore',
	'lastSeen',
	'lastIpAddress',
	'machineTags',
	'rbacGroupName',
];
const CAPTURED = [
	...READ,
	'firstSeen',
	'version',
	'osVersion',
	'osBuild',
	'osProcessor',
	'osArchitecture',
	'agentVersion',
	'lastExternalIpAddress',
	'rbacGroupId',
	'exposureLevel',
	'deviceValue',
	'isAadJoined',
	'aadDeviceId',
	'ipAddresses',
	'mergedIntoMachineId',
	'isPotentialDuplication',
	'isExcluded',
	'exclusionReason',
	'managedBy',
	'managedByStatus',
	'vmMetadata',
	'defenderAvStatus',
];
const HEALTH = ['Active', 'Inactive', 'ImpairedCommunication', 'NoSensorData', 'NoSensorDataImpairedCommunication', 'Unknown'];
const ONBOARDING = ['Onboarded', 'CanBeOnboarded', 'Unsupported', 'InsufficientInfo'];
const LEVELS = ['None', 'Informational', 'Low', 'Medium', 'High'];

const all = ({ entities }: Page) => some(entities, 'the tenant has no devices');
const present = (value: unknown) => value !== null && value !== undefined;

export const MACHINE_CLAIMS = [
	claim({
		id: 'machine.keys',
		claim: `A device has ${READ.map((key) => `\`${key}\``).join(', ')}.`,
		source: 'documented and captured',
		affects: 'the simplified form of devices; finding one by its name',
		ifNot: 'Items lack what is missing; without `id` or `computerDnsName` devices cannot be found by name.',
		emulator: 'devices.ts',
		from: [machines],
		judge: (page) => hasKeys(all(page), READ),
	}),
	claim({
		id: 'machine.other-keys',
		claim: 'It has no keys but those of the documentation and of captured devices.',
		source: 'captured',
		affects: "the emulator's entity; the node passes other keys on",
		ifNot: 'Nothing for the node. The emulator learns the key.',
		emulator: 'devices.ts',
		from: [machines],
		judge: (page) => noOtherKeys(all(page), CAPTURED),
	}),
	claim({
		id: 'machine.id',
		claim: '`id` has 40 hexadecimal digits.',
		source: 'documented',
		affects: 'IDs are checked before a request',
		ifNot: 'Devices with other IDs are refused by the node before a request.',
		emulator: 'devices.ts',
		from: [machines],
		judge(page) {
			const odd = all(page).filter(({ id }) => !/^[\da-f]{40}$/i.test(String(id)));
			return verdict(odd.length === 0, say`${all(page).length - odd.length} of ${all(page).length}`);
		},
	}),
	claim({
		id: 'machine.health-words',
		claim: `\`healthStatus\` is one of ${HEALTH.join(', ')}.`,
		source: 'documented',
		affects: 'the values of the filter; which of two records is active',
		ifNot: 'The other value cannot be chosen in the filter.',
		emulator: 'none: any value can be set',
		from: [machines],
		judge: (page) =>
			onlyWords(
				all(page).map(({ healthStatus }) => healthStatus),
				HEALTH,
			),
	}),
	claim({
		id: 'machine.onboarding-words',
		claim: `\`onboardingStatus\` is one of ${ONBOARDING.join(', ')}, spelled so.`,
		source: 'documented and captured, in two cases',
		affects: 'only onboarded records are run on; the node compares without case',
		ifNot: 'The other case is read alike; a record with another word is not run on.',
		emulator: 'devices.ts',
		from: [machines],
		judge: (page) =>
			onlyWords(
				all(page).map(({ onboardingStatus }) => onboardingStatus),
				ONBOARDING,
			),
	}),
	claim({
		id: 'machine.level-words',
		claim: `\`riskScore\` and \`exposureLevel\` are null or one of ${LEVELS.join(', ')}.`,
		source: 'documented',
		affects: 'the values of the filters',
		ifNot: 'The other value cannot be chosen in the filters.',
		emulator: 'none: any value can be set',
		from: [machines],
		judge: (page) =>
			onlyWords(
				some(
					all(page)
						.flatMap(({ riskScore, exposureLevel }) => [riskScore, exposureLevel])
						.filter(present),
					'no device has a level',
				),
				LEVELS,
			),
	}),
	claim({
		id: 'machine.tags',
		claim: '`machineTags` is a list of texts.',
		source: 'documented',
		affects: 'tags of a device; how a filter on tags is written',
		ifNot: 'Tags of devices come out in another form.',
		emulator: 'devices.ts',
		from: [machines],
		judge(page) {
			const odd = all(page).filter(({ machineTags }) => !Array.isArray(machineTags) || machineTags.some((tag) => typeof tag !== 'string'));
			return verdict(odd.length === 0, say`${all(page).length - odd.length} of ${all(page).length}`);
		},
	}),
	claim({
		id: 'machine.entra-id',
		claim: '`aadDeviceId` is a GUID or null.',
		source: 'documented as a text; captured',
		affects: 'devices by Entra device ID',
		ifNot: 'Devices cannot be found by the ID that alerts carry.',
		emulator: 'devices.ts',
		from: [machines],
		judge(page) {
			const ids = all(page).map(({ aadDeviceId }) => aadDeviceId ?? null);
			const odd = ids.filter((id) => id !== null && !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(String(id)));
			return verdict(
				odd.length === 0,
				say`${ids.length - odd.length} of ${ids.length}, ${ids.filter((id) => id === null).length} of them null`,
			);
		},
	}),
	claim({
		id: 'machine.dates',
		claim: '`firstSeen` and `lastSeen` are UTC, with at most seven digits after the second.',
		source: 'captured',
		affects: 'which of two records of one name is newer',
		ifNot: 'Of two records of one name the wrong one may be taken.',
		emulator: 'dates.ts',
		from: [machines],
		judge: (page) =>
			onlyDates(
				some(
					all(page)
						.flatMap(({ firstSeen, lastSeen }) => [firstSeen, lastSeen])
						.filter(present),
					'no device has a date',
				),
			),
	}),
];
