import type { INodeProperties } from 'n8n-workflow';

/** The machine action that another node started: after such a node its default needs no change. */
export const machineActionIdField: INodeProperties = {
	displayName: 'Machine Action',
	name: 'machineActionId',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'id', value: '={{ $json.machineActionId ?? $json.id }}' },
	description: 'The machine action of the live response',
	builderHint: {
		propertyHint: 'Keep the default after a node that ran a live response: it reads machineActionId, or else id, of the item.',
	},
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Choose a recent live response…',
			typeOptions: { searchListMethod: 'searchMachineActions', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 988cc94e-7a8f-4b28-ab65-54970c5d5018',
		},
	],
};

/** The same of an investigation package. */
export const packageActionIdField: INodeProperties = {
	...machineActionIdField,
	description: 'The machine action that collects the investigation package',
	modes: machineActionIdField.modes?.map((mode) =>
		mode.name === 'list'
			? {
					...mode,
					placeholder: 'Choose a recent package…',
					typeOptions: { searchListMethod: 'searchPackageActions', searchable: true },
				}
			: mode,
	),
};
