import { compile } from '../../../../nodes/DefenderLiveResponse/result/pattern/compile';
import { searchLast } from '../../../../nodes/DefenderLiveResponse/result/pattern/search';

const TEXTS = [
	'', 'a', 'b', 'ab', 'ba', 'aa', 'aab', 'abab', 'aaaa', 'xay', 'a\nb', 'a\r\nb\n', '\na', 'ab12', 'RESULT=7', 'RESULT=7\nRESULT=12\n', 'x RESULT=3',
	'a-b', 'a_b c', '1.5', '(a)', '[a]', '{a}', 'a{2}', 'a\\b', 'é', 'aé1', '😀', 'a\u2028b', 'a\u2029b', 'ÿĀ', '\t \0', 'cd|e', 'aAzZ', ']', '}', 'a*b', 'b1a2', 'code: -15 ', '$1^',
];

/** What JavaScript's own search finds last: whether anything matches, and its first group, where there is one. */
function own(text: string, pattern: string) {
	const last = [...text.matchAll(new RegExp(pattern, 'gm'))].pop();
	return { matched: last !== undefined, group: last?.[1], searched: text.length };
}

it.each([
	// Alternatives, in each place.
	'(a|b)', '(a)|(b)', '(ab|a)b', '(a|ab)b?', 'a(1|2|b|)', '(?:a|b)+(\\d)', '(a|)b', '(|a)b', '((a)|b)', 'x|(a)', '(RESULT|code)[=:] ?(?:-?\\d+)',
	// Quantifiers, greedy and lazy.
	'(a*)', '(a+)', '(a?)', '(a*?)', '(a+?)', '(a??)', '(a*?)b', '(a+?)b', '(a??)b', '(a{2})', '(a{2,})', '(a{1,2})', '(a{0,2})b', '(a{1,3}?)', '(a{2,}?)', '(a{0})b', '(?:a{0,1})(b)',
	'((?:ab)+)', '(?:ab){2}(a?)', '(?:(a)|b)+', '(?:(a)|b){2}', '(?:(a)|b){1,2}', '(?:(a)|b)*?', '(a{0,1}?)a', '(?:a|b){2,3}(.?)', '(a|b)*', '(?:a*){2}(b)', '(?:(a)?){3}b', '(?:x?)(a)', 'a{,2}', '(a{2)', '(a{})', '(a{b})',
	// Places.
	'^(a)', '(a)$', '^(a)$', '^(.*)$', '\\b(a)', '(a)\\b', '\\B(a)', '(a)\\B', '\\b(\\w+)\\b', '^RESULT=(\\d+)$', '(^)', '($)', '(^|x)a', '(a)(?:$|y)', '\\b(é)', '\\B(é)', '^(\\d)', '(?:^)(b)',
	// Characters, classes and escapes.
	'(.)', '(\\d)', '(\\D)', '(\\w)', '(\\W)', '(\\s)', '(\\S)', '([ab])', '([^ab])', '([a-z]+)', '([A-Z\\d]+)', '([\\]}])', '([^])', '([])', '(])', '(})', '(\\.)', '(\\*)', '(\\\\)', '(\\[)',
	'(\\x61)', '(\\u0061)', '(\\n)', '(\\r\\n)', '(\\t)', '(\\0)', '(\\cJ)', '(\\c)', '(é)', '(\\u00ff)', '(\\u0100)', '(Ā)', '(\\u00e9)', '([é-ÿ])', '(\\|)', '(\\()', '(\\-)', '(\\/)', '(\\$)', '(\\^)', '(\\{)',
	// Groups of every kind; the first one counts.
	'(?:a)(b)', '(?<n>a)', '(?<n>a)(?<m>b)', '((a)b)', '(?:(a)b)', '(a)(b)?', '(a)?(b)', '()', '(?:)', 'a', 'a|b', '(?:a(b))?', '(?:(a)?b)+', '(?:(a)|(b))+', '(?:(a)|\\d|b)+',
])('%s', (pattern) => {
	const program = compile(pattern);
	if ('refused' in program) throw new Error(program.refused);
	for (const text of TEXTS) expect([text, searchLast(text, program)]).toEqual([text, own(text, pattern)]);
});

it('also where matches touch each other, or are empty', () => {
	for (const pattern of ['(a|)', '(a*)', '(\\b)', '(^)', '($)', '(aa|a)', '(a)(?:a|b)?']) {
		const program = compile(pattern);
		if ('refused' in program) throw new Error(program.refused);
		for (const text of ['aaa', 'aab aa', 'a\na\n', 'ba']) expect([text, searchLast(text, program)]).toEqual([text, own(text, pattern)]);
	}
});

describe('a pattern is refused', () => {
	const many = (count: number) => 'a'.repeat(count);

	const patterns: Array<[string, string | undefined]> = [
		['(a)\\1', 'looks ahead or behind, or refers back to a group'],
		['(?<n>a)\\k<n>', 'looks ahead or behind, or refers back to a group'],
		['(\\141)', 'looks ahead or behind, or refers back to a group'],
		['(?=a)', 'looks ahead or behind, or refers back to a group'],
		['(?!a)', 'looks ahead or behind, or refers back to a group'],
		['(?<=a)', 'looks ahead or behind, or refers back to a group'],
		['(?<!a)', 'looks ahead or behind, or refers back to a group'],
		['(?:a*){1,2}', 'repeats what may be empty'],
		['(?:a*){2,}', 'repeats what may be empty'],
		['(?:a*)*', 'repeats what may be empty'],
		['(?:a?|b){0,2}', 'repeats what may be empty'],
		['(?:b|a?){2,3}', 'repeats what may be empty'],
		['(?:^){2,4}', 'repeats what may be empty'],
		['(?:(a)?){3,4}', 'repeats what may be empty'],
		['(?:a|b){2}', undefined],
		['(?:a?b){2}', undefined],
		['(?:a*)?', 'repeats what may be empty'],
		['(?:a*){2}', undefined],
		['(?:a*){1}', undefined],
		[many(2_000), undefined],
		[many(2_001), 'is too long'],
		['a{2000}', undefined],
		['a{2001}', 'is too long'],
		[`(?:${many(399)}){0,5}`, undefined],
		[`(?:${many(399)}){0,6}`, 'is too long'],
		[`(?:${many(399)}){1,6}`, 'is too long'],
		['a{0,1001}', 'is too long'],
		['a{1500}b{501}', 'is too long'],
		['(?:ab){1001}', 'is too long'],
		['(?:a{0,100}){0,100}', 'repeats what may be empty'],
		['(?:ab{0,100}){0,100}', 'is too long'],
	];
	const named = patterns.map(([pattern, refused]) => [pattern.replace(/(.)\1{20,}/g, '$1…'), refused, pattern] as const);

	it.each(named)('%s: %s', (_, refused, pattern) => {
		expect((compile(pattern) as { refused?: string }).refused).toBe(refused);
	});
});
