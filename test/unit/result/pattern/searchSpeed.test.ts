import { compile } from '../../../../nodes/DefenderLiveResponse/result/pattern/compile';
import { printedExitCode } from '../../../../nodes/DefenderLiveResponse/result/pattern/printedExitCode';
import { MAX_STATES, searchLast } from '../../../../nodes/DefenderLiveResponse/result/pattern/search';

// Each takes JavaScript's own search minutes to years on the text beside it.
it.each([
	['nested repetition', '^(a+)+$=(\\d+)', 'a'],
	['repeated alternatives', '(?:a|a)*b(\\d)', 'a'],
	['words and blanks', '^(\\w+\\s?)*$', 'word '],
	['many repetitions in a row', '.*.*.*.*.*=(\\d+)x', '='],
	['overlapping repetitions', '(x+x+)+y', 'x'],
	['a repetition of everything', '([^]+)+[^]*([^]*)!', 'a\n'],
	['thirty optional letters', `${'a?'.repeat(30)}${'a'.repeat(30)}(b)`, 'a'],
	['digits at the end', '(\\d+)\\s*$!', '1'],
	['a large count', '(?:a{1,30}){1,30}(b)', 'a'],
	['lazy repetition', '(.+?)+?!', 'a'],
])('the search ends with %s anyway', (_, pattern, part) => {
	const program = compile(pattern);
	if ('refused' in program) throw new Error(program.refused);
	// As much as is searched at most.
	const output = part.repeat(Math.floor(MAX_STATES / program.length / part.length));
	expect(searchLast(output, program).searched).toBe(output.length);
	expect(printedExitCode(output, program)).toHaveProperty('missing');
});
