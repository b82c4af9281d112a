import type { IDataObject } from 'n8n-workflow';
import type { Emulator } from '../../../playground/emulator';
import { runScript, SCRIPT } from '../../support/actions';
import { apiClient } from '../../unit/emulator/client';
import type { NodeInput } from '../realWorkflow';
import { defenderNode, oneItemEach } from '../realWorkflow';
import { collectedFile, errorItem, scriptItem } from './expectedItems';
import { ACTIONS, BUSY_DEVICE, DEVICE, FOR_TRIGGER, LIBRARY_FILES, OTHER_DEVICE, PRINTED, UNKNOWN_ACTION } from './tenant';

/** One operation in one of its ways, as a workflow of its own, and what has to result from it. */
export interface OperationCase {
	name: string;
	/** Between the start and the end; the one named Defender is checked. */
	nodes: NodeInput[];
	/** The items of each output of that node. */
	expected: unknown[][];
}

/** Content of the file that is uploaded. */
export const UPLOADED = 'Write-Output "grüezi"\n';

const live = (operation: string, more: IDataObject = {}) => ({
	resource: 'liveResponse',
	operation,
	options: { pollInterval: 5 },
	...more,
});
const action = (operation: string, more: IDataObject = {}) => ({ resource: 'machineAction', operation, simplify: false, ...more });
const library = (operation: string, more: IDataObject = {}) => ({ resource: 'libraryFile', operation, ...more });
const machine = (operation: string, more: IDataObject = {}) => ({ resource: 'machine', operation, simplify: false, ...more });
const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const byName = (value: string) => ({ __rl: true, mode: 'name', value });

const our = (parameters: IDataObject, more: Partial<NodeInput> = {}) => defenderNode(parameters, 'defender', more);
const one = (name: string, parameters: IDataObject, ...expected: unknown[]): OperationCase => ({
	name,
	nodes: [our(parameters)],
	expected: [expected],
});

function ofResults(): OperationCase[] {
	const { succeeded, scriptFailed, pending, file, threeCommands } = ACTIONS;
	const good = scriptItem(succeeded, { outcome: 'succeeded', exit_code: 0 });
	const bad = scriptItem(scriptFailed, { outcome: 'scriptFailed', exit_code: 3, script_error: 'One setting differs' });
	const unfinished = { machineActionId: pending, outcome: 'pending', exit_code: null, computerDnsName: BUSY_DEVICE.computerDnsName };
	const get = (id: string, more: IDataObject = {}) => live('getResult', { machineActionId: byId(id), ...more });
	return [
		one('get-result', get(succeeded), good),
		one('get-result-failed', get(scriptFailed), bad),
		one('get-result-pending', get(pending, { waitForCompletion: false }), expect.objectContaining(unfinished)),
		one('get-result-link', get(succeeded, { followLink: false }), {
			machineActionId: succeeded,
			commandIndex: 0,
			commandType: 'RunScript',
			outcome: 'unverified',
			downloadLink: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/.*sig=/),
			linkExpiresAt: expect.stringMatching(/^20\d\d-.*Z$/),
			started: true,
			machineId: DEVICE.id,
			computerDnsName: DEVICE.computerDnsName,
		}),
		one('get-result-whole', get(succeeded, { simplify: false }), {
			...good,
			machineAction: expect.objectContaining({ id: succeeded, status: 'Succeeded', requestorComment: 'succeeded' }),
			command: expect.objectContaining({ index: 0, commandStatus: 'Completed' }),
			transcript: {
				script_name: SCRIPT,
				exit_code: 0,
				script_output: expect.stringMatching(/^Transcript started, .*\nCompliant: 41\r\n[^]*\0$/),
				script_errors: '',
			},
			download: expect.objectContaining({ contentType: 'application/json', warnings: [] }),
		}),
		one(
			'get-result-parsed',
			get(succeeded, { options: { parseOutput: 'lines', splitOutput: true } }),
			...PRINTED.trim()
				.split('\r\n')
				.map((line, place) =>
					expect.objectContaining(place === 0 ? { ...good, output: line } : { outcome: 'succeeded', exit_code: 0, output: line }),
				),
		),
		{
			name: 'get-result-routed',
			nodes: [
				...oneItemEach('machineActionId', [pending, scriptFailed, succeeded, UNKNOWN_ACTION.slice(0, 8)]),
				our(live('getResult', { waitForCompletion: false, routeByOutcome: true }), { onError: 'continueRegularOutput' }),
			],
			expected: [
				[good],
				[bad, errorItem("'Machine Action' is not the ID of a machine action [item 3]")],
				[expect.objectContaining(unfinished)],
			],
		},
		{
			name: 'get-result-file',
			// n8n's own node reads the file.
			nodes: [
				our(get(file)),
				{
					name: 'Hash',
					type: 'n8n-nodes-base.crypto',
					parameters: { action: 'hash', binaryData: true, type: 'SHA256', dataPropertyName: 'read' },
				},
			],
			expected: [[collectedFile(file)]],
		},
		one(
			'get-many-results',
			live('getManyResults', { machineActionId: byId(threeCommands) }),
			expect.objectContaining({ machineActionId: threeCommands, commandIndex: 0, commandType: 'PutFile', outcome: 'succeeded' }),
			scriptItem(threeCommands, { commandIndex: 1, outcome: 'succeeded', exit_code: 0 }),
			collectedFile(threeCommands, 2),
		),
	];
}

function ofRuns(): OperationCase[] {
	const ran = { outcome: 'scriptFailed', exit_code: 3, script_error: 'One setting differs', machineActionId: expect.any(String) };
	const parameters = runScript(DEVICE.id, { machineId: byName(DEVICE.computerDnsName) });
	const runOf = (more: IDataObject) => ({ ...parameters, ...more }) as IDataObject;
	const sent = { id: expect.any(String), type: 'LiveResponse', status: 'Pending', machineId: DEVICE.id, requestorComment: 'case 4711' };
	return [
		one('run', runOf({ options: { pollInterval: 5 } }), scriptItem('', ran)),
		one(
			'run-without-waiting',
			runOf({ machineId: byId(OTHER_DEVICE.id), waitForCompletion: false }),
			expect.objectContaining({ ...sent, machineId: OTHER_DEVICE.id }),
		),
		one('run-dry', runOf({ options: { dryRun: true } }), {
			dryRun: true,
			method: 'POST',
			url: expect.stringMatching(new RegExp(`/api/machines/${DEVICE.id}/runliveresponse$`)),
			body: { Commands: [{ type: 'RunScript', params: [{ key: 'ScriptName', value: SCRIPT }] }], Comment: 'case 4711' },
		}),
		{
			// Each takes the action from the one before, by its default.
			name: 'run-wait-get-result',
			nodes: [
				our(runOf({ waitForCompletion: false }), { name: 'Run' }),
				our(action('wait', { options: { pollInterval: 5 } }), { name: 'Wait' }),
				our(live('getResult')),
			],
			expected: [[scriptItem('', ran)]],
		},
		{
			name: 'run-unknown-device',
			nodes: [
				...oneItemEach('device', ['nobody', DEVICE.computerDnsName]),
				our(runOf({ machineId: byName('={{ $json.device }}'), options: { pollInterval: 5 } }), { onError: 'continueRegularOutput' }),
			],
			expected: [[errorItem('No device named "nobody" was found'), scriptItem('', ran)]],
		},
	];
}

/** @param entity gives what the service sends of an action, unless it changes */
async function ofActions(entity: (id: string) => Promise<object>): Promise<OperationCase[]> {
	const { succeeded, toCancel, isolation, pending } = ACTIONS;
	return [
		one('action-get', action('get', { machineActionId: byId(succeeded) }), expect.objectContaining(await entity(succeeded))),
		one(
			'action-get-many',
			action('getMany', { filters: { type: 'Isolate', machineId: OTHER_DEVICE.id, createdBefore: '2026-06-02T00:00:00Z' } }),
			await entity(isolation),
		),
		one(
			'action-cancel',
			action('cancel', { machineActionId: byId(toCancel), comment: 'case 4711' }),
			expect.objectContaining({ id: toCancel, status: 'Cancelled', cancellationComment: 'case 4711' }),
		),
		{
			name: 'action-wait',
			nodes: [...oneItemEach('id', [succeeded, pending]), our(action('wait', { maxWaitMinutes: 0 }))],
			expected: [
				[
					expect.objectContaining({ ...(await entity(succeeded)), finished: true }),
					expect.objectContaining({ ...(await entity(pending)), finished: false }),
				],
			],
		},
	];
}

function ofLibraryAndDevices(emulator: Emulator): OperationCase[] {
	const toFile = { operation: 'toText', sourceProperty: 'content', binaryPropertyName: 'script', options: { fileName: 'hello.ps1' } };
	const upload = { binaryPropertyName: 'script', description: 'says hello', hasParameters: true, parametersDescription: '-Name <text>' };
	const [device, other] = [DEVICE, OTHER_DEVICE].map(({ id }) =>
		expect.objectContaining(emulator.machines().find((known) => known.id === id)!),
	);
	return [
		one('library-get-many', library('getMany', { limit: 1 }), emulator.libraryFile(LIBRARY_FILES[0])!.entity),
		{
			name: 'library-upload',
			nodes: [
				...oneItemEach('content', [UPLOADED]),
				{ name: 'To File', type: 'n8n-nodes-base.convertToFile', typeVersion: 1.1, parameters: toFile },
				our(library('upload', upload)),
			],
			expected: [
				[
					expect.objectContaining({
						fileName: 'hello.ps1',
						description: 'says hello',
						hasParameters: true,
						parametersDescription: '-Name <text>',
					}),
				],
			],
		},
		one('library-delete', library('delete', { fileName: byId(LIBRARY_FILES[1]) }), { deleted: true, fileName: LIBRARY_FILES[1] }),
		one('device-get', machine('get', { machineId: byName('WS-01') }), device),
		one('device-get-many', machine('getMany', { filters: { tag: "o'neil's", healthStatus: 'Inactive' } }), other),
	];
}

/** Every operation. */
export async function operationCases(emulator: Emulator): Promise<OperationCase[]> {
	const call = apiClient(emulator);
	const entity = async (id: string): Promise<object> => {
		const sent = (await call('GET', `/machineactions/${id}`)).body as IDataObject;
		// Which address it was asked for by is not a part of it.
		delete sent['@odata.context'];
		return sent;
	};
	return [...ofResults(), ...ofRuns(), ...(await ofActions(entity)), ...ofLibraryAndDevices(emulator)];
}

/** What each kind of trigger has to give of what ends while it looks. */
export const TRIGGER_CASES = [
	{
		name: 'trigger-actions',
		parameters: { emit: 'actions', filters: { commentContains: FOR_TRIGGER } },
		expected: ['Succeeded', 'Failed'].map((status) =>
			expect.objectContaining({ type: 'LiveResponse', status, requestorComment: FOR_TRIGGER }),
		),
	},
	{
		name: 'trigger-results',
		parameters: { emit: 'results', filters: { commentContains: FOR_TRIGGER } },
		expected: [
			scriptItem('', { machineActionId: expect.any(String), outcome: 'scriptFailed', exit_code: 3 }),
			expect.objectContaining({ commandType: 'GetFile', outcome: 'commandFailed', errors: ['Access is denied.'] }),
		],
	},
];
