import { InvalidValue } from '../../../nodes/DefenderLiveResponse/fields/row';
import {
	PACKAGE_OPTIONS,
	PACKAGE_WAITING,
	RATE_OPTIONS,
	RESULT_OPTIONS,
	RESULT_PARAMETERS,
	resultOptions,
	SCRIPT_OPTIONS,
} from '../../../nodes/DefenderLiveResponse/result/options';
import { printedExitCode } from '../../../nodes/DefenderLiveResponse/result/pattern/printedExitCode';

const ROWS = { ...RESULT_OPTIONS, ...RATE_OPTIONS, ...SCRIPT_OPTIONS, ...RESULT_PARAMETERS };
type Name = keyof typeof ROWS;

/** What a value that was entered is read as, or what the user reads where it is refused. */
function read(name: Name, value: unknown): unknown {
	try {
		return ROWS[name].read(value, () => 'UTC');
	} catch (error) {
		return error instanceof InvalidValue ? [error.message, error.advice] : error;
	}
}

const MB = 1024 * 1024;

it('numbers are entered as such', () => {
	const fields = Object.values(ROWS).map(({ field }) => field);
	const numbers = fields.filter((field) => typeof field.default === 'number');
	expect(numbers.length).toBeGreaterThan(0);
	expect(numbers.map(({ type }) => type)).toEqual(numbers.map(() => 'number'));
});

it.each<[Name, unknown, unknown]>([
	['binaryPropertyName', 'data', 'data'],
	['decompress', true, true],
	['exitCodePattern', '', undefined],
	['includeLink', false, false],
	['maxDownloadSize', 1024, 1024 * MB],
	['maxOutputLength', 0, 0],
	['parseOutput', 'none', 'none'],
	['splitOutput', false, false],
	['stripBanner', true, true],
	['transcriptAsFile', false, false],
	['successExitCodes', '0', [0]],
	['callsPerMinute', 100, 100],
	['callsPerHour', 1500, 1500],
	['expectedScriptName', '', ''],
	['followLink', true, true],
	['simplify', true, true],
])('%s is %j where it is not added, and is read as %j', (name, initial, meant) => {
	expect(ROWS[name].field.default).toBe(initial);
	expect(read(name, initial)).toEqual(meant);
});

it('Options offer what the contract names, each by a label of its own', () => {
	const { name, type, options } = resultOptions();
	expect([name, type]).toEqual(['options', 'collection']);
	const fields = options as Array<{ name: string; displayName: string; description?: string; placeholder?: string }>;
	expect(fields.map((field) => field.name).sort()).toEqual([
		'binaryPropertyName',
		'callsPerHour',
		'callsPerMinute',
		'decompress',
		'exitCodePattern',
		'expectedScriptName',
		'includeLink',
		'maxDownloadSize',
		'maxOutputLength',
		'parseOutput',
		'pollInterval',
		'splitOutput',
		'stripBanner',
		'successExitCodes',
		'transcriptAsFile',
	]);
	expect(new Set(fields.map(({ displayName }) => displayName)).size).toBe(fields.length);
	for (const { displayName, description } of fields) {
		expect(displayName).toMatch(/^[A-Z]\w+/);
		expect(description).toMatch(/^[A-Z]/);
	}
	for (const name of ['exitCodePattern', 'expectedScriptName', 'successExitCodes'])
		expect(fields.find((field) => field.name === name)?.placeholder).toMatch(/^e\.g\. \S/);
});

it('where the script is chosen in the node, the options of the operation replace those of the script', () => {
	const { options } = resultOptions({ own: RESULT_PARAMETERS.simplify });
	const names = (options as Array<{ name: string }>).map(({ name }) => name);
	expect(names).toContain('own');
	expect(names).toContain('successExitCodes');
	expect(names).not.toContain('expectedScriptName');
	expect(names).not.toContain('pollInterval');
});

it('an output is parsed as JSON, as lines, or not', () => {
	const { field } = RESULT_OPTIONS.parseOutput;
	expect((field.options as Array<{ value: string; name: string }>).map(({ value, name }) => [value, name])).toEqual([
		['json', 'As JSON'],
		['lines', 'As Lines'],
		['none', 'No'],
	]);
	for (const value of ['json', 'lines', 'none']) expect(read('parseOutput', value)).toBe(value);
	expect(read('parseOutput', 'xml')).toEqual(['is none of its choices', 'Enter json, lines or none.']);
});

describe('success codes', () => {
	it.each<[string, number[]]>([
		['0', [0]],
		['0,3010', [0, 3010]],
		[' 0 , 1641 ,3010 ', [0, 1641, 3010]],
		['-1,+5', [-1, 5]],
		['-2147024891', [-2147024891]],
	])('are read from %j', (entered, codes) => {
		expect(read('successExitCodes', entered)).toEqual(codes);
	});

	it.each(['', '0,', ',0', '0;1', 'x', '0,x', 'x,0', 'x1', '1x', '1.5', '0x10', '--1', '1 2', '+', '*1'])('are not %j', (entered) => {
		expect(read('successExitCodes', entered)).toEqual(['is not a list of whole numbers', 'Enter codes separated by commas, e.g. 0,3010.']);
	});
});

describe('the pattern of an exit code', () => {
	it('finds what its group matches', () => {
		const program = RESULT_OPTIONS.exitCodePattern.read('^RESULT=(\\d+)$', () => 'UTC');
		expect(printedExitCode('RESULT=1\nRESULT=42\n', program!)).toEqual({ code: 42 });
	});

	it.each(['(a)', '(a)|(b)', '(?<code>\\d+)', '^(?:x|(\\d+))$'])('may be %j', (pattern) => {
		expect(read('exitCodePattern', pattern)).toHaveProperty('length');
	});

	it.each(['\\d+', 'x', '(?:\\d+)', '(', '[', '(\\d+', 'a|b', '\\('])('is not %j, which has no group or cannot be read', (pattern) => {
		expect(read('exitCodePattern', pattern)).toEqual([
			'is not a regular expression with a group',
			'Put the digits of the exit code in parentheses, e.g. ^RESULT=(\\d+)$.',
		]);
	});

	it('is not one whose search may never end', () => {
		expect(read('exitCodePattern', '(a)\\1')).toEqual([
			expect.stringMatching(/\w/),
			'On some outputs its search would never end. Write it more simply, e.g. ^RESULT=(\\d+)$.',
		]);
	});
});

describe('the largest download', () => {
	it.each<[unknown, number]>([
		[1, MB],
		['2', 2 * MB],
		[' 1024 ', 1024 * MB],
		[0.5, MB / 2],
		[0.000001, 1],
	])('is read from %j', (entered, bytes) => {
		expect(read('maxDownloadSize', entered)).toBe(bytes);
	});

	it.each([0, '0', -1, '', ' ', 'x', null, undefined, NaN, {}, [5], true])('is not %j', (entered) => {
		expect(read('maxDownloadSize', entered)).toEqual(['is not a valid size', 'Enter a number of megabytes above 0.']);
	});

	it('is at least 1 MB in the editor', () => {
		expect(RESULT_OPTIONS.maxDownloadSize.field.typeOptions).toMatchObject({ minValue: 1 });
	});
});

describe('the field of a file', () => {
	it.each(['data', 'file 1', 'constructor'])('may be %j', (entered) => {
		expect(read('binaryPropertyName', entered)).toBe(entered);
	});

	it.each(['', ' ', '__proto__'])('is not %j, where the file would be lost', (entered) => {
		expect(read('binaryPropertyName', entered)).toEqual(['is not a valid field name', 'Enter a name such as data.']);
	});
});

it('a package has the options of its file alone, and is waited for', () => {
	expect(Object.keys(PACKAGE_OPTIONS).sort()).toEqual(['binaryPropertyName', 'maxDownloadSize']);
	expect([PACKAGE_WAITING.waitForCompletion.field.default, PACKAGE_WAITING.maxWaitMinutes.field.default]).toEqual([true, 60]);
});
