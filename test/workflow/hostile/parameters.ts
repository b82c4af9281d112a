import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { endedScript, GET_RESULT, runScript } from '../../support/actions';
import type { Bench, HostileCase } from './bench';
import { each, filtersOf, itemOf, refusalOf, urlsOf } from './bench';

const GUID = '20d1de3f-0000-4715-8bed-a92223c50000';
const DEVICE = 'a'.repeat(40);
const INJECTION = "x' or 1 eq 1 or 'a' eq 'a";

/** What no id is. */
const IDS: Array<[string, unknown]> = [
	['a way up', '../machines'],
	['an encoded way up', '%2e%2e%2fmachines'],
	['a path behind an id', `${GUID}/cancel`],
	['a query behind an id', `${GUID}?$filter=x`],
	['a fragment behind an id', `${GUID}#x`],
	['OData', `${GUID}' or 1 eq 1 or id eq '`],
	['a line break', `${GUID}\r\nHost: evil.example`],
	['a NUL', `${GUID}\0`],
	['a mark that turns the text', `\u202e${GUID}`],
	['digits that are none', GUID.replaceAll('0', '\uff10')],
	['half a character', `\ud800${GUID.slice(1)}`],
	['a name of JavaScript', '__proto__'],
	['a list', [GUID, GUID]],
	['an object', { toString: GUID, id: GUID }],
	['1 MB', 'a'.repeat(1024 * 1024)],
];

async function refusedUnsent(bench: Bench, parameters: IDataObject, named: string, inputs?: INodeExecutionData[]): Promise<void> {
	const { name, message, description } = refusalOf(await bench.runNode(parameters, { inputs }));
	expect([name, message]).toEqual(['NodeOperationError', expect.stringContaining(`'${named}'`)]);
	expect(description).not.toBe('');
	expect([bench.emulator.requests.length, bench.traps.connections()]).toEqual([0, 0]);
}

/** A device by its DNS name: what the service is asked for it. */
async function askedByName(bench: Bench, value: string): Promise<Array<string | null>> {
	bench.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const { message } = refusalOf(await bench.runNode(runScript('', { machineId: { __rl: true, mode: 'name', value } })));
	expect(message).toMatch(/^No device named /);
	expect(bench.emulator.runs).toEqual([]);
	return filtersOf(bench, 'machine.list');
}

const file = (fileName: string): INodeExecutionData[] => [
	{ json: {}, binary: { data: { data: Buffer.from('x').toString('base64'), mimeType: 'text/plain', fileName } } },
];
const upload = (fileName: string) => ({ resource: 'libraryFile', operation: 'upload', fileName, overwrite: true });

export const idCases: HostileCase[] = [
	...each(IDS, async (bench, value) => await refusedUnsent(bench, GET_RESULT, 'Machine Action', [{ json: { id: value } as IDataObject }])),
	...each(
		IDS.map(([tries, value]): [string, unknown] => [
			`${tries}, as a device`,
			typeof value === 'string' ? value.replaceAll(GUID, DEVICE) : value,
		]),
		async (bench, value) => await refusedUnsent(bench, runScript('={{ $json.id }}'), 'Device', [{ json: { id: value } as IDataObject }]),
	),
	...each<unknown>(
		[
			['a command that ends the call', '0)/cancel'],
			['a command below 0', -1],
			['half a command', 0.5],
			['a command beyond numbers', '1e400'],
			['a command that is not a number', 'NaN'],
		],
		async (bench, commandIndex) =>
			await refusedUnsent(bench, { ...GET_RESULT, machineActionId: GUID, commandIndex: commandIndex as number }, 'Command Index'),
	),
];

export const nameCases: HostileCase[] = [
	...each(
		[
			['OData', INJECTION],
			['a quote alone', "'"],
			['a way up', '../machineactions'],
			['an encoded way up', '%2e%2e%2f%27'],
			['a query and a fragment', "a?$top=1&$filter=1 eq 1#'"],
			['a line break', 'a\r\nHost: evil.example'],
			['letters from right to left', '\u202eelpmaxe.liver\u05d0'],
			['a name of JavaScript', '__proto__'],
		],
		async (bench, value) => {
			const written = value.toLowerCase().replaceAll("'", "''");
			const [device, near, ...more] = await askedByName(bench, value);
			expect([device, more]).toEqual([`computerDnsName eq '${written}' or startswith(computerDnsName,'${written}.')`, []]);
			// Then devices whose names begin alike.
			const [, start] = /^startswith\(computerDnsName,'((?:[^']|'')*)'\)$/.exec(near!)!;
			expect(value.toLowerCase().startsWith(start.replaceAll("''", "'"))).toBe(true);
		},
	),
	{
		tries: 'half a character',
		async run(bench) {
			await refusedUnsent(bench, runScript('', { machineId: { __rl: true, mode: 'name', value: 'ws-\ud800' } }), 'Device');
		},
	},
];

export const filterCases: HostileCase[] = [
	...each(
		['status', 'type', 'machineId', 'requestor'].map((name): [string, string] => [`OData in ${name} of machine actions`, name]),
		async (bench, name) => {
			endedScript(bench.emulator);
			const { results, error } = await bench.runNode({ resource: 'machineAction', operation: 'getMany', filters: { [name]: INJECTION } });
			expect([error, results]).toEqual([undefined, []]);
			const text = `${name} eq 'x'' or 1 eq 1 or ''a'' eq ''a'`;
			expect(filtersOf(bench, 'action.list')).toEqual([name === 'type' ? text : `(type eq 'LiveResponse') and (${text})`]);
		},
	),
	...each(
		['createdAfter', 'createdBefore'].map((name): [string, string] => [`OData in ${name}`, name]),
		async (bench, name) => {
			const filters = { [name]: '2026-01-01T00:00:00Z or 1 eq 1' };
			await refusedUnsent(
				bench,
				{ resource: 'machineAction', operation: 'getMany', filters },
				name === 'createdAfter' ? 'Created After' : 'Created Before',
			);
		},
	),
	...each(
		['computerDnsName', 'lastIpAddress', 'healthStatus', 'osPlatform', 'tag'].map((name): [string, string] => [
			`OData in ${name} of devices`,
			name,
		]),
		async (bench, name) => {
			bench.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
			const { results, error } = await bench.runNode({ resource: 'machine', operation: 'getMany', filters: { [name]: INJECTION } });
			expect([error, results]).toEqual([undefined, []]);
			const written = "'x'' or 1 eq 1 or ''a'' eq ''a'";
			expect(filtersOf(bench, 'machine.list')).toEqual([
				name === 'tag' ? `machineTags/any(tag: tag eq ${written})` : `${name} eq ${written}`,
			]);
		},
	),
	...each<unknown>(
		[
			['half a character', 'x\udc00'],
			['a list', ['a', "b' or 1 eq 1"]],
			['an object', { $ne: '' }],
		],
		async (bench, requestor) =>
			await refusedUnsent(bench, { resource: 'machineAction', operation: 'getMany', filters: { requestor } as IDataObject }, 'Requestor'),
	),
	{
		tries: '20,000 quotes',
		async run(bench) {
			endedScript(bench.emulator);
			// Node.js accepts no address of that length: the emulator refuses it, as the service's gateway would.
			const { results } = await bench.runNode({
				resource: 'machineAction',
				operation: 'getMany',
				filters: { requestor: "'".repeat(20_000) },
			});
			expect(results).toEqual([]);
		},
	},
];

export const libraryCases: HostileCase[] = [
	...each(
		[
			['a way up', '../machineactions'],
			['a folder', 'a/b.ps1'],
			['a folder of Windows', 'a\\b.ps1'],
			['dots alone', '..'],
			['a line break', 'a.ps1\r\nHost: evil.example'],
			['a NUL', 'a.ps1\0'],
			['half a character', 'a\ud800.ps1'],
		],
		async (bench, value) => {
			await refusedUnsent(bench, { resource: 'libraryFile', operation: 'delete', fileName: value }, 'File');
			await refusedUnsent(bench, upload(value), 'File Name', file('x.ps1'));
		},
	),
	...each<unknown>(
		[
			['a list', ['kept.ps1']],
			['an object', { toString: 'kept.ps1' }],
		],
		async (bench, id) => {
			const parameters = { resource: 'libraryFile', operation: 'delete', fileName: '={{ $json.id }}' };
			await refusedUnsent(bench, parameters, 'File', [{ json: { id } as IDataObject }]);
		},
	),
	...each(
		[
			['an encoded way up', '%2e%2e%2fmachineactions'],
			['a query', 'a.ps1?x=y'],
			['a fragment', 'a.ps1#x'],
			['a quote', "a'b.ps1"],
			['a semicolon', 'a;b=c.ps1'],
			['letters from right to left', '\u202e1sp.a'],
			['a name of JavaScript', '__proto__'],
		],
		async (bench, fileName) => {
			const kept = bench.emulator.addLibraryFile({ fileName: 'kept.ps1', content: 'x' });
			refusalOf(await bench.runNode({ resource: 'libraryFile', operation: 'delete', fileName }));
			expect(urlsOf(bench, 'library.delete')).toEqual([`/api/libraryfiles/${encodeURIComponent(fileName)}`]);
			expect(bench.emulator.libraryFile('kept.ps1')?.entity).toEqual(kept);
		},
	),
	{
		tries: 'a field of the form in a file name',
		async run(bench) {
			const fileName = 'a"; name="Description';
			const { error } = await bench.runNode(upload(fileName), { inputs: file('x.ps1') });
			expect(error).toBeUndefined();
			expect(bench.requestsOf('library.upload')[0].body.match(/name="(Description|DESCRIPTION)"/g)).toBeNull();
		},
	},
];

/** What a run really sent, which must be letter by letter what was entered. */
async function sent(bench: Bench, more: IDataObject): Promise<IDataObject> {
	const { id } = bench.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: {} });
	const { error } = await bench.runNode(runScript(id, { waitForCompletion: false, ...more }));
	expect(error).toBeUndefined();
	const [request, ...others] = bench.requestsOf('run');
	expect([request.url, others]).toEqual([`/api/machines/${id}/runliveresponse`, []]);
	return JSON.parse(request.body) as IDataObject;
}

const HOSTILE_TEXTS: Array<[string, string]> = [
	['quotes and braces', '"}],"Comment":"x"} \' \\'],
	['a way up', '..\\..\\a/../b'],
	['an encoded way up', '%2e%2e%2f?#'],
	['letters from right to left', '\u202e1sp.a\u2066'],
	['half a character', 'a\ud800b'],
	['a name of JavaScript', '__proto__'],
	['100 kB', 'a'.repeat(100_000)],
];

export const commandCases: HostileCase[] = [
	...each(
		HOSTILE_TEXTS.map(([tries, text]): [string, string] => [`${tries} as a script's name`, text]),
		async (bench, scriptName) => {
			const body = await sent(bench, { commands: { command: [{ type: 'RunScript', scriptName, args: '' }] } });
			expect(body).toEqual({ Commands: [{ type: 'RunScript', params: [{ key: 'ScriptName', value: scriptName }] }], Comment: 'case 4711' });
		},
	),
	...each(
		HOSTILE_TEXTS.map(([tries, text]): [string, string] => [`${tries} as arguments`, text]),
		async (bench, args) => {
			const body = await sent(bench, { commands: { command: [{ type: 'RunScript', scriptName: 'a.ps1', args }] } });
			expect(body.Commands).toEqual([
				{
					type: 'RunScript',
					params: [
						{ key: 'ScriptName', value: 'a.ps1' },
						{ key: 'Args', value: args },
					],
				},
			]);
		},
	),
	...each(
		[...HOSTILE_TEXTS, ['line breaks', 'a\r\nb\0c'] as [string, string]].map(([tries, text]): [string, string] => [
			`${tries} as a comment`,
			text,
		]),
		async (bench, comment) => {
			expect(await sent(bench, { comment })).toMatchObject({ Comment: comment, Commands: [{ type: 'RunScript' }] });
		},
	),
	...each<IDataObject>(
		[
			['a second command in arguments', { type: 'RunScript', scriptName: 'a.ps1', args: '-a 1; Remove-Item x' }],
			['a pipe in arguments', { type: 'RunScript', scriptName: 'a.ps1', args: '-a | iex' }],
			['an expression in arguments', { type: 'RunScript', scriptName: 'a.ps1', args: '$(iex x)' }],
			['a line break in arguments', { type: 'RunScript', scriptName: 'a.ps1', args: '-a\r\nRemove-Item x' }],
			['arguments that are a list', { type: 'RunScript', scriptName: 'a.ps1', args: ['-a', '; x'] }],
			['a tab in the second path of several', { type: 'GetFile', path: 'C:\\a\r\nC:\\b\tc' }],
			['a NUL in a path', { type: 'GetFile', path: 'C:\\a\0.txt' }],
			['a type of JavaScript', { type: '__proto__', scriptName: 'a.ps1' }],
			['a type that is a method', { type: 'constructor', scriptName: 'a.ps1' }],
			['a type that the API does not have', { type: 'Remediate', scriptName: 'a.ps1' }],
		],
		async (bench, command) => await refusedUnsent(bench, runScript(DEVICE, { commands: { command: [command] } }), 'Commands'),
	),
	{
		tries: 'a field named __proto__ for a collected file',
		async run(bench) {
			await refusedUnsent(
				bench,
				{ ...GET_RESULT, machineActionId: GUID, options: { binaryPropertyName: '__proto__' } },
				'File: Put Output File in Field',
			);
			expect(await itemOf(bench, undefined, { options: { binaryPropertyName: 'constructor' } })).toMatchObject({ outcome: 'succeeded' });
		},
	},
];
