import fc from 'fast-check';
import { plainValue } from '../../../nodes/DefenderLiveResponse/host/plainText';
import { propertiesOf } from './property';

const UNSEEN = /(?![\n\t])[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

const text = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 30 }),
	fc
		.array(
			fc.constantFrom(
				'\x1b',
				'\x1b[',
				'\x1b]',
				'31m',
				'0;',
				'8m',
				'\x07',
				'\x1b\\',
				'\x9b',
				'\x9d',
				'\u202e',
				'\u200b',
				'\u{E0041}',
				'\ufe0f',
				'\u3164',
				'\u2800',
				'\u00ad',
				'\ud800',
				'a',
				'\n',
				'\t',
				' ',
			),
			{ maxLength: 12 },
		)
		.map((parts) => parts.join('')),
);
const value = fc.letrec((tie) => ({
	any: fc.oneof(
		{ depthSize: 'small' },
		text,
		fc.integer(),
		fc.boolean(),
		fc.constant(null),
		fc.array(tie('any'), { maxLength: 3 }),
		fc.dictionary(text, tie('any'), { maxKeys: 3 }),
	),
})).any;

/** All texts of a value, its keys as well. */
function textsOf(any: unknown): string[] {
	if (typeof any === 'string') return [any];
	if (typeof any !== 'object' || any === null) return [];
	return Object.entries(any).flatMap(([key, each]) => [key, ...textsOf(each)]);
}

export const plainTextProperties = propertiesOf('plain text for models', {
	'no text and no key holds anything that is not seen': fc.property(value, (any) => {
		return !textsOf(plainValue(any)).some((each) => UNSEEN.test(each));
	}),
	'visible text is not changed': fc.property(fc.string({ unit: 'grapheme-composite', maxLength: 30 }), (any) => {
		return UNSEEN.test(any) || JSON.stringify(plainValue({ [any]: [any] })) === JSON.stringify({ [any]: [any] });
	}),
	'done twice it changes nothing more': fc.property(value, (any) => {
		expect(plainValue(plainValue(any))).toEqual(plainValue(any));
	}),
});
