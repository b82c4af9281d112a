import { dryRun } from '../../fields/dryRun';
import { choice, flag } from '../../fields/row';

/** Options of the run itself. */
export const RUN_OPTIONS = {
	cancelOnTimeout: flag(
		'Cancel on Timeout',
		false,
		'Whether to cancel the live response when it is still running after Max Wait. Only one that this node started is ever cancelled.',
	),
	dryRun,
	whenDeviceBusy: choice(
		'When Device Is Busy',
		[
			['fail', 'Fail', 'Say which live response it is busy with'],
			['wait', 'Wait', 'Wait until it is free, for as long as Max Wait says'],
		],
		'fail',
		'What to do when the device runs another live response: it runs one at a time',
	),
};
