import fc from 'fast-check';
import { NodeOperationError } from 'n8n-workflow';
import { readCommands } from '../../../nodes/DefenderLiveResponse/operations/run/readCommands';
import { fuzz } from '../result/fuzzRuns';
import { contextOf } from '../host/fakeContext';

type Entry = Record<string, unknown>;
const read = (command: unknown) => readCommands(contextOf({ commands: { command } }), 2);
const readJson = (commandsJson: unknown) => readCommands(contextOf({ specifyCommands: 'json', commandsJson }), 2);
const script = (more: Entry = {}): Entry => ({ type: 'RunScript', scriptName: 'a.ps1', ...more });
const put: Entry = { type: 'PutFile', fileName: 'tool.exe' };
const get: Entry = { type: 'GetFile', path: 'C:\\out.zip' };

it('makes of each type what the service wants', () => {
	expect(read([put, script({ args: '-Days 3' }), get])).toEqual([
		{ type: 'PutFile', params: [{ key: 'FileName', value: 'tool.exe' }] },
		{
			type: 'RunScript',
			params: [
				{ key: 'ScriptName', value: 'a.ps1' },
				{ key: 'Args', value: '-Days 3' },
			],
		},
		{ type: 'GetFile', params: [{ key: 'Path', value: 'C:\\out.zip' }] },
	]);
});

it.each([
	['a plain string', 'a.ps1'],
	['one with blanks around it', ' a.ps1 '],
	['a choice from the list', { __rl: true, mode: 'list', value: 'a.ps1', cachedResultName: 'a.ps1' }],
	['a choice by name', { __rl: true, mode: 'name', value: 'a.ps1' }],
	['a choice as it was saved before', { __rl: true, mode: 'id', value: 'a.ps1' }],
])('takes a script that is %s', (_, scriptName) => {
	expect(read([script({ scriptName })])).toEqual([{ type: 'RunScript', params: [{ key: 'ScriptName', value: 'a.ps1' }] }]);
});

it.each([{}, { args: '' }, { args: '  ' }])('leaves arguments out that are empty: %j', (args) => {
	expect(read([script(args)])[0].params).toEqual([{ key: 'ScriptName', value: 'a.ps1' }]);
});

it('treats a script as the type where none was chosen, as the editor shows it', () => {
	expect(read([{ scriptName: 'a.ps1' }])).toEqual([{ type: 'RunScript', params: [{ key: 'ScriptName', value: 'a.ps1' }] }]);
});

it('ignores fields of another type', () => {
	expect(read([{ ...get, args: 'a;b', scriptName: 'x.ps1' }])).toEqual([
		{ type: 'GetFile', params: [{ key: 'Path', value: 'C:\\out.zip' }] },
	]);
});

it.each(['-Days 3', '-Path "C:\\a b"', '-x=1,2 -y:z', 'Grüße', "it's", '50%', '<a>', '#', '{}[]', '-Base64 YQ=='])(
	'takes arguments: %s',
	(args) => {
		expect(read([script({ args })])[0].params[1]).toEqual({ key: 'Args', value: args });
	},
);

function refusal(command: unknown): NodeOperationError {
	try {
		read(command);
	} catch (error) {
		expect(error).toBeInstanceOf(NodeOperationError);
		return error as NodeOperationError;
	}
	throw new Error('was not refused');
}

it.each<[string, unknown]>([
	['no commands', []],
	['nothing', undefined],
	['something else', 'RunScript'],
	['a script without a name', [script({ scriptName: '' })]],
	['a choice of nothing', [script({ scriptName: { __rl: true, mode: 'list', value: '' } })]],
	['a file without a name', [{ type: 'PutFile', scriptName: 'a.ps1' }]],
	['no path', [{ type: 'GetFile', path: ' ' }]],
	['a path with a control character', [{ type: 'GetFile', path: 'C:\\a\u0007b' }]],
	['an empty list of paths', [{ type: 'GetFile', path: [] }]],
	['a list of paths with an empty one', [{ type: 'GetFile', path: ['C:\\a', ''] }]],
	['a list of paths with one that is not a text', [{ type: 'GetFile', path: ['C:\\a', {}] }]],
	['a name with a NUL', [script({ scriptName: 'a\0.ps1' })]],
	['arguments with a line break', [script({ args: 'a\nb' })]],
	['arguments whose expression gives nothing', [script({ args: undefined })]],
	['arguments whose expression gives null', [script({ args: null })]],
	['a type whose expression gives nothing', [script({ type: undefined })]],
	['a type that cannot be made a text', [script({ type: { toString: 1 } })]],
	['an empty entry', [null]],
	['an unknown type', [{ type: 'Isolate' }]],
	['a type of the prototype', [{ type: 'constructor' }]],
	['a script before a file', [script(), put]],
	['a collected file before a script', [get, script()]],
	['a file at the end', [put, script(), get, put]],
])('refuses %s, naming parameter and item', (_, command) => {
	const { message, description, context } = refusal(command);
	expect(message).toMatch(/'Commands'.*\[item 2\]/);
	expect(description).toMatch(/^[A-Z].{5,}/);
	expect(`${message} ${String(description)}`).not.toMatch(/\b(error|problem|failure|mistake)/i);
	expect(context.itemIndex).toBe(2);
});

it.each([
	['on a line each', 'C:\\a\r\n\n  C:\\b  \n'],
	['in a list', ['C:\\a', 'C:\\b']],
])('makes a command of each path of several, %s', (_, path) => {
	const collect = (value: string) => ({ type: 'GetFile', params: [{ key: 'Path', value }] });
	expect(read([script(), { type: 'GetFile', path }])).toEqual([expect.anything(), collect('C:\\a'), collect('C:\\b')]);
});

describe('from data', () => {
	const commands = [put, script({ args: '-Days 3' }), { type: 'GetFile', path: ['C:\\a', 'C:\\b'] }];

	it.each([
		['JSON', JSON.stringify(commands)],
		['a list', commands],
	])('reads the same list from %s', (_, commandsJson) => {
		expect(readJson(commandsJson)).toEqual(read(commands));
	});

	it.each([
		['[{', "'Commands' is not valid JSON [item 2]"],
		['', "'Commands' is empty [item 2]"],
		['{}', "'Commands' is empty [item 2]"],
		[undefined, "'Commands' is empty [item 2]"],
		['[{ "type": "RunScript" }]', "'Commands' has no usable Script in command 1 [item 2]"],
		[
			'[{ "type": "RunScript", "scriptName": "a.ps1", "args": "a;b" }]',
			"'Commands' has Arguments in command 1 that Defender refuses: ; [item 2]",
		],
	])('refuses %j with the same texts', (commandsJson, message) => {
		expect(() => readJson(commandsJson)).toThrow(message);
	});
});

it('says which command', () => {
	expect(refusal([script(), script({ scriptName: '' })]).message).toContain('2');
});

it.each(['Args', 'ARGS', 'arguments', 'Argument', 'params', 'Parameters', 'argumentList', 'arguments ', 'cmdline'])(
	'refuses arguments that are named %s: without them the script would run',
	(name) => {
		for (const value of ['-WhatIf', '', null, []]) {
			expect(refusal([script({ [name]: value })]).message).toBe(
				`'Commands' has the field ${name} in command 1, which is not read [item 2]`,
			);
		}
		expect(read([{ ...get, [name]: '-WhatIf' }])).toHaveLength(1);
	},
);

it.each(['undefined', 'null', 'NaN', '[object Object]', ' undefined '])(
	'refuses %j, which is what JavaScript writes for a value that is none',
	(nothing) => {
		expect(refusal([script({ args: nothing })]).message).toBe("'Commands' has Arguments in command 1 that are not a text [item 2]");
		for (const command of [script({ scriptName: nothing }), { ...put, fileName: nothing }, { ...get, path: nothing }]) {
			expect(refusal([command]).message).toMatch(/^'Commands' has no usable (?:Script|File|Path) in command 1/);
		}
	},
);

it('refuses arguments with an object in their middle', () => {
	expect(refusal([script({ args: '-Filter [object Object]' })]).message).toContain('not a text');
	expect(read([script({ args: '-Value null -Other undefined' })])).toHaveLength(1);
});

it.each([...';&|!$()'])('refuses arguments with %s, as the service would', (character) => {
	expect(refusal([script({ args: `a ${character} b` })]).message).toContain(character);
});

it('takes any number of commands in the order that the service wants, and no other', () => {
	const ENTRIES = [put, script(), get];
	fc.assert(
		fc.property(fc.array(fc.nat(2), { minLength: 1, maxLength: 6 }), (kinds) => {
			const entries = kinds.map((kind) => ENTRIES[kind]);
			const isSorted = kinds.every((kind, at) => at === 0 || kinds[at - 1] <= kind);
			if (isSorted) expect(read(entries).map(({ type }) => type)).toEqual(entries.map(({ type }) => type));
			else refusal(entries);
		}),
		fuzz(),
	);
});
