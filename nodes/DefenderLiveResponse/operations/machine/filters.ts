import { date } from '../../fields/date';
import { equalTo, filter } from '../../fields/filter';
import { choice, serviceWord, text, InvalidValue } from '../../fields/row';
import { GUID } from '../../service/guid';
import { literal } from '../../service/odata';

const LEVELS = ['High', 'Low', 'Medium', 'None'];

function readGroupId(entered: string): string {
	if (/^\d*$/.test(entered)) return entered;
	throw new InvalidValue('is not a whole number', 'Enter the number of the device group, e.g. 140.');
}

function readGuid(entered: string): string {
	if (entered === '' || GUID.test(entered)) return entered;
	throw new InvalidValue('is not a GUID', 'Enter the device ID that Entra shows, e.g. 5b1c8e6a-3f0e-4c7b-9a58-0d2f6f1a7c11.');
}

/** A filter that is whole: one that is not would reach out of its parentheses, and past the other filters. */
function readOData(entered: string): string {
	const withoutTexts = entered.replaceAll(/'(?:[^']|'')*'/g, '');
	let depth = 0;
	for (const sign of withoutTexts) {
		if (sign === '(') depth++;
		if (sign === ')') depth--;
		if (depth < 0 || sign === "'") break;
	}
	if (depth === 0 && !withoutTexts.includes("'")) return entered;
	throw new InvalidValue(
		'has a parenthesis or quote without its partner',
		"Close each parenthesis and each single quote. A quote inside a text is doubled, as in 'o''neil'.",
	);
}

/** Which devices to get. */
export const MACHINE_FILTERS = {
	computerDnsName: filter(text('Computer DNS Name', undefined, { placeholder: 'e.g. ws-01.contoso.com' }), (entered, { match }) => {
		// The service keeps names in lower case.
		const name = literal(entered.toLowerCase());
		return match === 'startsWith' ? `startswith(computerDnsName,${name})` : `computerDnsName eq ${name}`;
	}),
	match: filter(choice('Match', ['exact', 'startsWith'], 'exact', 'How Computer DNS Name is compared'), () => ''),
	lastIpAddress: equalTo('lastIpAddress', text('Last IP Address', undefined, { placeholder: 'e.g. 10.0.0.5' })),
	tag: filter(text('Tag', undefined, { placeholder: 'e.g. finance' }), (tag) => `machineTags/any(tag: tag eq ${literal(tag)})`),
	healthStatus: equalTo(
		'healthStatus',
		// Source: Microsoft's page of the resource.
		serviceWord(
			'Health Status',
			[
				'Active',
				'ImpairedCommunication',
				'Inactive',
				'NoSensorData',
				['NoSensorDataImpairedCommunication', 'No Sensor Data, Impaired Communication'],
				'Unknown',
			],
			'Active',
		),
	),
	osPlatform: equalTo(
		'osPlatform',
		text('OS Platform', 'As Defender writes it, such as Windows10, Windows11, WindowsServer2022, Linux or macOS', {
			placeholder: 'e.g. Windows11',
		}),
	),
	onboardingStatus: equalTo(
		'onboardingStatus',
		serviceWord('Onboarding Status', ['CanBeOnboarded', 'InsufficientInfo', 'Onboarded', 'Unsupported'], 'Onboarded'),
	),
	riskScore: equalTo('riskScore', serviceWord('Risk Score', [...LEVELS, 'Informational'], 'High')),
	exposureLevel: equalTo('exposureLevel', serviceWord('Exposure Level', LEVELS, 'High')),
	lastSeenAfter: filter(date('Last Seen After'), (time) => `lastSeen gt ${time}`),
	rbacGroupId: filter(
		text('Device Group ID', 'Number of the device group (rbacGroupId)', { placeholder: 'e.g. 140' }, readGroupId),
		(id) => `rbacGroupId eq ${id}`,
	),
	aadDeviceId: filter(
		text('Entra Device ID', 'As alerts carry it', { placeholder: 'e.g. 5b1c8e6a-3f0e-4c7b-9a58-0d2f6f1a7c11' }, readGuid),
		// Without quotes, as most clients send it.
		(id) => `aadDeviceId eq ${id}`,
	),
	odata: filter(
		text(
			'OData Filter',
			'A custom filter, combined with the others',
			{ placeholder: "e.g. deviceValue eq 'High' or isExcluded eq true" },
			readOData,
		),
		(own) => own,
	),
};
