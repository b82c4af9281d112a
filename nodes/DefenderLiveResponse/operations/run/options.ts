import { dryRun } from '../../fields/dryRun';
import { choice, orSwitch, text, InvalidValue, wholeNumber } from '../../fields/row';
import { LABELS } from '../../service/labels';
import { isRunKey } from '../../service/runKey';

/** What to do when the device is busy; a parameter, since it decides whether the commands are sent at all. */
export const BUSY = {
	whenDeviceBusy: choice(
		LABELS.whenDeviceBusy,
		[
			['fail', 'Fail', 'Refuse the item and name the other live response'],
			['wait', 'Wait', `Wait until it is free, up to ${LABELS.maxWait}`],
		],
		'fail',
		'What to do when the device runs another live response: it runs one at a time',
	),
};

const cancelOnTimeout = choice(
	'Wait: Cancel on Timeout',
	[
		['always', 'Always', 'Even if the device has started it. What was done is not undone.'],
		['ifNotStarted', 'If Not Started', 'Only if the device has certainly not started it'],
		['never', 'Never', 'It keeps running, and its result can be fetched later'],
	],
	'never',
	`What to do with a live response that is still running after ${LABELS.maxWait}. Only one that this node started is ever cancelled.`,
);

export type CancelOnTimeout = ReturnType<typeof cancelOnTimeout.read>;

/** Options of the run itself. */
export const RUN_OPTIONS = {
	cancelOnTimeout: orSwitch(cancelOnTimeout, 'always', 'never'),
	dryRun,
	maxSessions: wholeNumber(
		LABELS.maxSessions,
		0,
		`How many live responses of this app may be unfinished, 0 for no limit. What finds no place in ${LABELS.maxWait} is not sent.`,
	),
	runKey: text(
		'Run Key',
		'Makes the run once on each device: a live response of the last 30 days with this key gives its result instead',
		{ placeholder: 'e.g. patch-check-2026-11' },
		(key) => {
			// Two forms of the same letters are one key.
			if (isRunKey(key)) return key.normalize();
			throw new InvalidValue('is not a valid key', 'Enter up to 100 characters without brackets, line breaks and outer blanks.');
		},
	),
};
