import { plainValue } from '../../../nodes/DefenderLiveResponse/host/plainText';

it.each<[string, string, string]>([
	['plain text', 'Grüße, 日本語\n\tend', 'Grüße, 日本語\n\tend'],
	['colours', '\x1b[31mred\x1b[0m', 'red'],
	['what hides text', '\x1b[8mhidden\x1b[28m', 'hidden'],
	['a moved cursor', 'a\x1b[2;5Hb\x1b[2Kc\x1b[?25ld', 'abcd'],
	['a title, ended by a bell', '\x1b]0;title\x07text', 'text'],
	['a title, ended by a sequence', '\x1b]0;title\x1b\\text', 'text'],
	['a title that does not end', '\x1b]0;title', ']0;title'],
	['a sequence that does not end', '\x1b[31', '[31'],
	['several of them', '\x1b[1ma\x1b]2;x\x07b\x1b[mc', 'abc'],
	['control characters', 'a\0b\x07c\rd\x7fe\x9bf', 'abcdef'],
	['marks that turn the direction of text', 'a\u202eb\u2066c', 'abc'],
	['characters without width', 'a\u200bb\ufeffc\u00add', 'abcd'],
	['tags, which spell instructions', 'a\u{E0041}\u{E0042}b', 'ab'],
	['variation selectors', 'a\ufe0fb', 'ab'],
	['fillers', 'a\u3164b\u2800c\u115fd', 'abcd'],
	['separators of lines and paragraphs', 'a\u2028b\u2029c', 'abc'],
	['halves of characters', 'a\ud800b', 'ab'],
	['characters of private use', 'a\ue000b', 'ab'],
])('%s: what is not seen is taken out', (_, text, expected) => {
	expect(plainValue(text)).toBe(expected);
});

it('holds for all texts of an item and its keys, and for nothing else', () => {
	expect(plainValue({ 'a\0': ['b\x07', { 'c\u200b': 'd\x1b[1m' }], e: 5, f: null, g: true, h: undefined, i: [] })).toEqual({
		a: ['b', { c: 'd' }],
		e: 5,
		f: null,
		g: true,
		h: undefined,
		i: [],
	});
	for (const value of [0, false, null, undefined]) expect(plainValue(value)).toBe(value);
});
