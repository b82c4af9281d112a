import type { INodeProperties } from 'n8n-workflow';
import { choice, choices, collectionField, fieldsOf } from '../fields/row';
import { simplify } from '../fields/simplify';
import { resultOptions } from '../result/options';
import { ENDED_STATUSES } from '../service/machineAction';
import { TRIGGER_FILTERS } from './filters';

/** What an item is, and of which live responses. */
export const TRIGGER = {
	emit: choice(
		'Trigger On',
		[
			['actions', 'Live Response Ended', 'One item for each live response: its machine action', 'On live response ended'],
			[
				'results',
				'Result of a Live Response',
				'One item for each command: the transcript of its script, or its collected file',
				'On result of a live response',
			],
		],
		'actions',
		'When the workflow starts, and what an item is',
	),
	statuses: choices(
		'Statuses',
		['Cancelled', 'Failed', 'Succeeded', ['TimeOut', 'Timed Out']],
		[...ENDED_STATUSES],
		'How the live response ended. A script that ran and failed is Succeeded here; check its exit code.',
	),
	simplify,
};

/** What the trigger asks for; n8n adds when it polls. */
export const triggerFields: INodeProperties[] = [
	...fieldsOf(TRIGGER),
	collectionField('filters', TRIGGER_FILTERS),
	// A trigger neither waits nor asks for the result of one script.
	{ ...resultOptions({}), displayOptions: { show: { emit: ['results'] } } },
];
