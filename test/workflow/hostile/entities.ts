import { randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import type { Emulator } from '../../../playground/emulator';
import { endedScript, GET_RESULT, runScript, SCRIPT } from '../../support/actions';
import type { Bench, HostileCase } from './bench';
import { each, refusalOf, urlsOf } from './bench';

const LIST = { resource: 'machineAction', operation: 'getMany' };
const OPERATIONS = ['action.list', 'action.get'] as const;

/** An ended action as the service describes it. */
async function entityOf(bench: Bench): Promise<IDataObject> {
	const id = endedScript(bench.emulator);
	const { results } = await bench.runNode({ resource: 'machineAction', operation: 'get', machineActionId: id });
	bench.emulator.requests.length = 0;
	bench.traps.clear();
	return results[0];
}

/** Lets the service answer with an entity, whichever is asked for. */
function answer(emulator: Emulator, entity: unknown): void {
	emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'badBody', body: { value: [entity] } } });
	emulator.fault({ on: 'action.get', times: Infinity, effect: { kind: 'badBody', body: entity } });
}

/** The results of an action whose entity differs in some fields, or the refusal. */
async function resultsWith(bench: Bench, fields: IDataObject, more: IDataObject = {}) {
	const entity = await entityOf(bench);
	answer(bench.emulator, { ...entity, ...fields });
	const parameters = { resource: 'liveResponse', operation: 'getManyResults', simplify: false, maxWaitMinutes: 1, ...more };
	return await bench.runNode(parameters, { items: [{ id: entity.id }] });
}

const command = (fields: IDataObject = {}): IDataObject => ({
	index: 0,
	commandStatus: 'Completed',
	errors: [],
	command: { type: 'RunScript', params: [{ key: 'ScriptName', value: SCRIPT }] },
	...fields,
});

/** Fields of other forms than the service's, and what can still be said of the result. */
const ODD: Array<[string, IDataObject, string]> = [
	['a number as status', { status: 5 }, 'pending'],
	['a list as status', { status: ['Succeeded'] }, 'pending'],
	['no status', { status: null }, 'pending'],
	['a text as commands', { commands: 'RunScript' }, 'succeeded'],
	['an object as commands', { commands: { 0: command() } }, 'succeeded'],
	['nothing in commands', { commands: [null] }, 'unreadable'],
	['a text in commands', { commands: ['RunScript'] }, 'unreadable'],
	['a text as index', { commands: [command({ index: '0' })] }, 'succeeded'],
	['a list as index', { commands: [command({ index: [0] })] }, 'unreadable'],
	['a number as state of a command', { commands: [command({ commandStatus: 1 })] }, 'unreadable'],
	['a text as a command', { commands: [command({ command: 'RunScript' })] }, 'succeeded'],
	['a text as parameters', { commands: [command({ command: { type: 'RunScript', params: 'x' } })] }, 'succeeded'],
	['an odd parameter', { commands: [command({ command: { type: 'RunScript', params: [null, 5, { key: 1, value: {} }] } })] }, 'succeeded'],
	['a number as a command type', { commands: [command({ command: { type: 1, params: [] } })] }, 'succeeded'],
	['an object as device', { machineId: { id: 1 } }, 'succeeded'],
];

export const entityCases: HostileCase[] = [
	...each<IDataObject>(
		[
			['a number as ID', { id: 5 }],
			['no ID', { id: null }],
		],
		async (bench, fields) => {
			refusalOf(await resultsWith(bench, fields));
			expect([urlsOf(bench, 'link'), urlsOf(bench, 'blob')]).toEqual([[], []]);
		},
	),
	...ODD.map(
		([tries, fields, outcome]): HostileCase => ({
			tries,
			async run(bench) {
				const { results, error } = await resultsWith(bench, fields);
				expect(error).toBeUndefined();
				expect(results.map((result) => result.outcome)).toEqual([outcome]);
			},
		}),
	),
	...each<IDataObject>(
		[
			['an object as errors', { errors: { code: 1, __proto__: 'x' } }],
			['a text as errors', { errors: 'no such script' }],
			['a number as errors', { errors: 5 }],
			['lists as errors', { errors: [[null], { toString: 1 }] }],
		],
		async (bench, fields) => {
			const { results } = await resultsWith(bench, { commands: [command(fields)] });
			expect(results).toHaveLength(1);
			expect(results[0].outcome).toBe('commandFailed');
			for (const text of results[0].errors as unknown[]) expect(typeof text).toBe('string');
		},
	),
	{
		tries: 'errors 100,000 levels deep',
		async run(bench) {
			const entity = await entityOf(bench);
			const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
			const body = JSON.stringify({ value: [{ ...entity, commands: [command({ errors: 'DEEP' })] }] }).replace('"DEEP"', deep);
			bench.emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'badBody', body } });
			const { results, error } = await bench.runNode(GET_RESULT, { items: [{ id: entity.id }] });
			expect([error, results.map(({ outcome }) => outcome)]).toEqual([undefined, ['commandFailed']]);
		},
	},
	{
		tries: 'a field 100,000 levels deep',
		async run(bench) {
			const entity = await entityOf(bench);
			const body = JSON.stringify({ value: [{ ...entity, extra: 'DEEP' }] }).replace(
				'"DEEP"',
				`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
			);
			bench.emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'badBody', body } });
			const { results, error } = await bench.runNode(GET_RESULT, { items: [{ id: entity.id }] });
			expect([error, results.map(({ outcome }) => outcome)]).toEqual([undefined, ['succeeded']]);
		},
	},
	{
		tries: 'the ID of another action',
		async run(bench) {
			const ran = await resultsWith(bench, { id: randomUUID() });
			expect(refusalOf(ran).message).toBe('Defender answered with something that is not a valid machine action');
			expect(urlsOf(bench, 'link')).toEqual([]);
		},
	},
	{
		tries: 'an ID that is a way up, for a run',
		async run(bench) {
			const { id } = bench.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: {} } });
			const entity = {
				id: '..',
				status: 'Pending',
				machineId: id,
				requestorComment: 'case 4711',
				creationDateTimeUtc: new Date(bench.emulator.now()).toISOString(),
				commands: [],
			};
			bench.emulator.fault({ on: 'run', times: Infinity, effect: { kind: 'status', status: 201, body: entity } });
			const { results } = await bench.runNode(runScript(id, { maxWaitMinutes: 4, options: { cancelOnTimeout: 'always' } }));
			expect(results.map(({ outcome }) => outcome)).not.toContain('succeeded');
			expect(urlsOf(bench, 'unknown')).toEqual([]);
		},
	},
	{
		tries: "a device's ID that is a way up, for a run by name",
		async run(bench) {
			const device = { id: '..', computerDnsName: 'ws-01.contoso.example', lastSeen: '2026-01-01T00:00:00Z' };
			bench.emulator.fault({ on: 'machine.list', times: Infinity, effect: { kind: 'badBody', body: { value: [device] } } });
			refusalOf(await bench.runNode(runScript('', { machineId: { __rl: true, mode: 'name', value: 'ws-01' } })));
			expect([urlsOf(bench, 'unknown'), urlsOf(bench, 'run')]).toEqual([[], []]);
		},
	},
	{
		tries: 'more commands than were sent',
		async run(bench) {
			const { id } = bench.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: {} } });
			const sent = await bench.runNode(runScript(id, { waitForCompletion: false }));
			const entity = { ...sent.results[0], status: 'Succeeded', commands: Array.from({ length: 50 }, (_, index) => command({ index })) };
			answer(bench.emulator, entity);
			const other = bench.emulator.addDevice({ computerDnsName: 'ws-02.contoso.example', scripts: { [SCRIPT]: {} } });
			bench.emulator.fault({
				on: 'run',
				effect: {
					kind: 'status',
					status: 201,
					body: { ...entity, machineId: other.id, creationDateTimeUtc: new Date(bench.emulator.now() + 60_000).toISOString() },
				},
			});
			const { results, error } = await bench.runNode(runScript(other.id, { maxWaitMinutes: 1 }));
			// It is not what was asked for, so it is not taken for it.
			expect([results, error?.message]).toEqual([[], 'The device is busy with another live response']);
		},
	},
	{
		tries: 'one index twice',
		async run(bench) {
			const { results } = await resultsWith(bench, { commands: [command(), command({ commandStatus: 'Failed', errors: ['boom'] })] });
			// Its results can be asked for by index alone.
			expect(results).toMatchObject([
				{ commandIndex: 0, outcome: 'unreadable', errors: ['Defender lists 2 different commands with the index 0'] },
			]);
		},
	},
	...each<number>(
		[
			['an index below 0', -1],
			['half an index', 0.5],
			['an index beyond numbers', 1e300],
		],
		async (bench, index) => {
			const ran = await resultsWith(bench, { commands: [command({ index })] });
			expect(ran.results.map(({ outcome }) => outcome)).not.toContain('succeeded');
			expect(urlsOf(bench, 'link').filter((url) => !/GetLiveResponseResultDownloadLink\(index=\d+\)$/.test(url))).toEqual([]);
		},
	),
	...each<unknown>(
		[
			['a text in place of a list', 'x'],
			['an object in place of a list', { value: { 0: {} } }],
			['nothing in place of a list', null],
			['a list in place of an object', [1, 2]],
		],
		async (bench, body) => {
			bench.emulator.fault({ on: [...OPERATIONS], times: Infinity, effect: { kind: 'badBody', body: JSON.stringify(body) } });
			const { message } = refusalOf(await bench.runNode(LIST));
			expect(message).toMatch(/^Defender answered with something that is not a valid list of machine actions/);
		},
	),
	{
		tries: 'entities that are none in a list, which are passed on',
		async run(bench) {
			bench.emulator.fault({ on: 'action.list', effect: { kind: 'badBody', body: { value: [null, 5, 'x', [], {}, { id: {} }] } } });
			const { results, error } = await bench.runNode(LIST);
			expect([error, results]).toEqual([undefined, [{ value: null }, { value: 5 }, { value: 'x' }, { value: [] }, {}, { id: {} }]]);
		},
	},
];

/** Asks for a list of two pages, whose first names another place for the second: whatever the result, no other path is asked for. */
async function askForPages(bench: Bench, nextLink: string): Promise<void> {
	for (let i = 0; i < 4; i++) endedScript(bench.emulator);
	bench.emulator.settings.pageSize = 2;
	const { results, error } = await bench.runNode({ ...LIST, returnAll: true });
	expect([error, results.length]).toEqual([undefined, 4]);
	bench.emulator.requests.length = 0;
	bench.traps.clear();
	const body = { value: results.slice(0, 2), '@odata.nextLink': nextLink };
	bench.emulator.fault({ on: 'action.list', effect: { kind: 'badBody', body } });
	const again = await bench.runNode({ ...LIST, returnAll: true });
	// A query that the service does not understand is refused by it.
	if (again.error) refusalOf(again);
	else expect(again.results.length).toBeGreaterThan(2);
	const paths = bench.emulator.requests.map(({ url }) => new URL(url, 'http://x').pathname);
	expect(paths).toEqual(['/api/machineactions', '/api/machineactions']);
	expect(bench.traps.sprung()).toEqual([]);
}

export const pageCases: HostileCase[] = [
	...each<(port: number) => string>(
		[
			['another host', (port) => `http://127.0.0.1:${port}/api/machineactions?$filter=type%20eq%20'LiveResponse'&$skip=2`],
			['another host without a scheme', (port) => `//127.0.0.1:${port}/api/machineactions?$skip=2`],
			['a user', (port) => `http://user:pass@127.0.0.1:${port}/?$skip=2`],
			['another path', () => '/api/machines?$skip=2'],
			['a way up', () => '?$skip=2&x=/../../machines'],
			['a fragment', () => '?$skip=2#/../../machines'],
			['a line break', () => '?$skip=2 HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
			['half a character', () => '?$skip=2&x=\ud800'],
		],
		async (bench, link) => await askForPages(bench, link(bench.traps.port)),
	),
	...each<unknown>(
		[
			['an object', { href: 'x' }],
			['a number', 5],
			['no query', 'http://127.0.0.1/'],
		],
		async (bench, value) => {
			for (let i = 0; i < 4; i++) endedScript(bench.emulator);
			const entity = await entityOf(bench);
			bench.emulator.fault({
				on: 'action.list',
				times: Infinity,
				effect: { kind: 'badBody', body: { value: [entity], '@odata.nextLink': value } },
			});
			const { results } = await bench.runNode({ ...LIST, returnAll: true });
			expect([results.length, urlsOf(bench, 'action.list').length]).toEqual([1, 1]);
		},
	),
	{
		tries: 'itself',
		async run(bench) {
			const entity = await entityOf(bench);
			const body = { value: [entity], '@odata.nextLink': 'https://x/api/machineactions?$skip=1' };
			bench.emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'badBody', body } });
			const { results } = await bench.runNode({ ...LIST, returnAll: true });
			expect(results).toHaveLength(1);
		},
	},
	{
		tries: 'a page that points back to it',
		async run(bench) {
			const entity = await entityOf(bench);
			for (let page = 0; page < 20; page++) {
				const body = { value: [entity], '@odata.nextLink': `https://x/api/machineactions?$skip=${page % 2}` };
				bench.emulator.fault({ on: 'action.list', effect: { kind: 'badBody', body } });
			}
			await bench.runNode({ ...LIST, returnAll: true });
			expect(urlsOf(bench, 'action.list').length).toBeLessThan(5);
		},
	},
];
