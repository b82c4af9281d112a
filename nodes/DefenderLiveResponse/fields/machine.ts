import type { INodeProperties } from 'n8n-workflow';

/** Which device. */
export const machineIdField: INodeProperties = {
	displayName: 'Device',
	name: 'machineId',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'A device of the tenant',
	builderHint: {
		propertyHint:
			'Mode id for the device ID (40 hexadecimal digits, machineId of an alert or of Defender), name for the DNS name, entraId for aadDeviceId. Never a display name of another system.',
	},
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Type the start of a name…',
			typeOptions: { searchListMethod: 'searchMachines', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 4899036531e374137f63289c3267bad772c13fef',
		},
		{
			displayName: 'By Name',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. ws-01.contoso.com',
		},
		{
			displayName: 'By Entra Device ID',
			name: 'entraId',
			type: 'string',
			placeholder: 'e.g. 5b1c8e6a-3f0e-4c7b-9a58-0d2f6f1a7c11',
		},
	],
};
