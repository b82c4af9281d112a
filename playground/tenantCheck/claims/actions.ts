import { claim, verdict } from '../claim';
import { NotAsked } from '../notAsked';
import { anyActions, liveResponses, oneAction } from '../observations/actions';
import type { Page } from '../observations/entities';
import { commandsOf } from '../observations/place';
import { say } from '../say';
import { STATUS_WORDS } from './actionWords';
import { hasKeys, noOtherKeys, onlyDates, onlyWords, some } from './judging';

/** Keys that the node reads. */
const READ = [
	'id',
	'type',
	'status',
	'machineId',
	'computerDnsName',
	'requestor',
	'requestorComment',
	'creationDateTimeUtc',
	'lastUpdateDateTimeUtc',
	'commands',
];
/** All keys of captured actions. */
const CAPTURED = [
	...READ,
	'title',
	'cancellationRequestor',
	'cancellationComment',
	'cancellationDateTimeUtc',
	'errorHResult',
	'scope',
	'externalId',
	'requestSource',
	'relatedFileInfo',
	'troubleshootInfo',
];
const TYPE_WORDS = [
	'RunAntiVirusScan',
	'Offboard',
	'LiveResponse',
	'CollectInvestigationPackage',
	'Isolate',
	'Unisolate',
	'StopAndQuarantineFile',
	'RestrictCodeExecution',
	'UnrestrictCodeExecution',
	'Unknown',
	'RequestSample',
];
const NONE = 'the tenant has no live response that was started over the API';

const entitiesOf = ({ entities }: Page) => some(entities, NONE);
const present = (value: unknown) => value !== null && value !== undefined;

export const ACTION_CLAIMS = [
	claim({
		id: 'action.keys',
		claim: `A live response has ${READ.map((key) => `\`${key}\``).join(', ')}.`,
		source: 'captured',
		affects: 'everything that is read from an action',
		ifNot: 'The items lack what is missing; without `id`, `status` or `commands` results cannot be waited for.',
		emulator: 'actions.ts',
		from: [liveResponses],
		judge: (page) => hasKeys(entitiesOf(page), READ),
	}),
	claim({
		id: 'action.other-keys',
		claim: 'It has no keys but those of the captured actions.',
		source: 'captured in 2021 and 2022',
		affects: "the emulator's entity; the node passes other keys on",
		ifNot: 'Nothing for the node. The emulator learns the key.',
		emulator: 'actions.ts',
		from: [liveResponses],
		judge: (page) => noOtherKeys(entitiesOf(page), CAPTURED),
	}),
	claim({
		id: 'action.device',
		claim: 'A live response names its device: `machineId` with 40 hexadecimal digits, `computerDnsName` a text.',
		source: 'captured; null has been seen for Offboard only',
		affects: 'items name the device; whether an action is the run that was sent',
		ifNot: 'Items have an empty device, and a lost answer cannot be found again.',
		emulator: 'actions.ts',
		from: [liveResponses],
		judge(page) {
			const all = entitiesOf(page);
			const odd = all.filter(
				({ machineId, computerDnsName }) => !/^[\da-f]{40}$/i.test(String(machineId)) || typeof computerDnsName !== 'string',
			);
			return verdict(odd.length === 0, say`${all.length - odd.length} of ${all.length}`);
		},
	}),
	claim({
		id: 'action.status-words',
		claim: `\`status\` is one of ${STATUS_WORDS.join(', ')}.`,
		source: 'documented',
		affects: 'what counts as ended, and the outcome',
		ifNot: 'An action with the other word is waited for until Max Wait and is then pending.',
		emulator: 'actions.ts',
		from: [liveResponses],
		judge: (page) =>
			onlyWords(
				entitiesOf(page).map(({ status }) => status),
				STATUS_WORDS,
			),
	}),
	claim({
		id: 'action.type-words',
		claim: `\`type\` is one of ${TYPE_WORDS.join(', ')}.`,
		source: "documented, and a client generated from Microsoft's definition",
		affects: 'the values of the filter Type',
		ifNot: 'An action of the other type cannot be filtered for by its name.',
		emulator: 'none: any type can be set',
		from: [anyActions],
		judge: ({ entities }) =>
			onlyWords(
				some(entities, 'the tenant has no machine actions').map(({ type }) => type),
				TYPE_WORDS,
			),
	}),
	claim({
		id: 'action.dates',
		claim: 'Dates are UTC, `2026-01-13T09:00:00.1234567Z`, with at most seven digits after the second.',
		source: 'captured, with 2 to 7 digits',
		affects: 'which action is newer, how long ago something was',
		ifNot: 'Dates in the other form may not be read, or be read as local time.',
		emulator: 'settings.fractionDigits',
		from: [liveResponses],
		judge(page) {
			const all = entitiesOf(page);
			const times = all.flatMap(commandsOf).flatMap(({ startTime, endTime }) => [startTime, endTime]);
			return onlyDates(
				[...all.flatMap(({ creationDateTimeUtc, lastUpdateDateTimeUtc }) => [creationDateTimeUtc, lastUpdateDateTimeUtc]), ...times].filter(
					present,
				),
			);
		},
	}),
	claim({
		id: 'action.last-update-name',
		claim: 'The last change is `lastUpdateDateTimeUtc`; `lastUpdateTimeUtc`, `ID` and `externalID` do not exist.',
		source: 'the documentation has both spellings; captured ones have the first',
		affects: 'the names in the items',
		ifNot: 'Items have an empty field where the service uses the other name.',
		emulator: 'actions.ts',
		from: [oneAction],
		judge({ entity, status }) {
			if (status !== 200) throw new NotAsked('the action could not be read by its id');
			const others = ['lastUpdateTimeUtc', 'ID', 'externalID'].filter((key) => key in entity);
			const right = 'lastUpdateDateTimeUtc' in entity && others.length === 0;
			return verdict(right, right ? say`as in captured ones` : say`other names: ${others}`);
		},
	}),
	claim({
		id: 'action.by-id',
		claim: 'One action, read by its path, is the same entity as in the list.',
		source: 'documented',
		affects: 'where `id in (…)` is refused, each action is read by its path',
		ifNot: 'Waiting for single actions gives less than waiting for many.',
		emulator: 'actionsApi.ts',
		from: [oneAction, liveResponses],
		judge({ entity, status, id }, page) {
			if (status !== 200) return verdict(false, say`status ${status}`);
			const listed = page.entities.find((one) => one.id === id) ?? {};
			const missing = Object.keys(listed).filter((key) => !(key in entity));
			const same = String(entity.id).toLowerCase() === id.toLowerCase();
			return verdict(
				same && missing.length === 0,
				!same ? say`another id` : missing.length > 0 ? say`missing: ${missing}` : say`the same keys`,
			);
		},
	}),
];
