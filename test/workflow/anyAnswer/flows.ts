import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Emulator, Operation } from '../../../playground/emulator';
import { SCRIPT } from '../../support/actions';

/** What varies in a flow beside the answers. */
export interface Choice {
	/** How many items the node gets. */
	items: number;
	/** Scripts end with 0 rather than 3. */
	good: boolean;
	simplify: boolean;
	wait: boolean;
	route: boolean;
	/** One more thing that each operation reads in its own way. */
	variant: number;
}
export interface Input {
	parameters: IDataObject;
	/** One for each item. */
	inputs: INodeExecutionData[];
}
export interface Flow {
	/** `resource: operation` of the node. */
	name: string;
	/** What it asks the service, so that attacks hit. */
	calls: Operation[];
	/** The types of a run's commands, by place. */
	sends?(choice: Choice): string[];
	/** How many items each input item gives; undefined where that depends on the answers. */
	itemsEach?(choice: Choice): number | undefined;
	/** Puts what it needs in the tenant. */
	prepare(emulator: Emulator, choice: Choice): Input;
}

/** Bytes of the file that GetFile collects. */
export const FILE = 'evidence '.repeat(400);
const PATH = 'C:\\Temp\\evidence.txt';
/** The script of an action that is not the flow's. */
const OTHER_SCRIPT = 'other.ps1';

const NAME = (n: number) => `ws-0${n}.contoso.example`;
const WAITS = ['token', 'action.list', 'action.get', 'link', 'blob'] as Operation[];
const script = ({ good }: Choice) => ({ exitCode: good ? 0 : 3, output: '{"free":12}\n', md5: false });

/** Devices on which another user's run of another script has ended well; each flow's own items are of these. */
function addDevices(emulator: Emulator, choice: Choice) {
	return Array.from({ length: choice.items }, (_, n) => {
		const device = emulator.addDevice({
			computerDnsName: NAME(n),
			machineTags: ['case'],
			scripts: { [SCRIPT]: script(choice) },
			files: { [PATH]: { content: FILE } },
		});
		emulator.addAction({
			machineId: device.id,
			requestorComment: 'another case',
			createdAt: emulator.now() - 90_000,
			endedAt: emulator.now() - 30_000,
			commands: [{ type: 'RunScript', name: OTHER_SCRIPT, script: { output: 'of another', md5: false } }],
		});
		return device;
	});
}

/** An action for each item, ended or about to. */
function addActions(emulator: Emulator, choice: Choice): INodeExecutionData[] {
	return addDevices(emulator, choice).map(({ id }) => {
		const { variant } = choice;
		const ends =
			variant % 3 === 0 ? { endedAt: emulator.now() + 15_000, createdAt: emulator.now() - 1000, status: 'Succeeded' as const } : {};
		const command =
			variant % 2 === 0
				? { type: 'RunScript' as const, name: SCRIPT, script: script(choice) }
				: { type: 'GetFile' as const, name: PATH, file: { content: FILE } };
		return { json: { id: emulator.addAction({ machineId: id, commands: [command], ...ends }).id } };
	});
}

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

const action = (operation: string, more: IDataObject = {}) => ({ resource: 'machineAction', operation, ...more });
const onlyOne = () => 1;

export const FLOWS: Flow[] = [
	{
		name: 'liveResponse: getResult',
		calls: WAITS,
		itemsEach: onlyOne,
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
		prepare: (emulator, choice) => ({
			parameters: { resource: 'liveResponse', operation: 'getManyResults', ...both(choice, { options: resultOptions(choice) }) },
			inputs: addActions(emulator, choice),
		}),
	},
	{
		name: 'liveResponse: run',
		calls: [
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
		],
		sends: ({ variant }) => (variant % 4 === 1 ? ['RunScript', 'GetFile'] : ['RunScript']),
		itemsEach: ({ wait, variant }) => (wait && variant % 4 === 1 ? 2 : 1),
		prepare(emulator, choice) {
			const devices = addDevices(emulator, choice);
			const { variant } = choice;
			const byName = variant % 2 === 0;
			const run = { type: 'RunScript', scriptName: SCRIPT, args: '-Days 3' };
			const command = variant % 4 === 1 ? [run, { type: 'GetFile', path: PATH }] : [run];
			const busy = variant % 3 === 0 ? 'wait' : 'fail';
			return {
				parameters: {
					resource: 'liveResponse',
					operation: 'run',
					machineId: byName ? { __rl: true, mode: 'name', value: '={{ $json.name }}' } : '={{ $json.id }}',
					commands: { command },
					// Where the device is waited for, the action has to be known as the run's own, also on a clock that is this fast.
					comment: busy === 'wait' ? '=case 4711, execution {{ $execution.id }}' : 'case 4711',
					whenDeviceBusy: busy,
					...both(choice, {
						options: { ...(variant % 5 === 2 && { cancelOnTimeout: ['always', 'ifNotStarted'][variant % 2] }), pollInterval: 5 },
					}),
				},
				inputs: devices.map(({ id, computerDnsName }) => ({ json: { id, name: computerDnsName } })),
			};
		},
	},
	{
		name: 'machineAction: get',
		calls: ['token', 'action.get', 'action.list'],
		itemsEach: onlyOne,
		prepare: (emulator, choice) => ({ parameters: action('get', { simplify: choice.simplify }), inputs: addActions(emulator, choice) }),
	},
	{
		name: 'machineAction: getMany',
		calls: ['token', 'action.list'],
		prepare(emulator, choice) {
			addActions(emulator, choice);
			const filters = [{}, { status: ['unfinished'], type: 'LiveResponse' }, { commentContains: 'case' }, { machineId: 'a'.repeat(40) }][
				choice.variant % 4
			];
			return {
				parameters: action('getMany', { simplify: choice.simplify, returnAll: choice.wait, limit: 7, filters }),
				inputs: [{ json: {} }],
			};
		},
	},
	{
		name: 'machineAction: cancel',
		calls: ['token', 'action.cancel', 'action.cancel', 'action.get', 'action.list'],
		itemsEach: onlyOne,
		prepare: (emulator, choice) => ({
			parameters: action('cancel', { comment: 'enough', simplify: choice.simplify, onlyIfNotStarted: choice.wait }),
			inputs: addActions(emulator, { ...choice, variant: 0 }),
		}),
	},
	{
		name: 'machineAction: wait',
		calls: ['token', 'action.list', 'action.get'],
		itemsEach: onlyOne,
		prepare: (emulator, choice) => ({
			parameters: action('wait', { maxWaitMinutes: 1, simplify: choice.simplify }),
			inputs: addActions(emulator, choice),
		}),
	},
	{
		name: 'libraryFile: getMany',
		calls: ['token', 'library.list'],
		prepare(emulator, choice) {
			addDevices(emulator, choice);
			return { parameters: { resource: 'libraryFile', operation: 'getMany', returnAll: choice.wait, limit: 7 }, inputs: [{ json: {} }] };
		},
	},
	{
		name: 'libraryFile: upload',
		calls: ['token', 'library.list', 'library.upload', 'library.upload'],
		itemsEach: onlyOne,
		prepare(emulator, choice) {
			addDevices(emulator, choice);
			const data = Buffer.from('Write-Output 1').toString('base64');
			// Both forms of the parameter: a boolean, and its later choices.
			const overwrite = [false, true, 'never', 'ifDifferent', 'always'][choice.variant % 2];
			return {
				parameters: { resource: 'libraryFile', operation: 'upload', fileName: '={{ $json.name }}', overwrite },
				inputs: Array.from({ length: choice.items }, (_, n) => ({
					json: { name: `new-${n}.ps1` },
					binary: { data: { data, mimeType: 'text/plain', fileName: 'x.ps1' } },
				})),
			};
		},
	},
	{
		name: 'libraryFile: delete',
		calls: ['token', 'library.delete', 'library.delete', 'library.list'],
		itemsEach: onlyOne,
		prepare(emulator, choice) {
			const names = Array.from({ length: choice.items }, (_, n) => `old-${n}.ps1`);
			for (const fileName of names) emulator.addLibraryFile({ fileName });
			return {
				parameters: { resource: 'libraryFile', operation: 'delete', fileName: '={{ $json.name }}' },
				inputs: names.map((name) => ({ json: { name } })),
			};
		},
	},
	{
		name: 'machine: get',
		calls: ['token', 'machine.get', 'machine.list'],
		itemsEach: onlyOne,
		prepare: (emulator, choice) => ({
			parameters: {
				resource: 'machine',
				operation: 'get',
				simplify: choice.simplify,
				machineId: choice.variant % 2 === 0 ? { __rl: true, mode: 'name', value: '={{ $json.name }}' } : '={{ $json.id }}',
			},
			inputs: addDevices(emulator, choice).map(({ id, computerDnsName }) => ({ json: { id, name: computerDnsName } })),
		}),
	},
	{
		name: 'machine: getMany',
		calls: ['token', 'machine.list'],
		prepare(emulator, choice) {
			addDevices(emulator, choice);
			const filters = [{}, { computerDnsName: 'ws-0', match: 'startsWith' }, { tag: 'case' }][choice.variant % 3];
			return {
				parameters: { resource: 'machine', operation: 'getMany', simplify: choice.simplify, returnAll: choice.wait, limit: 7, filters },
				inputs: [{ json: {} }],
			};
		},
	},
];
