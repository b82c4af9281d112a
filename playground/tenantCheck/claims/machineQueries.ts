import { claim, verdict } from '../claim';
import { NotAsked } from '../notAsked';
import { byEntraIdBare, byEntraIdQuoted, byName, byPath, byStart, byTag, machines, onboarded, selected } from '../observations/machines';
import { answered, gives } from './judging';

const lower = (value: unknown) => String(value ?? '').toLowerCase();

export const MACHINE_QUERY_CLAIMS = [
	claim({
		id: 'machine.by-name',
		claim: "`computerDnsName eq '…'` finds a device by its name in small letters.",
		source: 'one client (PSLR) writes small letters',
		affects: 'devices by name',
		ifNot: 'Devices whose name the service keeps in capitals are not found by name: use the ID.',
		emulator: 'odata.ts',
		from: [byName],
		judge: (page) =>
			gives(page, (entities) => entities.length > 0 && entities.every(({ computerDnsName }) => lower(computerDnsName) === page.name)),
	}),
	claim({
		id: 'machine.starts-with',
		claim: "`startswith(computerDnsName,'…')` is accepted and gives the names that begin so.",
		source: 'documented sample',
		affects: 'devices by host name, device pickers',
		ifNot: 'Only full names are found, and the picker finds nothing.',
		emulator: 'odata.ts',
		from: [byStart],
		judge: (page) =>
			gives(
				page,
				(entities) => entities.length > 0 && entities.every(({ computerDnsName }) => lower(computerDnsName).startsWith(page.start)),
			),
	}),
	claim({
		id: 'machine.by-path',
		claim: 'A device is also found with its name in the path, where otherwise the ID stands.',
		source: 'documented',
		affects: 'nothing: the node asks by filter, since several records can have one name',
		ifNot: 'Nothing for the node.',
		emulator: 'machinesApi.ts',
		from: [byPath],
		judge: ({ answer, entity, name }) => verdict(answer.status === 200 && lower(entity.computerDnsName) === lower(name), answered(answer)),
	}),
	claim({
		id: 'machine.by-tag',
		claim: "`machineTags/any(tag: tag eq '…')` is accepted and gives the devices with the tag.",
		source: 'Microsoft showed it from 2018 to 2020; the newest page only lists the property',
		affects: 'the filter Tag',
		ifNot: 'The filter cannot be used: it has to ask `findbytag`.',
		emulator: 'odata.ts',
		from: [byTag],
		judge: (page) =>
			gives(
				page,
				(entities) =>
					(page.known ? entities.length > 0 : entities.length === 0) &&
					entities.every(({ machineTags }) => Array.isArray(machineTags) && machineTags.includes(page.tag)),
			),
	}),
	claim({
		id: 'machine.by-entra-id',
		claim: '`aadDeviceId eq {guid}` is accepted without quotes.',
		source: 'most clients',
		affects: 'devices by Entra device ID',
		ifNot: 'Devices cannot be found by the ID that alerts carry, unless quotes are accepted: see machine.by-entra-id-quoted.',
		emulator: 'odata.ts',
		from: [byEntraIdBare],
		judge: (page) =>
			gives(page, (entities) => entities.length > 0 && entities.every(({ aadDeviceId }) => lower(aadDeviceId) === lower(page.id))),
	}),
	claim({
		id: 'machine.by-entra-id-quoted',
		claim: "`aadDeviceId eq '{guid}'`, with quotes, is accepted too.",
		source: 'unknown: the documentation calls it a text, OData a GUID',
		affects: 'nothing: the node writes no quotes',
		ifNot: "Nothing for the node; a filter of one's own has to leave the quotes out.",
		emulator: 'odata.ts',
		from: [byEntraIdQuoted],
		judge: (page) =>
			gives(page, (entities) => entities.length > 0 && entities.every(({ aadDeviceId }) => lower(aadDeviceId) === lower(page.id))),
	}),
	claim({
		id: 'machine.select',
		claim: '`$select=id,computerDnsName` gives these two keys alone.',
		source: 'reporting tools use it',
		affects: 'nothing yet: lists of thousands of devices would be shorter',
		ifNot: 'Nothing for the node.',
		emulator: 'odataList.ts',
		from: [selected],
		judge: (page) =>
			gives(
				page,
				(entities) =>
					entities.length > 0 &&
					entities.every(
						(entity) =>
							Object.keys(entity)
								.filter((key) => !key.startsWith('@odata.'))
								.sort()
								.join() === 'computerDnsName,id',
					),
			),
	}),
	claim({
		id: 'machine.onboarded',
		claim: "`onboardingStatus eq 'Onboarded'` is accepted and gives no other.",
		source: 'documented as filterable, with other spellings of the value',
		affects: 'the filter Onboarding Status; a tenant may have many discovered devices',
		ifNot: 'The filter cannot be used, or needs another spelling.',
		emulator: 'odata.ts',
		from: [onboarded, machines],
		judge(page, listed) {
			const exist = listed.entities.some(({ onboardingStatus }) => lower(onboardingStatus) === 'onboarded');
			if (!exist) throw new NotAsked('no device of the first 100 is onboarded');
			return gives(
				page,
				(entities) => entities.length > 0 && entities.every(({ onboardingStatus }) => lower(onboardingStatus) === 'onboarded'),
			);
		},
	}),
];
