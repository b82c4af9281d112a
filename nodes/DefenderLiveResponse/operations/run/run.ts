import { commandFields } from './commandsField';
import { requestComment } from '../../fields/comment';
import { MACHINE } from '../../fields/machine';
import { resultFields } from '../../result/fields';
import { resultOptions } from '../../result/options';
import { fieldsOf } from '../../fields/row';
import { WAITING, WAITING_OPTIONS } from '../../fields/waiting';
import { withTurn, limiter } from '../../service/limiter';
import type { LiveResponseRequest } from '../../service/actionRequest';
import type { Run } from '../../service/lostRun';
import { withRunKey } from '../../service/runKey';
import { perSignIn } from '../../service/session';
import { startAction } from '../../service/startAction';
import { chosenMachineId } from '../machine/chosenMachine';
import type { Routed } from '../../host/eachItem';
import { forEachItem } from '../../host/eachItem';
import { dryRunItems, ONE_OUTPUT, shownItems } from '../../host/entityItems';
import type { Operation } from '../operation';
import { readNodeFlag, readOptions, readParameters } from '../../host/readRows';
import { BusyDevices } from './busyDevice';
import { KeyedRuns } from './keyedRuns';
import { LibraryCheck } from './libraryCheck';
import { BUSY, RUN_OPTIONS } from './options';
import { NotSent } from './notSent';
import { withPlace } from './ownSessions';
import { readCommands } from './readCommands';
import { readResultLimits, readResultSettings, readWaiting } from '../../host/readSettings';
import { keysOfResults, readOutputs } from '../../host/resultFetcher';
import { sendOnce, wasTried } from '../../host/sendOnce';
import { RunResults } from './runResults';

const COMMENT = { comment: requestComment('Why the commands are run. Defender keeps it with the machine action.') };

export const run: Operation = {
	resource: 'liveResponse',
	value: 'run',
	name: 'Run',
	description: 'Run a script, collect a file or copy a file to a device',
	toolDescription:
		'Run commands on a device by live response: run a script of the library, copy a file there, collect a file. Acts on the device and cannot be undone. Takes minutes, and a device does one at a time.',
	builderHint:
		'A device takes minutes, one that is offline hours. For a few devices leave Wait for Completion on: the items are the results. For many devices switch it off and add a node with Get Result after this one. Branch on outcome or exit_code: a script that failed is an item, not an error.',
	action: 'Run script or collect file on device',
	fields: [
		...fieldsOf(MACHINE),
		...commandFields,
		...resultFields(BUSY),
		// It also bounds the wait for a busy device.
		...fieldsOf({ maxWaitMinutes: WAITING.maxWaitMinutes }).map((field) => ({
			...field,
			displayOptions: { show: { waitForCompletion: [false], whenDeviceBusy: ['wait'] } },
		})),
		...fieldsOf(COMMENT),
		resultOptions({ ...RUN_OPTIONS, ...WAITING_OPTIONS }),
	],
	async execute(context) {
		const waits = readNodeFlag(context, 'waitForCompletion', WAITING.waitForCompletion);
		const outputs = waits ? readOutputs(context) : ONE_OUTPUT;
		return await forEachItem(context, outputs, () => {
			const results = new RunResults(context, outputs);
			const devices = new BusyDevices();
			// One after the other: the limit is ten a minute in each tenant, and those who come first in the input go first.
			const oneByOneIn = perSignIn(() => limiter(1));
			const libraryIn = perSignIn(() => new LibraryCheck());
			const keyedIn = perSignIn(() => new KeyedRuns(context.getExecutionId()));
			return {
				limits: readResultLimits(context),
				writes: true,
				...(waits && { keys: keysOfResults(context) }),
				read: (itemIndex) => ({
					...readParameters(context, MACHINE, itemIndex),
					commands: readCommands(context, itemIndex),
					...readParameters(context, COMMENT, itemIndex),
					settings: readResultSettings(context, itemIndex),
					waiting: readWaiting(context, itemIndex),
					...readParameters(context, BUSY, itemIndex),
					...readOptions(context, RUN_OPTIONS, itemIndex),
				}),
				maxWaitMs: ({ waiting, whenDeviceBusy }) => (waits || whenDeviceBusy === 'wait' ? waiting.maxWaitMs : undefined),
				async work(session, job, itemIndex): Promise<Routed[]> {
					const { commands, comment, settings, waiting, dryRun, cancelOnTimeout, runKey, maxSessions } = job;
					const wanted = { settings, cancelOnTimeout, waiting, itemIndex };
					const prepare = async (): Promise<LiveResponseRequest> => ({
						machineId: await chosenMachineId(session, job.machineId),
						commands,
						comment: runKey ? withRunKey(comment, runKey) : comment,
						...(runKey && { runKey }),
					});
					if (dryRun) return dryRunItems(session, await prepare(), itemIndex);
					const sendInTurn = async (prepared?: LiveResponseRequest, isTried = false) => {
						// The wait for its turn is the node's own. An item that waits for Defender lets the others start first.
						const resume = session.deadline.hold();
						return await withTurn(oneByOneIn(session), async (answered) => {
							resume();
							const request = prepared ?? (await prepare());
							const own = { ...session, onFailure: answered };
							const sending = { answered, send: async (sent: Run) => await startAction(own, sent, answered) };
							const sendNow = async () => await sendOnce(context, own, request, itemIndex, sending);
							return runKey ? await keyedIn(session).sendOnce(session, request, runKey, isTried, answered, sendNow) : await sendNow();
						});
					};
					const send = async () => {
						// Its device is looked up in its turn, so that the order of the input is kept.
						if (!runKey && maxSessions === 0) {
							await libraryIn(session).check(session, commands, false);
							return await sendInTurn();
						}
						const request = await prepare();
						// What a try of n8n before this one has sent, or may have, has its place already, and is only looked for.
						if (wasTried(context, session, request, itemIndex)) return await sendInTurn(request, true);
						const earlier = runKey && (await keyedIn(session).findEarlier(session, request, runKey));
						if (earlier) return earlier;
						await libraryIn(session).check(session, commands, runKey !== '');
						if (maxSessions === 0) return await sendInTurn(request);
						return await withPlace(
							session,
							{ maxSessions, waits: waits || job.whenDeviceBusy === 'wait' },
							async () => await sendInTurn(request),
						);
					};
					const sending =
						job.whenDeviceBusy === 'wait'
							? devices.sendWhenFree(session, job.machineId, waiting.intervalMs, send)
							: devices.sendInOrder(session, job.machineId, send);
					const started = await sending.catch((error: unknown) => {
						if (error instanceof NotSent) return error;
						throw error;
					});
					if (started instanceof NotSent) return results.notSent(session, commands, started.message, wanted);
					if (!waits) return shownItems('machineAction', [started.action.entity], settings.simplify, itemIndex);
					return await results.itemsOf(session, started, wanted);
				},
			};
		});
	},
};
