import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { maxWaitField } from './waiting';

/**
 * Fields of every operation that gives results.
 *
 * @param followLink whether the user may choose to get the link only
 * @param whenWaiting whether the fields have a meaning only while the node waits, which then decides on its outputs
 */
export function resultFields({
	followLink = false,
	whenWaiting = false,
}: { followLink?: boolean; whenWaiting?: boolean } = {}): INodeProperties[] {
	const waiting: IDisplayOptions = { show: { waitForCompletion: [true] } };
	const shown: { displayOptions?: IDisplayOptions } = whenWaiting ? { displayOptions: waiting } : {};
	const follow: INodeProperties = {
		displayName: 'Follow Link',
		name: 'followLink',
		type: 'boolean',
		default: true,
		description: 'Whether to download the result. If off, the item carries the link to it, which opens the result to whoever holds it.',
	};
	return [
		...(followLink ? [follow] : []),
		{
			displayName: 'Wait for Completion',
			name: 'waitForCompletion',
			type: 'boolean',
			noDataExpression: whenWaiting,
			default: true,
			description: 'Whether to wait until the live response has ended',
		},
		{ ...maxWaitField, displayOptions: waiting },
		{
			displayName: 'Route by Outcome',
			name: 'routeByOutcome',
			type: 'boolean',
			// n8n draws the outputs before there is an item to evaluate anything for.
			noDataExpression: true,
			default: false,
			// A tool has one output.
			displayOptions: { ...shown.displayOptions, hide: { '@tool': [true] } },
			description: 'Whether to use three outputs: Succeeded, Failed and Not Finished',
		},
		{
			displayName: 'Simplify',
			name: 'simplify',
			type: 'boolean',
			default: true,
			...shown,
			description: 'Whether to return a simplified version of the response instead of the raw data',
		},
	];
}
