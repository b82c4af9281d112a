import { equalTo, filter } from '../../fields/filter';
import { choice, serviceWord, text } from '../../fields/row';
import { literal } from '../../service/odata';

/** Which devices to get. */
export const MACHINE_FILTERS = {
	computerDnsName: filter(text('Computer DNS Name', undefined, { placeholder: 'e.g. ws-01.contoso.com' }), (entered, { match }) => {
		// The service keeps names in lower case.
		const name = literal(entered.toLowerCase());
		return match === 'startsWith' ? `startswith(computerDnsName,${name})` : `computerDnsName eq ${name}`;
	}),
	match: filter(
		choice(
			'Match',
			[
				['exact', 'Exact'],
				['startsWith', 'Starts With'],
			],
			'exact',
			'How Computer DNS Name is compared',
		),
		() => '',
	),
	lastIpAddress: equalTo('lastIpAddress', text('Last IP Address', undefined, { placeholder: 'e.g. 10.0.0.5' })),
	tag: filter(text('Tag', undefined, { placeholder: 'e.g. finance' }), (tag) => `machineTags/any(tag: tag eq ${literal(tag)})`),
	healthStatus: equalTo(
		'healthStatus',
		// Source: Microsoft's page of the resource.
		serviceWord(
			'Health Status',
			[
				['Active', 'Active'],
				['ImpairedCommunication', 'Impaired Communication'],
				['Inactive', 'Inactive'],
				['NoSensorData', 'No Sensor Data'],
				['NoSensorDataImpairedCommunication', 'No Sensor Data, Impaired Communication'],
				['Unknown', 'Unknown'],
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
};
