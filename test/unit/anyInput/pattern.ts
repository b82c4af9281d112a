import fc from 'fast-check';
import type { Program } from '../../../nodes/DefenderLiveResponse/result/pattern/compile';
import { compile } from '../../../nodes/DefenderLiveResponse/result/pattern/compile';
import { searchLast } from '../../../nodes/DefenderLiveResponse/result/pattern/search';
import { propertiesOf } from './property';

const atom = fc.constantFrom(
	'a',
	'b',
	'1',
	'.',
	'\\d',
	'\\w',
	'\\s',
	'[ab]',
	'[^a]',
	'[^]',
	'\\n',
	'\\x61',
	'\\u0031',
	'\\0',
	'{',
	'}',
	']',
	'\\.',
	'=',
	'é',
	'\\cJ',
	'[\\]\\\\b]',
);
const place = fc.constantFrom('^', '$', '\\b', '\\B');
const quantifier = fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{0,2}', '{1,3}?', '{2,}', '{0}');

/** Any pattern that can be written with these parts. */
const { pattern } = fc.letrec<{ pattern: string; sequence: string; piece: string; group: string }>((tie) => ({
	pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((all) => all.join('|')),
	sequence: fc.array(tie('piece'), { maxLength: 4 }).map((all) => all.join('')),
	piece: fc.oneof(
		{ depthSize: 'small', withCrossShrink: true },
		atom,
		place,
		fc.tuple(fc.oneof(atom, tie('group')), quantifier).map(([what, times]) => what + times),
		tie('group'),
	),
	group: fc.tuple(fc.constantFrom('(', '(?:', '(?<n>'), tie('pattern')).map(([open, inner]) => `${open}${inner})`),
}));

const text = fc.string({
	unit: fc.constantFrom('a', 'b', '1', '2', ' ', '\n', '\r', '=', '.', ']', '\\', '\0', 'é', '{', '\u2028'),
	maxLength: 12,
});

function lastGroup(source: string, output: string): string | undefined {
	let group: string | undefined;
	for (const match of output.matchAll(new RegExp(source, 'gm'))) group = match[1];
	return group;
}

/** Whether JavaScript takes the pattern, and the node does. */
function isPattern(source: string): boolean {
	try {
		new RegExp(source);
		return Array.isArray(compile(source));
	} catch {
		return false;
	}
}

export const patternProperties = propertiesOf('exit code pattern', {
	"finds what JavaScript's own search finds": fc.property(pattern.filter(isPattern), text, (source, output) => {
		const { group } = searchLast(output, compile(source) as Program);
		// An empty group is not an exit code either; of what may be empty JavaScript now and then says that it took no part.
		expect(group || undefined).toBe(lastGroup(source, output) || undefined);
	}),
});
