import type { INodeProperties } from 'n8n-workflow';

/** How long a wait may take. */
export const maxWaitField: INodeProperties = {
	displayName: 'Max Wait (Minutes)',
	name: 'maxWaitMinutes',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 20,
	description: 'What has not ended by then comes out as it is and can be asked for again',
};

export const pollIntervalOption: INodeProperties = {
	displayName: 'Poll Interval',
	name: 'pollInterval',
	type: 'number',
	typeOptions: { minValue: 5, numberPrecision: 0 },
	default: 10,
	description: 'Seconds between two looks at what has not ended',
};
