import fc from 'fast-check';
import type { Program } from '../../../../nodes/DefenderLiveResponse/result/pattern/compile';
import { compile } from '../../../../nodes/DefenderLiveResponse/result/pattern/compile';
import { printedExitCode } from '../../../../nodes/DefenderLiveResponse/result/pattern/printedExitCode';
import { MAX_STATES, searchLast } from '../../../../nodes/DefenderLiveResponse/result/pattern/search';
import { fuzz } from '../fuzzRuns';

function compiled(pattern: string): Program {
	const program = compile(pattern);
	if ('refused' in program) throw new Error(`${pattern} ${program.refused}`);
	return program;
}

const printed = (output: string, pattern: string) => {
	const found = printedExitCode(output, compiled(pattern));
	return 'code' in found ? found.code : undefined;
};
const missing = (output: string, pattern: string) => {
	const found = printedExitCode(output, compiled(pattern));
	return 'missing' in found ? found.missing : undefined;
};

describe('a printed exit code', () => {
	const marker = '^RESULT=(.*)$';

	it.each([
		['RESULT=0', 0],
		['RESULT=3010\r\n', 3010],
		['RESULT=-1\n', -1],
		['RESULT=3221225786\n', 3221225786],
		['RESULT=1\nwork\nRESULT=0\nmore', 0],
		['RESULT=0\nRESULT=4\n', 4],
		['RESULT= 5 \n', 5],
		['work', undefined],
		['', undefined],
		[' RESULT=0', undefined],
		['RESULT=', undefined],
		['RESULT=done', undefined],
		['RESULT=0x1', undefined],
		['RESULT=1.5', undefined],
		['RESULT=0\nRESULT=oops', undefined],
		['RESULT=0x80070005', undefined],
		['RESULT=99999999999999999999', undefined],
		['RESULT=9007199254740993', undefined],
		['RESULT=9007199254740991', 9007199254740991],
		['RESULT=-0', 0],
	])('of %j is %s', (output, expected) => {
		expect(printed(output, marker)).toBe(expected);
	});

	it.each([
		['where nothing matches', 'work', '^RESULT=(-?\\d+)$', 'The exit code pattern does not match the output'],
		['where there is no output', '', '^RESULT=(-?\\d+)$', 'The exit code pattern does not match the output'],
		['where a word means it', 'RESULT=FAIL', '^RESULT=(\\w+)$', 'The exit code pattern found "FAIL", which is not a whole number'],
		[
			'where it is hexadecimal',
			'RESULT=0x80070005',
			'(\\S+)$',
			'The exit code pattern found "RESULT=0x80070005", which is not a whole number',
		],
		[
			'where it is too large',
			'99999999999999999999',
			'(\\S+)',
			'The exit code pattern found "99999999999999999999", which is not a whole number',
		],
		['where it is empty', 'a7', '(\\d*)', 'The exit code pattern found "", which is not a whole number'],
		['where it is long', `X=${'é'.repeat(100)}`, 'X=(.*)', `The exit code pattern found "${'é'.repeat(60)}…", which is not a whole number`],
		['where it goes over lines', 'X=a\nb', 'X=([^]*)', 'The exit code pattern found "a\\nb", which is not a whole number'],
		[
			'where another group has it',
			'FAIL=7',
			'^OK=(\\d+)|FAIL=(\\d+)$',
			'The exit code pattern matches the output, but its first group has no part in the match',
		],
		[
			'where the group was left out',
			'done',
			'done(?:=(\\d+))?',
			'The exit code pattern matches the output, but its first group has no part in the match',
		],
	])('is missing %s, and it is said why', (_, output, pattern, why) => {
		expect(missing(output, pattern)).toBe(why);
		expect(printed(output, pattern)).toBeUndefined();
	});

	it('is the last of many', () => {
		fc.assert(
			fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 9 }), fc.constantFrom('\n', '\r\n'), (codes, lineBreak) => {
				const output = codes.map((code) => `work${lineBreak}RESULT=${code}${lineBreak}`).join('');
				expect(printed(output, marker)).toBe(codes.at(-1));
			}),
			fuzz(30),
		);
	});
});

describe('whatever a pattern is, and whatever a device writes to meet it, the search ends', () => {
	// JavaScript's own search would take hours on the first two; searchSpeed.test.ts has more and longer ones.
	it.each([
		['^(a+)+$=(\\d+)', 'a'.repeat(60)],
		['(?:a|a)*b(\\d)', 'a'.repeat(60)],
		['([^]+)+[^]*([^]*)!', 'a\n'.repeat(60)],
	])('with %s', (pattern, output) => {
		expect(printed(output, pattern)).toBeUndefined();
	});

	it.each([
		['a reference to a group', '(a+)\\1', 'looks ahead or behind, or refers back to a group'],
		['a reference by name', '(?<x>a+)\\k<x>', 'looks ahead or behind, or refers back to a group'],
		['a look ahead', '(?=(a+))b', 'looks ahead or behind, or refers back to a group'],
		['a look behind', '(?<!x)(a)', 'looks ahead or behind, or refers back to a group'],
		['a count of counts', '(?:(a){50}){50}', 'is too long'],
		['many groups within each other', `${'('.repeat(5_000)}a${')'.repeat(5_000)}`, 'is too long'],
		['a large optional count', '(a){0,3000}', 'is too long'],
		['a bounded repetition of what may be empty', '(a?){0,3}', 'repeats what may be empty'],
		['an endless repetition of what may be empty', '([^]*)*!', 'repeats what may be empty'],
		['a choice that may be empty, or left out', 'x(|a)?', 'repeats what may be empty'],
	])('but not with %s', (_, pattern, refused) => {
		expect(compile(pattern)).toEqual({ refused });
	});
});

describe('of an output that is too long to be searched', () => {
	const line = `${'x'.repeat(99)}\n`;
	// The more steps a pattern has, the less is searched with it.
	const marker = compiled(`^RESULT=(\\d+)${'y?'.repeat(900)}$`);
	const most = Math.floor(MAX_STATES / marker.length);
	const long = line.repeat(Math.ceil(most / line.length));

	const missingAfter = (unsearched: number) => ({
		missing: `The exit code pattern does not match the output; its first ${unsearched} characters were too many to be searched`,
	});

	it('the end is searched, from the start of a line', () => {
		expect(printedExitCode(`${long}RESULT=7\n${line}`, marker)).toEqual({ code: 7 });
		const { searched } = searchLast(`${long}RESULT=7\n${line}`, marker);
		const unsearched = long.length + 'RESULT=7\n'.length + line.length - searched;
		expect(unsearched).toBeGreaterThan(0);
		expect(unsearched % line.length).toBe(0);
		expect(long.length - unsearched).toBeGreaterThan(most - 3 * line.length);
	});

	it('it is said how much was left out', () => {
		expect(printedExitCode(`RESULT=0\n${long}`, marker)).toEqual(missingAfter(`RESULT=0\n${line}`.length));
	});

	it('a line that is cut in two is left out', () => {
		const rest = 'x'.repeat(most - 'ULT=0'.length - 2);
		expect(printedExitCode(`RESULT=0\n${rest}\n`, marker)).toEqual(missingAfter('RESULT=0\n'.length));
	});

	it('all is searched where it is no longer than that', () => {
		const rest = 'x'.repeat(most - 'RESULT=0\n'.length);
		expect(printedExitCode(`RESULT=0\n${rest}`, marker)).toEqual({ code: 0 });
		expect(printedExitCode(`RESULT=0\n${rest}x`, marker)).toEqual(missingAfter('RESULT=0\n'.length));
		expect(printedExitCode('x'.repeat(most), marker)).toEqual({ missing: 'The exit code pattern does not match the output' });
	});

	it('nothing is searched where it has no lines', () => {
		const output = `RESULT=0${'x'.repeat(most)}`;
		expect(printedExitCode(output, marker)).toEqual(missingAfter(output.length));
	});
});
