import fc from 'fast-check';
import type { LiveResponseCommand } from '../../../nodes/DefenderLiveResponse/service/actionRequest';
import { responseCall } from '../../../nodes/DefenderLiveResponse/service/calls';
import { readMachineAction } from '../../../nodes/DefenderLiveResponse/service/machineAction';
import { differenceOf, namesExecution, ownershipOf, sortedByIndex } from '../../../nodes/DefenderLiveResponse/service/runIdentity';
import { withRunKey } from '../../../nodes/DefenderLiveResponse/service/runKey';
import { ACTION_ID, MACHINE_ID } from '../result/entities';
import { fuzz } from '../result/fuzzRuns';

const TRY = Date.UTC(2026, 0, 13, 9);
const script = (name: string, args?: string): LiveResponseCommand => ({
	type: 'RunScript',
	params: [{ key: 'ScriptName', value: name }, ...(args ? [{ key: 'Args', value: args }] : [])],
});
const file = (path: string): LiveResponseCommand => ({ type: 'GetFile', params: [{ key: 'Path', value: path }] });

/** What was sent, and the entity that the service shows of it. */
interface Case {
	request: { machineId: string; comment: string; commands: LiveResponseCommand[] };
	told: Record<string, unknown> & { commands: Array<Record<string, unknown>> };
}

function asSent(comment: string, commands: LiveResponseCommand[]): Case {
	const told = {
		id: ACTION_ID,
		type: 'LiveResponse',
		status: 'Pending',
		requestorComment: comment,
		machineId: MACHINE_ID,
		creationDateTimeUtc: new Date(TRY).toISOString(),
		commands: commands.map((command, index) => ({ index, commandStatus: 'Created', errors: [], command: structuredClone(command) })),
	};
	return { request: { machineId: MACHINE_ID, comment, commands }, told };
}

const judged = ({ request, told }: Case, { taken = false, aheadMs = 0, tries = [TRY], executionId = '77' } = {}) =>
	ownershipOf(readMachineAction(told)!, { request, tries, executionId }, taken, aheadMs);

const words = fc.stringMatching(/^[a-zA-Z0-9äé調 ._:-]{1,20}$/).filter((text) => text.trim() !== '');
const commandsSent = fc
	.record({
		scripts: fc.array(fc.tuple(words, fc.option(words)), { minLength: 1, maxLength: 3 }),
		paths: fc.array(words, { maxLength: 2 }),
	})
	.map(({ scripts, paths }) => [...scripts.map(([name, args]) => script(name, args ?? undefined)), ...paths.map(file)]);
const cases = fc.tuple(words, commandsSent).map(([comment, commands]) => asSent(comment, commands));
const blanks = fc.constantFrom('', ' ', '  ', '\t', '\n');
type Command = { type: string; params: Array<{ key: string; value: string }> };
const commandAt = ({ told }: Case, place: number) => told.commands[place % told.commands.length].command as Command;

/** Ways in which the service may describe the same run. */
const SAME: Array<[string, (each: Case, n: number, blank: string) => void]> = [
	['as it was sent', () => undefined],
	['the device in upper case', ({ told }) => (told.machineId = MACHINE_ID.toUpperCase())],
	[
		'the script in another case',
		(each, n) => {
			const [subject] = commandAt(each, n).params;
			if (subject.key === 'ScriptName') subject.value = subject.value.toLowerCase();
		},
	],
	['blanks around the comment', ({ told }, _, blank) => (told.requestorComment = `${blank}${String(told.requestorComment)}${blank}`)],
	['blanks around a subject', (each, n, blank) => (commandAt(each, n).params[0].value += blank)],
	[
		'blanks around arguments',
		(each, n, blank) => {
			for (const param of commandAt(each, n).params) param.value = `${blank}${param.value}`;
		},
	],
	['commands in another order, with their numbers', ({ told }) => told.commands.reverse()],
	['commands without numbers', ({ told }) => told.commands.forEach((command) => delete command.index)],
	['the type in two words', ({ told }) => (told.type = 'Live Response')],
	[
		'an argument that was not sent, empty',
		(each, n) => {
			const command = commandAt(each, n);
			if (command.type === 'RunScript' && command.params.length === 1) command.params.push({ key: 'Args', value: '' });
		},
	],
];

/** What the service leaves out. */
const UNTOLD: Array<[string, (each: Case, n: number) => void]> = [
	['no comment', ({ told }) => (told.requestorComment = null)],
	['no device', ({ told }) => delete told.machineId],
	['no commands', ({ told }) => (told.commands = [])],
	['a command without its body', ({ told }, n) => (told.commands[n % told.commands.length].command = null)],
	['a command without parameters', (each, n) => (commandAt(each, n).params = [])],
	['parameters in an unknown form', (each, n) => (commandAt(each, n).params = [5, null] as never)],
	['a command with a blank type', (each, n) => (commandAt(each, n).type = ' ')],
	['a command without its type', (each, n) => delete (commandAt(each, n) as Partial<Command>).type],
];

/** What makes it another's. */
const OTHER: Array<[string, (each: Case, n: number) => void]> = [
	['another device', ({ told }) => (told.machineId = '0'.repeat(40))],
	['another comment', ({ told }) => (told.requestorComment = `${String(told.requestorComment)} 9`)],
	['another subject', (each, n) => (commandAt(each, n).params[0].value += '9')],
	[
		'other arguments, or some where none were sent',
		(each) => {
			const { params } = commandAt(each, 0);
			if (params.length > 1) params[1].value += '9';
			else params.push({ key: 'Args', value: '-x' });
		},
	],
	[
		'no arguments',
		(each) => {
			const first = commandAt(each, 0);
			if (first.params.length > 1) first.params.pop();
			else first.params[0].value = 'zzz9';
		},
	],
	['another kind of command', (each, n) => (commandAt(each, n).type = 'PutFile')],
	['one command more', ({ told }) => told.commands.push({ index: told.commands.length, command: script('more.ps1') })],
	[
		'one command less, or none of the same',
		(each) => {
			if (each.told.commands.length > 1) each.told.commands.pop();
			else commandAt(each, 0).params[0].value = 'zzz9';
		},
	],
	['another type of action', ({ told }) => (told.type = 'Isolate')],
];

/** Each of these alone, on any request. */
function each<Way extends [string, (...args: [Case, number, string]) => unknown]>(ways: Way[], expectation: (each: Case) => void) {
	it.each(ways)('%s', (_, change) => {
		fc.assert(
			fc.property(cases, fc.nat(4), blanks, (original, n, blank) => {
				const changed = structuredClone(original);
				change(changed, n, blank);
				expectation(changed);
			}),
			fuzz(40),
		);
	});
}

describe('an action is the run that it describes', () => {
	each(SAME, (changed) => expect(judged(changed)).toEqual({ kind: 'own', proven: true }));
});

describe('what is not shown does not speak against it, but proves nothing', () => {
	each(UNTOLD, (changed) => {
		expect(judged(changed)).toEqual({ kind: 'own', proven: false });
		expect(differenceOf(readMachineAction(changed.told)!, changed.request)).toBeUndefined();
	});
});

describe("it is another's", () => {
	each(OTHER, (changed) => {
		expect(judged(changed)).toMatchObject({ kind: 'another', difference: expect.stringMatching(/^its /) as string });
		expect(differenceOf(readMachineAction(changed.told)!, changed.request)).toMatch(/^its /);
	});

	each([...SAME, ...UNTOLD, ...OTHER], (changed) => {
		expect(judged(changed, { taken: true })).toEqual({ kind: 'another', difference: 'another item has it' });
	});

	it('whatever its age, and whatever the clocks say', () => {
		fc.assert(
			fc.property(
				cases,
				fc.constantFrom(...OTHER),
				fc.nat(4),
				fc.integer({ min: -4e9, max: 4e9 }),
				fc.integer({ min: -4e6, max: 4e6 }),
				(original, [, change], n, age, aheadMs) => {
					const changed = structuredClone(original);
					change(changed, n);
					changed.told.creationDateTimeUtc = new Date(TRY + age).toISOString();
					expect(judged(changed, { aheadMs }).kind).toBe('another');
				},
			),
			fuzz(),
		);
	});
});

describe('what the service may have rewritten is neither', () => {
	const longComment = `case 4711 <ä> & "${'x'.repeat(60)}"`;
	it.each<[string, (each: Case) => void]>([
		['a comment that was cut off', ({ told }) => (told.requestorComment = longComment.slice(0, 64))],
		['a comment that was escaped', ({ told }) => (told.requestorComment = longComment.replace('&', '&amp;').replace('<', '&lt;'))],
		['a comment whose letters were lost', ({ told }) => (told.requestorComment = longComment.replace('ä', '?'))],
		['a comment in another case', ({ told }) => (told.requestorComment = longComment.toUpperCase())],
		['a comment that was cut off as early as may be', ({ told }) => (told.requestorComment = longComment.slice(0, 50))],
		['an empty comment', ({ told }) => (told.requestorComment = '')],
		['a blank comment', ({ told }) => (told.requestorComment = '  ')],
		['arguments in other quotes', (sent) => (commandAt(sent, 0).params[1].value = "-Name 'b c'")],
		['a path in another case', (sent) => (commandAt(sent, 1).params[0].value = 'c:\\TEMP\\a.txt')],
	])('%s', (_, change) => {
		const changed = asSent(longComment, [script('a.ps1', '-Name "b c"'), file('C:\\Temp\\a.txt')]);
		change(changed);
		expect(judged(changed)).toMatchObject({ kind: 'unclear' });
	});

	it('unless something else differs too', () => {
		const changed = asSent(longComment, [script('a.ps1')]);
		changed.told.requestorComment = '';
		commandAt(changed, 0).params[0].value = 'b.ps1';
		const difference = 'its comment is "", its command 1 is about "b.ps1"';
		expect(judged(changed)).toEqual({ kind: 'another', difference });
		expect(differenceOf(readMachineAction(changed.told)!, changed.request)).toBe(difference);
	});

	it.each([
		['case 471', 'case 4711'],
		['case 4711', 'case 471'],
		['execution 10', 'execution 100'],
	])('but %j is not made of %j', (told, sent) => {
		const changed = asSent(sent, [script('a.ps1')]);
		changed.told.requestorComment = told;
		expect(judged(changed).kind).toBe('another');
	});
});

it('names, but does not show, arguments, which may hold a password; and shows no more than the start of a text', () => {
	const changed = asSent('c', [script('a.ps1', '-Password SECRET1')]);
	commandAt(changed, 0).params[1].value = '-Password SECRET2';
	changed.told.requestorComment = 'x'.repeat(5_000);
	const { difference } = judged(changed) as { difference: string };
	expect(difference).toContain('its command 1 has other arguments');
	expect(difference).not.toContain('SECRET');
	expect(difference.length).toBeLessThan(300);
});

it('names a command by its place, counted from 1', () => {
	const changed = asSent('c', [script('a.ps1'), script('b.ps1')]);
	commandAt(changed, 1).type = 'PutFile';
	expect(judged(changed)).toMatchObject({ difference: 'its command 2 is PutFile' });
});

it.each([
	[200, 'z'.repeat(200)],
	[201, `${'z'.repeat(200)}…`],
])('quotes a text of %i characters', (length, quoted) => {
	const changed = asSent('c', [script('a.ps1')]);
	changed.told.requestorComment = 'z'.repeat(length);
	expect(judged(changed)).toMatchObject({ difference: `its comment is "${quoted}"` });
});

it.each([
	['a\nb', 'a\r\nb', 'own'],
	['a\nb', 'a\rb', 'own'],
	['a\r\nb', 'ab', 'unclear'],
])('a comment %j that is shown as %j is %s', (sent, shown, kind) => {
	const changed = asSent(sent, [script('a.ps1')]);
	changed.told.requestorComment = shown;
	expect(judged(changed).kind).toBe(kind);
});

it.each([
	[
		[1, 0],
		[0, 1],
	],
	[
		[0, 3, 2],
		[0, 3, 2],
	],
	[
		[1, 1, 0],
		[1, 1, 0],
	],
])('commands with the numbers %j are read in the order %j', (indexes, expected) => {
	const commands = readMachineAction({ id: ACTION_ID, commands: indexes.map((index) => ({ index })) })!.commands;
	expect(sortedByIndex(commands).map(({ index }) => index)).toEqual(expected);
});

describe('proof', () => {
	const words = asSent('case 4711', [script('a.ps1', '-x')]);
	const named = asSent('n8n workflow W (id), execution 77', [script('a.ps1')]);
	const madeAt = (sent: Case, ms: number) => ({ ...sent, told: { ...sent.told, creationDateTimeUtc: new Date(TRY + ms).toISOString() } });

	it.each<[number, number, boolean]>([
		[0, 0, true],
		[-2_000, 0, true],
		[-2_001, 0, false],
		[10_000, 0, true],
		[10_001, 0, false],
		// By both clocks, or not at all.
		[0, -900_000, false],
		[-600_000, -900_000, false],
		[-900_000, -900_000, false],
		[900_000, 900_000, false],
		[1_000, 2_500, true],
		[1_000, 4_000, false],
	])('made %i ms after the try, with a clock ahead by %i ms: %s', (ms, aheadMs, proven) => {
		expect(judged(madeAt(words, ms), { aheadMs })).toEqual({ kind: 'own', proven });
		expect(judged(madeAt(words, ms), { aheadMs, tries: [] })).toEqual({ kind: 'own', proven: false });
		expect(judged(madeAt(words, ms), { aheadMs, tries: [TRY - 1e9, TRY, TRY + 1e9] })).toEqual({ kind: 'own', proven });
	});

	it('is not a date that cannot be read', () => {
		for (const creationDateTimeUtc of [null, '', 'soon'])
			expect(judged({ ...words, told: { ...words.told, creationDateTimeUtc } })).toEqual({ kind: 'own', proven: false });
	});

	it('is the name of the execution, at any time', () => {
		fc.assert(
			fc.property(fc.integer({ min: -4e9, max: 4e9 }), fc.integer({ min: -4e6, max: 4e6 }), (age, aheadMs) => {
				expect(judged(madeAt(named, age), { aheadMs, tries: [] })).toEqual({ kind: 'own', proven: true });
				expect(judged(madeAt(named, age), { aheadMs, tries: [], executionId: '78' })).toEqual({ kind: 'own', proven: false });
			}),
			fuzz(100),
		);
	});

	it.each([
		['n8n workflow W (id), execution 77', '77', true],
		['Execution 77: cleanup', '77', true],
		['execution 771', '77', false],
		['execution 7', '77', false],
		['my-execution 77', '77', false],
		['execution 77-2', '77', false],
		['77', '77', false],
		['execution .*', '.*', false],
		['execution 12, 7', '.*7', false],
		['execution 77', '7.*', false],
		['execution 77', undefined, false],
		['execution ', '', false],
	])('%j names the execution %j: %s', (comment, executionId, names) => {
		expect(namesExecution(comment, executionId)).toBe(names);
	});
});

describe('a run with a key', () => {
	const keyed = (comment: string, params: Array<{ key: string; value: string | null }>) => {
		const { request, told } = asSent(withRunKey('execution 77', 'case-4711'), [script('a.ps1', '-Days 3')]);
		told.requestorComment = comment;
		told.creationDateTimeUtc = '2025-01-01T00:00:00Z';
		told.commands[0].command = { type: 'RunScript', params };
		return ownershipOf(readMachineAction(told)!, { request: { ...request, runKey: 'case-4711' }, tries: [], executionId: '77' }, true);
	};
	const name = { key: 'ScriptName', value: 'a.ps1' };

	it.each<[string, Array<{ key: string; value: string | null }>]>([
		['the same arguments', [name, { key: 'Args', value: '-Days 3' }]],
		['other arguments', [name, { key: 'Args', value: '-Days 4' }]],
		['no arguments', [name]],
		['arguments that are null', [name, { key: 'Args', value: null }]],
	])('is the one with the key, whatever its age and comment, taken or not: %s', (_, params) => {
		expect(keyed('[run key: case-4711] execution 12', params)).toEqual({ kind: 'own', proven: true });
	});

	it('is not one with another key, or another script', () => {
		expect(keyed('[run key: case-4712] execution 77', [name])).toMatchObject({ kind: 'another' });
		expect(keyed('[run key: case-4711]', [{ key: 'ScriptName', value: 'b.ps1' }])).toEqual({
			kind: 'another',
			difference: 'its command 1 is about "b.ps1"',
		});
	});
});

it('arguments that the service shows as null are those of a run without any', () => {
	const sent = asSent('case 4711', [script('a.ps1')]);
	commandAt(sent, 0).params.push({ key: 'Args', value: null as unknown as string });
	expect(judged(sent)).toEqual({ kind: 'own', proven: true });
});

describe('parameters that the service shows', () => {
	type Params = Array<{ key: string; value: string }>;
	const PROVEN = { kind: 'own', proven: true };
	const NOT_PROVEN = { kind: 'own', proven: false };

	it.each<[string, LiveResponseCommand, unknown[], object]>([
		[
			'arguments of a file, which has none',
			file('C:\\a.txt'),
			[
				{ key: 'Path', value: 'C:\\a.txt' },
				{ key: 'Args', value: 'x' },
			],
			PROVEN,
		],
		[
			'a file name in another case',
			{ type: 'PutFile', params: [{ key: 'FileName', value: 'Tool.EXE' }] },
			[{ key: 'FileName', value: 'tool.exe' }],
			PROVEN,
		],
		['arguments without a script', script('a.ps1', '-x'), [{ key: 'Args', value: '-x' }], NOT_PROVEN],
		['a script, and what cannot be read', script('a.ps1', '-x'), [{ key: 'ScriptName', value: 'a.ps1' }, 5], NOT_PROVEN],
	])('%s', (_, sent, params, expected) => {
		const shown = asSent('case 4711', [sent]);
		commandAt(shown, 0).params = params as Params;
		expect(judged(shown)).toEqual(expected);
	});

	it.each([
		['--', ' '],
		[' ', '--'],
	])('arguments %j are not made of none: %j', (sent, told) => {
		const shown = asSent('case 4711', [script('a.ps1', sent)]);
		commandAt(shown, 0).params[1].value = told;
		expect(judged(shown)).toEqual({ kind: 'another', difference: 'its command 1 has other arguments' });
	});
});

describe('a response action', () => {
	const callOf = (type: string) => responseCall('act', 'Machine.Act', { name: type, type, path: 'act', systems: 'Windows' });
	const SHA1 = 'aabbccddeeff00112233445566778899aabbccdd';

	/** Whose an action is that the service shows with these keys. */
	function ownership(type: string, field: { name: string; value: string } | undefined, shown: object) {
		const told = {
			id: ACTION_ID,
			type,
			status: 'Pending',
			requestorComment: 'case 4711',
			machineId: MACHINE_ID,
			creationDateTimeUtc: new Date(TRY).toISOString(),
			...shown,
		};
		const request = { machineId: MACHINE_ID, comment: 'case 4711', kind: callOf(type), field };
		return ownershipOf(readMachineAction(told)!, { request, tries: [TRY] }, false);
	}
	const isolation = { name: 'IsolationType', value: 'Full' };
	const quarantine = { name: 'Sha1', value: SHA1 };
	const PROVEN = { kind: 'own', proven: true };
	const NOT_PROVEN = { kind: 'own', proven: false };

	it.each<[string, string, { name: string; value: string } | undefined, object, object]>([
		['the same scope', 'Isolate', isolation, { scope: 'Full' }, PROVEN],
		['the same scope in another case', 'Isolate', isolation, { scope: ' full ' }, PROVEN],
		['another scope', 'Isolate', isolation, { scope: 'Selective' }, { kind: 'another', difference: 'its IsolationType is "Selective"' }],
		['no scope', 'Isolate', isolation, {}, NOT_PROVEN],
		['an empty scope', 'Isolate', isolation, { scope: ' ' }, NOT_PROVEN],
		['a scope that is not a text', 'Isolate', isolation, { scope: 5 }, NOT_PROVEN],
		['whatever is shown of a contained device', 'Isolate', { ...isolation, value: 'UnManagedDevice' }, { scope: 'Full' }, PROVEN],
		['the same file', 'StopAndQuarantineFile', quarantine, { relatedFileInfo: { fileIdentifier: SHA1.toUpperCase() }, scope: 'x' }, PROVEN],
		[
			'another file',
			'StopAndQuarantineFile',
			quarantine,
			{ relatedFileInfo: { fileIdentifier: '0'.repeat(40) }, scope: SHA1 },
			{ kind: 'another', difference: `its Sha1 is "${'0'.repeat(40)}"` },
		],
		['no file', 'StopAndQuarantineFile', quarantine, { relatedFileInfo: null }, NOT_PROVEN],
		['no field of its own', 'Unisolate', undefined, { scope: 'Full' }, PROVEN],
		['no type', 'Unisolate', undefined, { type: null }, NOT_PROVEN],
		['another type', 'Unisolate', undefined, { type: 'Isolate' }, { kind: 'another', difference: 'its type is Isolate' }],
	])('that is shown with %s', (_, type, field, shown, expected) => {
		expect(ownership(type, field, shown)).toEqual(expected);
	});
});
