import type { IDataObject } from 'n8n-workflow';
import type { Operation } from '../../../playground/emulator';
import { SCRIPT } from '../../support/actions';
import { addActions, addDevices, itemsOf, machineId, onlyOne, PATH, script, SECOND_PATH } from './arrange';
import { untrueAction, untrueStarted } from './entityClaims';
import type { Choice } from './choice';
import type { Flow } from './flow';
import { untrueResult } from './resultClaims';
import type { World } from './world';

const WAITS: Operation[] = ['token', 'action.list', 'action.get', 'link', 'blob'];

const both = ({ simplify, wait, route }: Choice, more: IDataObject = {}) => ({
	simplify,
	waitForCompletion: wait,
	routeByOutcome: route,
	maxWaitMinutes: 1,
	...more,
});

const resultOptions = ({ variant }: Choice): IDataObject =>
	[
		{},
		{ parseOutput: 'json' },
		{ parseOutput: 'lines', maxOutputLength: 10 },
		{ includeLink: true, stripBanner: false },
		{ exitCodePattern: 'CODE=(\\d+)' },
		{ decompress: false, maxDownloadSize: 1 },
	][variant % 6];

/** A result has to be of the action that was asked for. */
const ofItsAction = (item: IDataObject, { id }: IDataObject, world: World): string[] => {
	const isOwn = String(item.machineActionId).toLowerCase() === String(id).toLowerCase();
	return isOwn ? untrueResult(item, world.action(id), world) : [`a result of ${String(item.machineActionId)} for ${String(id)}`];
};

/** Where a run is waited for in a busy device's queue, its comment has to name it, also on a clock that is this fast. */
const NAMED = '=case 4711, execution {{ $execution.id }}';

/** A kind of run: its commands, and how they are entered. */
interface RunKind {
	/** The types of the commands, by place. */
	types: string[];
	parameters: IDataObject;
}

const RUN = { type: 'RunScript', scriptName: SCRIPT, args: '-Days 3' };
const KINDS: RunKind[] = [
	{ types: ['RunScript'], parameters: { commands: { command: [RUN] } } },
	{ types: ['RunScript', 'GetFile'], parameters: { commands: { command: [RUN, { type: 'GetFile', path: PATH }] } } },
	{
		types: ['PutFile', 'RunScript', 'GetFile'],
		parameters: {
			specifyCommands: 'json',
			commandsJson: JSON.stringify([{ type: 'PutFile', fileName: SCRIPT }, RUN, { type: 'GetFile', path: PATH }]),
		},
	},
	{ types: ['GetFile', 'GetFile'], parameters: { commands: { command: [{ type: 'GetFile', path: `${PATH}\n${SECOND_PATH}` }] } } },
];
const kindOf = ({ variant }: Choice) => KINDS[variant % KINDS.length];

const RUN_CALLS: Operation[] = [
	'token',
	'run',
	'run',
	'run',
	'action.list',
	'action.list',
	'action.get',
	'link',
	'blob',
	'action.cancel',
	'machine.list',
	'machine.get',
];

/** What an item of a run claims that is not true: only what the flow has started itself on the item's device is its own. */
function untrueRun(item: IDataObject, input: IDataObject, world: World, types: string[]): string[] {
	const { runs, action } = world.emulator;
	const own = runs.find(({ machineId: device, clientId }) => device === input.id && clientId === world.clientId)?.machineActionId;
	if (!world.choice.wait) return untrueStarted(item, own, world);
	return untrueResult(item, own === String(item.machineActionId).toLowerCase() ? action(own) : undefined, world, types);
}

export const LIVE_RESPONSE_FLOWS: Flow[] = [
	{
		name: 'liveResponse: getResult',
		calls: WAITS,
		itemsEach: onlyOne,
		untrue: ofItsAction,
		prepare: (emulator, choice) => ({
			parameters: {
				resource: 'liveResponse',
				operation: 'getResult',
				followLink: choice.variant !== 5,
				...both(choice, { options: resultOptions(choice) }),
			},
			inputs: addActions(emulator, choice),
		}),
	},
	{
		name: 'liveResponse: getManyResults',
		calls: WAITS,
		untrue: ofItsAction,
		prepare: (emulator, choice) => ({
			parameters: { resource: 'liveResponse', operation: 'getManyResults', ...both(choice, { options: resultOptions(choice) }) },
			inputs: addActions(emulator, choice),
		}),
	},
	{
		name: 'liveResponse: run',
		calls: RUN_CALLS,
		itemsEach: (choice) => (choice.wait ? kindOf(choice).types.length : 1),
		target: ({ id }) => String(id),
		untrue: (item, input, world) => untrueRun(item, input, world, kindOf(world.choice).types),
		prepare(emulator, choice) {
			const { variant } = choice;
			const busy = variant % 3 === 0 ? 'wait' : 'fail';
			return {
				parameters: {
					resource: 'liveResponse',
					operation: 'run',
					machineId: machineId(choice),
					...kindOf(choice).parameters,
					comment: busy === 'wait' ? NAMED : 'case 4711',
					whenDeviceBusy: busy,
					...both(choice, {
						options: { ...(variant % 5 === 2 && { cancelOnTimeout: ['always', 'ifNotStarted'][variant % 2] }), pollInterval: 5 },
					}),
				},
				inputs: itemsOf(addDevices(emulator, choice)),
			};
		},
	},
	{
		// On every second device an earlier execution has run with the key.
		name: 'liveResponse: run with a key',
		operation: 'liveResponse: run',
		calls: [...RUN_CALLS, 'action.list', 'action.list'],
		itemsEach: onlyOne,
		target: ({ id }) => String(id),
		untrue(item, input, world) {
			const earlier = world.action(input.earlier);
			const isEarlier = earlier !== undefined && earlier.id === (item.machineActionId ?? item.id);
			if (isEarlier) return world.choice.wait ? untrueResult(item, earlier, world) : untrueAction(item, earlier, world);
			const ran = world.emulator.runs.some(({ machineId: device }) => device === input.id);
			const again = earlier !== undefined && ran && !world.attacked('action.list') ? [`ran again on ${String(input.id)}`] : [];
			return [...again, ...untrueRun(item, input, world, ['RunScript'])];
		},
		prepare(emulator, choice) {
			const inputs = itemsOf(addDevices(emulator, choice)).map(({ json }, place) => {
				const hasRun = (place + choice.variant) % 2 === 0;
				const earlier = hasRun
					? emulator.addAction({
							machineId: String(json.id),
							requestorComment: '[run key: patch-1] before',
							createdAt: emulator.now() - 3_600_000,
							commands: [{ type: 'RunScript', name: SCRIPT, script: script(choice) }],
						}).id
					: null;
				return { json: { ...json, earlier } };
			});
			return {
				parameters: {
					resource: 'liveResponse',
					operation: 'run',
					machineId: machineId(choice),
					commands: { command: [RUN] },
					comment: NAMED,
					whenDeviceBusy: choice.variant % 3 === 0 ? 'wait' : 'fail',
					...both(choice, { options: { runKey: 'patch-1', pollInterval: 5, ...(choice.variant === 5 && { maxSessions: 3 }) } }),
				},
				inputs,
			};
		},
	},
];
