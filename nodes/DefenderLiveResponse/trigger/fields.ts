import type { INodeProperties } from 'n8n-workflow';
import { deviceIdFilter, requestorFilter } from '../fields/actionFilters';
import { resultOptions } from '../fields/resultOptions';

export const TRIGGER_FILTERS: INodeProperties[] = [
	{
		displayName: 'Comment Contains',
		name: 'commentContains',
		type: 'string',
		default: '',
		placeholder: 'e.g. case 4711',
		description: 'Part of the comment that the live response was started with',
	},
	deviceIdFilter,
	requestorFilter,
	{
		displayName: 'Script Name',
		name: 'scriptName',
		type: 'string',
		default: '',
		placeholder: 'e.g. check-baseline.ps1',
	},
];

/** What the trigger asks for; n8n adds when it polls. */
export const triggerFields: INodeProperties[] = [
	{
		displayName: 'Emit',
		name: 'emit',
		type: 'options',
		options: [
			{
				name: 'Actions',
				value: 'actions',
				description: 'The machine action of each live response, as Defender describes it',
			},
			{
				name: 'Results',
				value: 'results',
				description: 'The result of each command: transcript of a script, or collected file',
			},
		],
		default: 'actions',
		description: 'What an item is made of',
	},
	{
		displayName: 'Statuses',
		name: 'statuses',
		type: 'multiOptions',
		options: [
			{ name: 'Cancelled', value: 'Cancelled' },
			{ name: 'Failed', value: 'Failed' },
			{ name: 'Succeeded', value: 'Succeeded' },
			{ name: 'Timed Out', value: 'TimeOut' },
		],
		default: ['Succeeded', 'Failed', 'TimeOut', 'Cancelled'],
		description: 'How the live response ended. A script that ran and failed is Succeeded here; its exit code tells.',
	},
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		options: TRIGGER_FILTERS,
	},
	// A trigger neither waits nor asks for the result of one script.
	{ ...resultOptions([]), displayOptions: { show: { emit: ['results'] } } },
];
