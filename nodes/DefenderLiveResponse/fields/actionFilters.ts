import type { INodeProperties } from 'n8n-workflow';

export const deviceIdFilter: INodeProperties = {
	displayName: 'Device ID',
	name: 'machineId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 4899036531e374137f63289c3267bad772c13fef',
};

export const requestorFilter: INodeProperties = {
	displayName: 'Requestor',
	name: 'requestor',
	type: 'string',
	default: '',
	placeholder: 'e.g. analyst@contoso.com',
	description: 'Who started it: a user, or the ID of an app',
};
