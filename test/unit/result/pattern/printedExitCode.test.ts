import fc from 'fast-check';
import type { Program } from '../../../../nodes/DefenderLiveResponse/result/pattern/compile';
import { compile } from '../../../../nodes/DefenderLiveResponse/result/pattern/compile';
import { printedExitCode } from '../../../../nodes/DefenderLiveResponse/result/pattern/printedExitCode';
import { MAX_STATES } from '../../../../nodes/DefenderLiveResponse/result/pattern/search';
import { fuzz } from '../fuzzRuns';

function compiled(pattern: string): Program {
	const program = compile(pattern);
	if ('refused' in program) throw new Error(`${pattern} ${program.refused}`);
	return program;
}

const printed = (output: string, pattern: string) => printedExitCode(output, compiled(pattern)).code;

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
	])('of %j is %s', (output, expected) => {
		expect(printed(output, marker)).toBe(expected);
	});

	it('is unknown where the group took no part in the match', () => {
		expect(printed('done', 'done(?:=(\\d+))?')).toBeUndefined();
	});

	it('is found by a pattern that also matches nothing', () => {
		expect(printed('a7', '(\\d*)')).toBeUndefined();
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

	it('the end is searched, from the start of a line', () => {
		const { code, unsearched } = printedExitCode(`${long}RESULT=7\n${line}`, marker);
		expect(code).toBe(7);
		expect(unsearched).toBeGreaterThan(0);
		expect(unsearched % line.length).toBe(0);
		expect(long.length - unsearched).toBeGreaterThan(most - 3 * line.length);
	});

	it('it is said how much was left out', () => {
		expect(printedExitCode(`RESULT=0\n${long}`, marker)).toEqual({ unsearched: `RESULT=0\n${line}`.length });
	});

	it('a line that is cut in two is left out', () => {
		const rest = 'x'.repeat(most - 'ULT=0'.length - 2);
		expect(printedExitCode(`RESULT=0\n${rest}\n`, marker)).toEqual({ unsearched: 'RESULT=0\n'.length });
	});

	it('all is searched where it is no longer than that', () => {
		const rest = 'x'.repeat(most - 'RESULT=0\n'.length);
		expect(printedExitCode(`RESULT=0\n${rest}`, marker)).toEqual({ code: 0, unsearched: 0 });
		expect(printedExitCode(`RESULT=0\n${rest}x`, marker)).toEqual({ unsearched: 'RESULT=0\n'.length });
	});

	it('nothing is searched where it has no lines', () => {
		const output = `RESULT=0${'x'.repeat(most)}`;
		expect(printedExitCode(output, marker)).toEqual({ unsearched: output.length });
	});
});
