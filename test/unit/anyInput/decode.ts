import fc from 'fast-check';
import { decodeText } from '../../../nodes/DefenderLiveResponse/result/decode';
import { propertiesOf } from './property';

const BOM = '\uFEFF';
const ENCODERS = {
	'utf-8': (text: string) => Buffer.from(text, 'utf8'),
	'utf-16le': (text: string) => Buffer.from(text, 'utf16le'),
	'utf-16be': (text: string) => Buffer.from(text, 'utf16le').swap16(),
};
const encoding = fc.constantFrom(...(Object.keys(ENCODERS) as Array<keyof typeof ENCODERS>));
const text = fc.string({ unit: 'binary', maxLength: 60 });
const bytes = fc.oneof(
	fc.uint8Array({ maxLength: 60 }),
	fc
		.array(fc.constantFrom(0, 0xff, 0xfe, 0xef, 0xbb, 0xbf, 0x41, 0x7b, 0x22, 0xd8, 0xdc, 0xc3, 0x80), { maxLength: 12 })
		.map((list) => Uint8Array.from(list)),
);

export const decodeProperties = propertiesOf('decode', {
	'any bytes give text, marked as damaged where a character was replaced': fc.property(bytes, (input) => {
		const { text: read, damaged } = decodeText(input);
		expect(read.length).toBeLessThanOrEqual(input.length);
		if (damaged) expect(read).toContain('\uFFFD');
	}),
	'text that is not damaged has all of its bytes': fc.property(bytes, (input) => {
		const { text: read, encoding: recognised, damaged } = decodeText(input);
		if (damaged) return;
		const again = ENCODERS[recognised](read);
		const mark = ENCODERS[recognised](BOM);
		const isMarked = Buffer.from(input).subarray(0, mark.length).equals(mark);
		expect((isMarked ? Buffer.concat([mark, again]) : again).equals(input)).toBe(true);
	}),
	'any text behind a byte order mark comes back, in three encodings': fc.property(encoding, text, (name, written) => {
		expect(decodeText(ENCODERS[name](BOM + written))).toEqual({ text: written, encoding: name, damaged: false });
	}),
	'any document without a mark comes back, in three encodings': fc.property(
		encoding,
		fc.constantFrom('{"', '{\r\n', '[ ', '{}'),
		text,
		(name, start, rest) => {
			expect(decodeText(ENCODERS[name](start + rest))).toEqual({ text: start + rest, encoding: name, damaged: false });
		},
	),
	'any UTF-8 text without NULs comes back': fc.property(
		text.filter((written) => !written.includes('\0') && !written.startsWith(BOM)),
		(written) => expect(decodeText(Buffer.from(written))).toEqual({ text: written, encoding: 'utf-8', damaged: false }),
	),
});
