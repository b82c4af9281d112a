import { MACHINE_ACTION } from '../../fields/machineAction';
import { fieldsOf, wholeNumber } from '../../fields/row';
import { resultFields } from '../../result/fields';
import { resultOptions } from '../../result/options';
import type { MachineAction } from '../../service/machineAction';
import { forEachItem } from '../../host/eachItem';
import type { Operation } from '../operation';
import { parameterError } from '../../host/parameters';
import { readParameters } from '../../host/readRows';
import { readResultLimits, readResultSettings, readWaiting } from '../../host/readSettings';
import { keysOfResults, readOutputs, ResultFetcher } from '../../host/resultFetcher';
import { LiveResponseWaiter } from './waiter';

/** What is wrong with asking an action for a command; undefined where nothing is. */
function whyNoCommand({ commands }: MachineAction, index: number): { what: string; advice: string } | undefined {
	// Ended live responses have been seen without their commands.
	if (commands.length === 0 || commands.some((command) => command.index === index)) return undefined;
	return {
		what: `is ${index}, and the machine action has no such command`,
		advice: commands.length === 1 ? 'It has one command: 0.' : `Its commands are numbered from 0 to ${commands.length - 1}.`,
	};
}

const COMMAND = {
	...MACHINE_ACTION,
	commandIndex: wholeNumber('Command Index', 0, 'Which command of the live response, counted from 0'),
};

export const getResult: Operation = {
	resource: 'liveResponse',
	value: 'getResult',
	name: 'Get Result',
	description: 'Get the result of one command of a live response',
	toolDescription:
		'Get the result of one command of a live response: exit code, output and errors of a script, or a collected file. Reads only. Takes seconds when it has ended, else waits for it, which takes minutes.',
	builderHint:
		'Leave Machine Action as it is after a node that ran a live response. outcome pending is not an error: the device is not finished, ask again later. Branch on outcome or exit_code, or switch on Route by Outcome for three outputs.',
	action: 'Get result of live response',
	fields: [...fieldsOf(COMMAND), ...resultFields({ followLink: true }), resultOptions()],
	async execute(context) {
		const outputs = readOutputs(context);
		return await forEachItem(context, outputs, () => {
			const fetcher = new ResultFetcher(context, outputs);
			const waiter = new LiveResponseWaiter(context);
			return {
				limits: readResultLimits(context),
				keys: keysOfResults(context),
				read: (itemIndex) => ({
					...readParameters(context, COMMAND, itemIndex),
					settings: readResultSettings(context, itemIndex),
					waiting: readWaiting(context, itemIndex),
				}),
				maxWaitMs: ({ waiting: { waits, maxWaitMs } }) => (waits ? maxWaitMs : 0),
				async work(session, { machineActionId, commandIndex, settings, waiting }, itemIndex) {
					const { action, refusal } = await waiter.until(session, machineActionId, itemIndex, waiting);
					const errors = refusal && [refusal.inFull];
					const wrong = whyNoCommand(action, commandIndex);
					if (wrong) throw parameterError(context, itemIndex, 'Command Index', wrong.what, wrong.advice);
					return await fetcher.fetch(session, { action, commandIndex, settings, itemIndex, errors });
				},
			};
		});
	},
};
