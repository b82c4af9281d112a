import { MACHINE_ACTION } from '../../fields/machineAction';
import { fieldsOf, wholeNumber } from '../../fields/row';
import { forEachItem } from '../../host/eachItem';
import type { Parameters } from '../../host/parameters';
import { parameterError } from '../../host/parameters';
import { readParameters } from '../../host/readRows';
import { readResultLimits, readResultSettings, readWaiting } from '../../host/readSettings';
import { keysOfResults, readOutputs, requestsForAll, ResultFetcher } from '../../host/resultFetcher';
import { resultFields } from '../../result/fields';
import { resultOptions } from '../../result/options';
import type { MachineAction } from '../../service/machineAction';
import { withOwnStats } from '../../service/session';
import type { Operation } from '../operation';
import { LiveResponseWaiter } from './waiter';

const COMMAND = { commandIndex: wholeNumber('Command Index', 0, 'Which command of the live response, counted from 0') };

/** @throws NodeOperationError where the action certainly has no such command */
function checkIndex(context: Parameters, { commands }: MachineAction, commandIndex: number, itemIndex: number): void {
	// Ended live responses have been seen without their commands.
	if (commands.length === 0 || commands.some(({ index }) => index === commandIndex)) return;
	const what = `is ${commandIndex}, and the machine action has no such command`;
	const advice = commands.length === 1 ? 'It has one command: 0.' : `Its commands are numbered from 0 to ${commands.length - 1}.`;
	throw parameterError(context, itemIndex, 'Command Index', what, advice);
}

/** @param hasIndex whether it gives the result of one command rather than of all */
function resultOperation(hasIndex: boolean, texts: Omit<Operation, 'resource' | 'fields' | 'execute'>): Operation {
	return {
		resource: 'liveResponse',
		...texts,
		fields: [...fieldsOf({ ...MACHINE_ACTION, ...(hasIndex && COMMAND) }), ...resultFields(), resultOptions()],
		async execute(context) {
			const outputs = readOutputs(context);
			return await forEachItem(context, outputs, () => {
				const fetcher = new ResultFetcher(context, outputs);
				const waiter = new LiveResponseWaiter(context);
				return {
					limits: readResultLimits(context),
					keys: keysOfResults(context),
					read: (itemIndex) => ({
						...readParameters(context, MACHINE_ACTION, itemIndex),
						...(hasIndex && readParameters(context, COMMAND, itemIndex)),
						settings: readResultSettings(context, itemIndex),
						waiting: readWaiting(context, itemIndex),
					}),
					maxWaitMs: ({ waiting: { waits, maxWaitMs } }) => (waits ? maxWaitMs : 0),
					async work(session, { machineActionId, commandIndex, settings, waiting }, itemIndex) {
						const { action, refusal } = await waiter.until(session, machineActionId, itemIndex, waiting);
						if (commandIndex !== undefined) checkIndex(context, action, commandIndex, itemIndex);
						const requests =
							commandIndex === undefined ? requestsForAll(action, settings, itemIndex) : [{ action, commandIndex, settings, itemIndex }];
						const items = requests.map(async (request) => {
							const errors = [...(request.errors ?? []), ...(refusal ? [refusal.fullText] : [])];
							return await fetcher.fetch(withOwnStats(session, session.stats), { ...request, errors });
						});
						return (await Promise.all(items)).flat();
					},
				};
			});
		},
	};
}

export const getResult = resultOperation(true, {
	value: 'getResult',
	name: 'Get Result',
	description: 'Get the result of one command of a live response',
	toolDescription:
		'Get the result of one command of a live response: exit code, output and errors of a script, or a collected file. Reads only. Takes seconds when it has ended, else waits for it, which takes minutes.',
	builderHint:
		'Leave Machine Action as it is after a node that ran a live response. outcome pending is not an error: the device is not finished, ask again later. Branch on outcome or exit_code, or switch on Route by Outcome for three outputs.',
	action: 'Get result of live response',
});

export const getManyResults = resultOperation(false, {
	value: 'getManyResults',
	name: 'Get Many Results',
	description: 'Get the results of all commands of a live response',
	toolDescription:
		'Get the results of all commands of a live response, one item each, in their order. Reads only. Takes seconds when it has ended, else waits for it, which takes minutes.',
	builderHint:
		'For live responses of several commands: one item each. outcome pending is not an error: the device is not finished, ask again later.',
	action: 'Get all results of live response',
});
