import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { commandsField } from '../../fields/commands';
import { machineIdField } from '../../fields/machine';
import { resultFields } from '../../fields/result';
import { resultOptions } from '../../fields/resultOptions';
import { Cancelled } from '../../service/clock';
import { DefenderError } from '../../service/errors';
import { limiter } from '../../service/limiter';
import type { LiveResponseCommand } from '../../service/liveResponse';
import { runRequest } from '../../service/liveResponse';
import type { MachineAction } from '../../service/machineAction';
import { machineIdByName } from '../../service/machines';
import type { Session } from '../../service/session';
import type { Tally } from '../../service/tally';
import { newTally } from '../../service/tally';
import { connect } from '../connect';
import type { Routed } from '../eachItem';
import { forEachItem } from '../eachItem';
import { ONE_OUTPUT } from '../entityItems';
import type { Operation } from '../operation';
import type { Choice } from '../parameters';
import { readChoice, readComment, readFlag, wrongParameter } from '../parameters';
import { readCommands } from './readCommands';
import { readResultLimits, readResultSettings } from './readSettings';
import { readOutputs, ResultFetcher } from './results';
import { sendOnce } from './sentRuns';
import { LiveResponseWaiter } from './waiter';

const DRY_RUN: INodeProperties = {
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: false,
	description: 'Whether to only show the request. Nothing is sent to the device.',
};

/** Devices are named by SHA-1 digests; anything else could reshape the URL. */
const MACHINE_ID = /^[0-9a-f]{40}$/i;

function readMachine(context: IExecuteFunctions, itemIndex: number): Choice {
	const machine = readChoice(context, 'machineId', itemIndex);
	const isUsable = machine.mode === 'name' ? machine.value !== '' : MACHINE_ID.test(machine.value);
	if (isUsable) return machine;
	throw wrongParameter(
		context,
		itemIndex,
		'Device',
		machine.value === '' ? 'is empty' : 'is not the ID of a device',
		'Enter the device ID (40 hexadecimal digits), or choose the device by its name.',
	);
}

async function machineIdOf(session: Session, machine: Choice, tally: Tally): Promise<string> {
	return machine.mode === 'name' ? await machineIdByName(session, machine.value, tally) : machine.value;
}

/** What went wrong after the commands were sent: nothing that should make n8n run them again. */
class WentWrong {
	constructor(readonly text: string) {}
}

function afterSending(error: unknown): WentWrong {
	if (error instanceof Cancelled) throw error;
	if (error instanceof DefenderError) return new WentWrong(`${error.message}. ${error.description}`);
	return new WentWrong(error instanceof Error ? error.message : String(error));
}

/** An action with its commands; where the service leaves them out, they are those that were sent. */
function withCommands(action: MachineAction, commands: LiveResponseCommand[]): MachineAction {
	if (action.commands.length > 0) return action;
	// An action succeeds only when all of its commands have completed.
	const commandStatus = action.status === 'Succeeded' ? 'Completed' : null;
	const sent = commands.map((command, index) => ({ index, commandStatus, errors: [], command: { ...command } }));
	return { ...action, commands: sent };
}

export const run: Operation = {
	resource: 'liveResponse',
	value: 'run',
	name: 'Run',
	description:
		'Run commands on a device by live response: scripts of the library, copying a file there, collecting a file. Changes the device. Takes minutes; can wait and return the results.',
	action: 'Run live response on a device',
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
		resultOptions([DRY_RUN]),
	],
	async execute(context) {
		const entered: unknown = context.getNodeParameter('waitForCompletion', 0, true);
		const waits = entered !== false && entered !== 'false';
		const outputs = waits ? readOutputs(context) : ONE_OUTPUT;
		return await forEachItem(context, outputs, () => {
			const limits = readResultLimits(context);
			const fetcher = new ResultFetcher(context, outputs);
			// One after the other: the limit is ten a minute, and those who come first in the input go first.
			const oneByOne = limiter(1);
			const waiter = new LiveResponseWaiter(context);
			return {
				read: (itemIndex) => ({
					machine: readMachine(context, itemIndex),
					commands: readCommands(context, itemIndex),
					comment: readComment(context, itemIndex),
					settings: readResultSettings(context, itemIndex),
					dryRun: readFlag(context, context.getNodeParameter('options.dryRun', itemIndex, false), itemIndex, 'Dry Run'),
				}),
				open: async () => await connect(context, limits),
				async work(session, { machine, commands, comment, settings, dryRun }, itemIndex): Promise<Routed[]> {
					const tally = newTally();
					const single = (json: IDataObject): Routed[] => [
						{ output: 0, item: { json, pairedItem: { item: itemIndex } } },
					];
					const sent = await oneByOne(async () => {
						const machineId = await machineIdOf(session, machine, tally);
						const request = { machineId, commands, comment };
						if (!dryRun) return await sendOnce(context, session, request, itemIndex, tally);
						const { method, path, body } = runRequest(request);
						return { dryRun, method, url: `${session.cloud.apiBaseUrl}/api${path}`, body };
					});
					if ('dryRun' in sent) return single(sent as IDataObject);
					if (!waits) return single(sent.entity as IDataObject);

					const seen = await waiter.until(session, sent.id, itemIndex, tally).catch(afterSending);
					const action = withCommands(seen instanceof WentWrong ? sent : seen, commands);
					const items = commands.map(async (_, commandIndex) => {
						const request = { action, commandIndex, settings, itemIndex, tally: { ...tally } };
						const fetched =
							seen instanceof WentWrong ? seen : await fetcher.fetch(session, request).catch(afterSending);
						if (!(fetched instanceof WentWrong)) return fetched;
						const command = action.commands.find(({ index }) => index === commandIndex);
						// The result can still be asked for by the action's id, which the item has.
						const outcome = fetched === seen ? ('pending' as const) : ('unreadable' as const);
						const known = { machineActionId: action.id, commandIndex, action, command };
						return fetcher.toItems({ ...known, outcome, errors: [fetched.text], warnings: [] }, request);
					});
					return (await Promise.all(items)).flat();
				},
			};
		});
	},
};
