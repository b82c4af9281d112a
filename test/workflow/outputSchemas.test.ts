/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { OUTCOME_ACTIONS, SCENES } from '../../playground/emulator/scenes';
import { OPERATIONS } from '../../nodes/DefenderLiveResponse/operations';
import { runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

const FOLDER = join(__dirname, '..', '..', 'nodes', 'DefenderLiveResponse', '__schema__', 'v1.0.0');

interface Schema {
	type: string;
	properties?: Record<string, Schema>;
	items?: Schema;
}

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	SCENES.outcomes(setting.emulator);
});

afterAll(async () => await setting.close());

const schemaOf = (resource: string, operation: string) =>
	JSON.parse(readFileSync(join(FOLDER, resource, `${operation}.json`), 'utf8')) as Schema;

/** Where a value is not as a schema says; null is allowed everywhere, as n8n's preview knows one type for each key. */
function differences(schema: Schema, value: unknown, path: string): string[] {
	if (value === null || value === undefined) return [];
	if (schema.type === 'array') {
		if (!Array.isArray(value)) return [`${path} is not a list`];
		return value.flatMap((each, place) => differences(schema.items ?? { type: 'string' }, each, `${path}[${place}]`));
	}
	if (schema.type === 'object') {
		if (typeof value !== 'object' || Array.isArray(value)) return [`${path} is not an object`];
		return Object.entries(schema.properties ?? {}).flatMap(([key, each]) =>
			differences(each, (value as IDataObject)[key], `${path}.${key}`),
		);
	}
	const is = schema.type === 'integer' ? Number.isInteger(value) : typeof value === schema.type;
	return is ? [] : [`${path} is ${JSON.stringify(value)}, not ${schema.type}`];
}

it('every operation has one, and nothing else has', () => {
	const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
	expect(files.sort()).toEqual(OPERATIONS.map(({ resource, value }) => join(resource, `${value}.json`)).sort());
});

const named = (mode: string, value: string) => ({ __rl: true, mode, value });
const device = (more: object = {}) =>
	setting.emulator.addDevice({
		computerDnsName: 'ws-01.contoso.example',
		scripts: { [SCRIPT]: {} },
		machineTags: ['finance'],
		package: { content: { size: 1000 } },
		...more,
	} as never).id;
const resultOf = (id: string, commandIndex: number, maxWaitMinutes: number) => async () =>
	await setting.runNode({ resource: 'liveResponse', operation: 'getResult', commandIndex, maxWaitMinutes }, { items: [{ id }] });
const onDevice =
	(operation: string, more: IDataObject = {}) =>
	async () =>
		await setting.runNode({ resource: 'machine', operation, machineId: device(), comment: 'case 4711', ...more });

/** A real item of every operation, and of every outcome. */
const ITEMS: Array<[resource: string, operation: string, what: string, run: () => Promise<{ results: IDataObject[] }>]> = [
	...Object.entries(OUTCOME_ACTIONS)
		.filter(([name]) => name !== 'threeCommands')
		.map(([name, id]): (typeof ITEMS)[number] => [
			'liveResponse',
			'getResult',
			name,
			resultOf(id, name === 'notExecuted' ? 1 : 0, name === 'pending' ? 1 : 20),
		]),
	['liveResponse', 'run', 'succeeded', async () => await setting.runNode(runScript(device()))],
	[
		'liveResponse',
		'run',
		'without a session',
		async () => await setting.runNode(runScript(device(), { maxWaitMinutes: 0, options: { maxSessions: 1 } })),
	],
	[
		'liveResponse',
		'getManyResults',
		'three commands',
		async () =>
			await setting.runNode({ resource: 'liveResponse', operation: 'getManyResults' }, { items: [{ id: OUTCOME_ACTIONS.threeCommands }] }),
	],
	...['get', 'wait'].map((operation): (typeof ITEMS)[number] => [
		'machineAction',
		operation,
		'ended',
		async () => await setting.runNode({ resource: 'machineAction', operation }, { items: [{ id: OUTCOME_ACTIONS.commandFailed }] }),
	]),
	[
		'machineAction',
		'cancel',
		'pending',
		async () =>
			await setting.runNode(
				{ resource: 'machineAction', operation: 'cancel', comment: 'stop' },
				{ items: [{ id: OUTCOME_ACTIONS.pending }] },
			),
	],
	['machineAction', 'getMany', 'all', async () => await setting.runNode({ resource: 'machineAction', operation: 'getMany' })],
	['libraryFile', 'getMany', 'all', async () => await setting.runNode({ resource: 'libraryFile', operation: 'getMany' })],
	[
		'libraryFile',
		'upload',
		'a script',
		async () => {
			const data = { data: Buffer.from('exit 0').toString('base64'), mimeType: 'text/plain', fileName: 'new.ps1' };
			return await setting.runNode({ resource: 'libraryFile', operation: 'upload' }, { inputs: [{ json: {}, binary: { data } }] });
		},
	],
	[
		'libraryFile',
		'delete',
		'a script',
		async () => await setting.runNode({ resource: 'libraryFile', operation: 'delete', fileName: named('name', 'check-baseline.ps1') }),
	],
	['machine', 'get', 'a device', async () => await setting.runNode({ resource: 'machine', operation: 'get', machineId: device() })],
	['machine', 'getMany', 'all', async () => await setting.runNode({ resource: 'machine', operation: 'getMany' })],
	['machine', 'isolate', 'a device', onDevice('isolate')],
	['machine', 'release', 'a device', onDevice('release')],
	['machine', 'runAntivirusScan', 'a device', onDevice('runAntivirusScan')],
	['machine', 'restrictApps', 'a device', onDevice('restrictApps')],
	['machine', 'unrestrictApps', 'a device', onDevice('unrestrictApps')],
	['machine', 'quarantineFile', 'a file', onDevice('quarantineFile', { sha1: 'a'.repeat(40) })],
	['machine', 'collectPackage', 'a device', onDevice('collectPackage')],
	['machine', 'addTag', 'a device', onDevice('addTag', { tag: 'evidence' })],
	['machine', 'removeTag', 'a device', onDevice('removeTag', { tag: 'finance' })],
];

it.each(ITEMS)('%s %s (%s) gives the keys that its schema says, of the types that it says', async (resource, operation, _, run) => {
	expect(existsSync(join(FOLDER, resource, `${operation}.json`))).toBe(true);
	const schema = schemaOf(resource, operation);
	const { results } = await run();
	expect(results.length).toBeGreaterThan(0);
	const optional = new Set(['@odata.context', 'transcriptPath', 'fileName', 'fileSize', 'mimeType', 'sha256']);
	for (const item of results) {
		expect(differences(schema, item, 'item')).toEqual([]);
		const isResult = resource === 'liveResponse';
		expect(Object.keys(item).filter((key) => (isResult || key.startsWith('@') ? !optional.has(key) : true))).toEqual(
			Object.keys(schema.properties ?? {}),
		);
	}
});
