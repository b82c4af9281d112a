import type { INodeProperties } from 'n8n-workflow';

/** Source: Microsoft's page of the resource. */
const HEALTH_STATUSES = [
	['Active', 'Active'],
	['Impaired Communication', 'ImpairedCommunication'],
	['Inactive', 'Inactive'],
	['No Sensor Data', 'NoSensorData'],
	['No Sensor Data, Impaired Communication', 'NoSensorDataImpairedCommunication'],
	['Unknown', 'Unknown'],
].map(([name, value]) => ({ name, value }));

export const FILTERS: INodeProperties[] = [
	{
		displayName: 'Computer DNS Name',
		name: 'computerDnsName',
		type: 'string',
		default: '',
		placeholder: 'e.g. ws-01.contoso.com',
	},
	{
		displayName: 'Health Status',
		name: 'healthStatus',
		type: 'options',
		options: HEALTH_STATUSES,
		default: 'Active',
	},
	{
		displayName: 'Last IP Address',
		name: 'lastIpAddress',
		type: 'string',
		default: '',
		placeholder: 'e.g. 10.0.0.5',
	},
	{
		displayName: 'Match',
		name: 'match',
		type: 'options',
		options: [
			{ name: 'Exact', value: 'exact' },
			{ name: 'Starts With', value: 'startsWith' },
		],
		default: 'exact',
		description: 'How Computer DNS Name is compared',
	},
	{
		displayName: 'OS Platform',
		name: 'osPlatform',
		type: 'string',
		default: '',
		placeholder: 'e.g. Windows11',
		description: 'As Defender writes it, such as Windows10, Windows11, WindowsServer2022, Linux or macOS',
	},
	{
		displayName: 'Tag',
		name: 'tag',
		type: 'string',
		default: '',
		placeholder: 'e.g. finance',
	},
];

/** Which devices to get. */
export const machineFilters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	options: FILTERS,
};
