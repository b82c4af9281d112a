import { decodeText } from '../../../nodes/DefenderLiveResponse/result/decode';

// The live service pads its output with NULs, so that they may stand around a document too.
const behindNuls = (count: number) => {
	const text = `${'\0'.repeat(count)}{"exit_code":0}`;
	expect(decodeText(Buffer.from(text)).text).toBe(text);
};
it.each([0, 2, 3, 4])('takes UTF-8 behind %i NULs for UTF-8', behindNuls);
it('takes UTF-8 behind a single NUL for UTF-8', () => behindNuls(1));

it.each([
	['nothing', [], ''],
	['one letter', [0x41], 'A'],
	['one NUL', [0x00], '\0'],
	['a UTF-8 mark alone', [0xef, 0xbb, 0xbf], ''],
	['a UTF-16 LE mark alone', [0xff, 0xfe], ''],
	['a UTF-16 BE mark alone', [0xfe, 0xff], ''],
	['a character of four bytes', [0xf0, 0x9f, 0x98, 0x80], '😀'],
])('reads %s', (_, bytes, text) => {
	expect(decodeText(Uint8Array.from(bytes))).toMatchObject({ text, damaged: false });
});

it.each<[string, number[], string, string]>([
	['a mark of UTF-16 LE', [0xff, 0xfe, 0x41, 0x00], 'utf-16le', 'A'],
	['a mark of UTF-16 BE', [0xfe, 0xff, 0x00, 0x41], 'utf-16be', 'A'],
	['UTF-16 LE', [0x41, 0x00, 0x42, 0x00], 'utf-16le', 'AB'],
	['UTF-16 BE', [0x00, 0x41, 0x00, 0x42], 'utf-16be', 'AB'],
	['a single character of UTF-16 LE', [0x41, 0x00], 'utf-16le', 'A'],
	['a single character of UTF-16 BE', [0x00, 0x41], 'utf-16be', 'A'],
	['a letter before a stray NUL', [0x41, 0x00, 0x42, 0x43], 'utf-8', 'A\0BC'],
	['a letter behind a stray NUL', [0x00, 0x41, 0x42, 0x43], 'utf-8', '\0ABC'],
	['two NULs', [0x00, 0x00, 0x41, 0x00], 'utf-8', '\0\0A\0'],
	['two letters before a NUL', [0x41, 0x42, 0x00, 0x00], 'utf-8', 'AB\0\0'],
	['a highest letter of ASCII in UTF-16 LE', [0x7f, 0x00, 0x42, 0x00], 'utf-16le', '\x7fB'],
	['a highest letter of ASCII in UTF-16 BE', [0x00, 0x7f, 0x00, 0x42], 'utf-16be', '\x7fB'],
	['a broken byte before NULs', [0x80, 0x00, 0x42, 0x00], 'utf-8', '\ufffd\0B\0'],
	['a broken byte behind a NUL', [0x00, 0x80, 0x00, 0x42], 'utf-8', '\0\ufffd\0B'],
	['half a mark of UTF-16 LE', [0xff, 0x41], 'utf-8', '\ufffdA'],
	['half a mark of UTF-16 BE', [0xfe, 0x41], 'utf-8', '\ufffdA'],
	['the other half of a mark', [0x41, 0xfe], 'utf-8', 'A\ufffd'],
	['the other half of the other mark', [0x41, 0xff], 'utf-8', 'A\ufffd'],
])('takes %s for what it is', (_, bytes, encoding, text) => {
	expect(decodeText(Uint8Array.from(bytes))).toMatchObject({ encoding, text });
});

it.each([
	['half a mark', [0xff]],
	['a byte that UTF-8 never has', [0x41, 0xff, 0x42]],
	['half a character', [0x41, 0xc3]],
	['a Latin-1 umlaut', [0x47, 0x72, 0xfc, 0xdf, 0x65]],
	['half a UTF-16 unit', [0xff, 0xfe, 0x41]],
	['a lone surrogate', [0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00]],
	['a lone surrogate of UTF-16 BE', [0xfe, 0xff, 0xd8, 0x00, 0x00, 0x41]],
])('replaces %s and says so', (_, bytes) => {
	const { text, damaged } = decodeText(Uint8Array.from(bytes));
	expect(damaged).toBe(true);
	expect(text).toContain('\uFFFD');
});

it('keeps what is readable around broken bytes', () => {
	expect(decodeText(Uint8Array.from([0x47, 0x72, 0xfc, 0xdf, 0x65])).text).toMatch(/^Gr\uFFFD+e$/);
});

it('knows nothing of damaged bytes that it read before', () => {
	decodeText(Uint8Array.from([0x41, 0xe2, 0x82]));
	expect(decodeText(Buffer.from('\u20ac'))).toMatchObject({ text: '\u20ac', damaged: false });
});
