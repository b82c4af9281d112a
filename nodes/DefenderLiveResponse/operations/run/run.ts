import type { INodeProperties } from 'n8n-workflow';
import { commandsField } from './commandsField';
import { machineIdField } from '../../fields/machine';
import { resultFields } from '../../fields/result';
import { resultOptions } from '../../fields/resultOptions';
import { pollIntervalOption } from '../../fields/waiting';
import { inTurn, limiter } from '../../service/limiter';
import { runRequest } from '../../service/liveResponse';
import { bySignIn } from '../../service/session';
import { chosenMachineId, readMachineChoice } from '../machine/chosenMachine';
import type { Routed } from '../../host/eachItem';
import { forEachItem } from '../../host/eachItem';
import { entityItems, ONE_OUTPUT } from '../../host/entityItems';
import type { Operation } from '../operation';
import { readCollection } from '../../host/collection';
import type { Parameters } from '../../host/parameters';
import { readComment, readFlag, readNodeFlag, parameterError } from '../../host/parameters';
import { BusyDevices } from './busyDevice';
import { readCommands } from './readCommands';
import { readResultLimits, readResultSettings, readWaiting } from '../../host/readSettings';
import { readOutputs } from '../../host/resultFetcher';
import { RunResults } from './runResults';
import { sendOnce } from './sendOnce';

const RUN_OPTIONS: INodeProperties[] = [
	{
		displayName: 'Cancel on Timeout',
		name: 'cancelOnTimeout',
		type: 'boolean',
		default: false,
		description:
			'Whether to cancel the live response when it has not ended after Max Wait. Only one that this node started is ever cancelled.',
	},
	{
		displayName: 'Dry Run',
		name: 'dryRun',
		type: 'boolean',
		default: false,
		description: 'Whether to only show the request. Nothing is sent to the device.',
	},
	{
		displayName: 'When Device Is Busy',
		name: 'whenDeviceBusy',
		type: 'options',
		options: [
			{ name: 'Fail', value: 'fail', description: 'Say which live response it is busy with' },
			{ name: 'Wait', value: 'wait', description: 'Wait until it is free, for as long as Max Wait says' },
		],
		default: 'fail',
		description: 'What to do when the device runs another live response: it runs one at a time',
	},
];

/** What an item's options say of the run itself. */
function readRunOptions(context: Parameters, itemIndex: number) {
	const asked = { name: 'options', displayName: 'Options', entries: RUN_OPTIONS };
	const { whenDeviceBusy = 'fail', ...options } = readCollection(context, asked, itemIndex);
	if (whenDeviceBusy !== 'fail' && whenDeviceBusy !== 'wait') {
		throw parameterError(context, itemIndex, 'When Device Is Busy', 'is none of its choices', 'Enter fail or wait.');
	}
	return {
		waitWhenBusy: whenDeviceBusy === 'wait',
		cancelOnTimeout: readFlag(context, options.cancelOnTimeout ?? false, itemIndex, 'Cancel on Timeout'),
		dryRun: readFlag(context, options.dryRun ?? false, itemIndex, 'Dry Run'),
	};
}

export const run: Operation = {
	resource: 'liveResponse',
	value: 'run',
	name: 'Run',
	description:
		'Run commands on a device by live response: run a script of the library, copy a file there, collect a file. Acts on the device and cannot be undone. Takes minutes, and a device does one at a time.',
	action: 'Run live response on device',
	fields: [
		machineIdField,
		commandsField,
		{
			displayName: 'Comment',
			name: 'comment',
			type: 'string',
			required: true,
			default: '=n8n workflow {{ $workflow.name }} ({{ $workflow.id }}), execution {{ $execution.id }}',
			description: 'Why the commands are run. Defender keeps it with the machine action.',
		},
		...resultFields({ whenWaiting: true }),
		resultOptions([...RUN_OPTIONS, pollIntervalOption]),
	],
	async execute(context) {
		const waits = readNodeFlag(context, 'waitForCompletion', 'Wait for Completion', true);
		const outputs = waits ? readOutputs(context) : ONE_OUTPUT;
		return await forEachItem(context, outputs, () => {
			const results = new RunResults(context, outputs);
			const devices = new BusyDevices();
			// One after the other: the limit is ten a minute in each tenant, and those who come first in the input go first.
			const oneByOneIn = bySignIn(() => limiter(1));
			return {
				limits: readResultLimits(context),
				writes: true,
				read: (itemIndex) => ({
					machine: readMachineChoice(context, itemIndex),
					commands: readCommands(context, itemIndex),
					comment: readComment(context, itemIndex),
					settings: readResultSettings(context, itemIndex),
					waiting: readWaiting(context, itemIndex),
					...readRunOptions(context, itemIndex),
				}),
				maxWaitMs({ waiting, waitWhenBusy }) {
					if (waitWhenBusy) return waiting.maxBusyMs;
					return waits ? waiting.maxWaitMs : undefined;
				},
				async work(session, job, itemIndex): Promise<Routed[]> {
					const { commands, comment, settings, waiting, dryRun, cancelOnTimeout } = job;
					const prepare = async () => ({
						machineId: await chosenMachineId(session, job.machine),
						commands,
						comment,
					});
					if (dryRun) {
						const { method, path, body } = runRequest(await prepare());
						const shown = { dryRun, method, url: `${session.cloud.apiBaseUrl}/api${path}`, body };
						return entityItems([shown], itemIndex);
					}
					const send = async () =>
						await inTurn(oneByOneIn(session), async (endTurn) => await sendOnce(context, session, await prepare(), itemIndex, endTurn));
					const started = job.waitWhenBusy
						? await devices.sendWhenFree(session, job.machine, waiting.intervalMs, send)
						: await devices.sendInOrder(session, job.machine, send);
					if (!waits) return entityItems([started.action.entity], itemIndex);
					return await results.of(session, started, { settings, cancelOnTimeout, waiting, itemIndex });
				},
			};
		});
	},
};
