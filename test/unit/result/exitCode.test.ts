import { excerpt, transcriptExitCode, wholeNumber } from '../../../nodes/DefenderLiveResponse/result/exitCode';
import { scanJson } from '../../../nodes/DefenderLiveResponse/result/json';

const read = (json: string) => transcriptExitCode(scanJson(json, 'exit_code').values);
const exitCodeOf = (written: string) => read(`{"script_output":"x","exit_code":${written}}`);

describe('the exit code of a transcript', () => {
	it.each([
		['0', 0],
		['-1', -1],
		['3010', 3010],
		['3221225786', 3221225786],
		['-1073741510', -1073741510],
		['9007199254740991', 9007199254740991],
		['"0"', 0],
		['"3010"', 3010],
		['" -5 "', -5],
		['"+5"', 5],
		['"\\u0033"', 3],
		// Exactly whole, with any exponent.
		['3.0', 3],
		['0.000', 0],
		['-1.0', -1],
	])('%s is %i', (written, code) => {
		expect(exitCodeOf(written)).toEqual({ code });
	});

	it.each(['-0', '-0.0', '"-0"'])('%s is 0, and nothing else', (written) => {
		const found = exitCodeOf(written);
		expect('code' in found && Object.is(found.code, 0)).toBe(true);
	});

	// JSON.parse makes whole numbers of most of them.
	it.each([
		'1e-400',
		'-1e-400',
		'0.00000000000000000000000000000000001',
		'0.99999999999999999999',
		'2.0000000000000000000001',
		'1e400',
		'1e999',
		'1e0',
		'0e0',
		'30.1e1',
		'9007199254740992',
		'9007199254740993',
		'-9007199254740993',
		'99999999999999999999',
		'0.5',
		'-0.5',
		'""',
		'" "',
		'"zero"',
		'"0x0"',
		'"0.0"',
		'"0e0"',
		'"1,5"',
		'"9007199254740993"',
		'"NaN"',
		'"Infinity"',
		'"\uff10"',
		'"0 0"',
		'true',
		'false',
		'[0]',
		'[]',
		'{}',
		'{"0":0}',
		'{"exit_code":0}',
	])('%s is not one, and it is said what it is', (written) => {
		expect(exitCodeOf(written)).toEqual({ missing: `The transcript's exit code is not a whole number: ${written}` });
	});

	it.each([
		'{"exit_code":3}',
		' { "a" : "b" , "exit_code" : 3 , "c" : 0 } ',
		'{"exit_code":3,"a":"\\"exit_code\\":0,"}',
		'{"a":"say \\"exit_code","exit_code":3}',
		'{"a":{"exit_code":0},"exit_code":3}',
		'{"exit_code":3,"a":["exit_code",0]}',
		'{"exit_code":3,"a":"\\u0041\\\\"}',
		'{"exit\\u005fcode":3,"a":"exit_code","b":{"exit_code":0}}',
	])('is 3 in %s', (json) => {
		expect(read(json)).toEqual({ code: 3 });
	});

	it('is missing where there is none', () => {
		const none = { missing: 'The transcript has no exit code' };
		for (const json of [
			'{}',
			'{"exit_code":null}',
			'{"exit_codes":0}',
			'{"Exit_Code":0}',
			'{"a":{"exit_code":0}}',
			'{"a":"exit_code"}',
			'{"a":["exit_code",0]}',
			'{"a":"\\"exit_code\\":0"}',
		]) {
			expect(read(json)).toEqual(none);
		}
	});

	it('is missing where there are several, whatever they are', () => {
		expect(read('{"exit_code":1,"exit_code":0}')).toEqual({ missing: 'The transcript has 2 exit codes' });
		expect(read('{"exit_code":0,"a":1,"exit_code":0,"exit_code":null}')).toEqual({
			missing: 'The transcript has 3 exit codes',
		});
		expect(read('{"exit\\u005fcode":5,"exit_code":0}')).toEqual({ missing: 'The transcript has 2 exit codes' });
		expect(read('{"exit_code":0,"exit\\u005fcode":5}')).toEqual({ missing: 'The transcript has 2 exit codes' });
	});

	it('is shown in part where it is long', () => {
		const found = exitCodeOf(`"${'7'.repeat(100)}"`);
		expect(found).toEqual({ missing: `The transcript's exit code is not a whole number: "${'7'.repeat(59)}…` });
	});
});

it.each([
	['5', 5],
	[' 5\n', 5],
	['', undefined],
	['5 5', undefined],
	['x5', undefined],
	['5x', undefined],
	['+-5', undefined],
])('%j means %s', (digits, number) => {
	expect(wholeNumber(digits)).toBe(number);
});

it('shows sixty characters, and says that there are more', () => {
	expect([excerpt('a'.repeat(60)), excerpt('a'.repeat(61))]).toEqual(['a'.repeat(60), `${'a'.repeat(60)}…`]);
});
