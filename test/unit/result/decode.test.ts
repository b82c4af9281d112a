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

it.each([
	['half a mark', [0xff]],
	['a byte that UTF-8 never has', [0x41, 0xff, 0x42]],
	['half a character', [0x41, 0xc3]],
	['a Latin-1 umlaut', [0x47, 0x72, 0xfc, 0xdf, 0x65]],
	['half a UTF-16 unit', [0xff, 0xfe, 0x41]],
	['a lone surrogate', [0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00]],
])('replaces %s and says so', (_, bytes) => {
	const { text, damaged } = decodeText(Uint8Array.from(bytes));
	expect(damaged).toBe(true);
	expect(text).toContain('\uFFFD');
});

it('keeps what is readable around broken bytes', () => {
	expect(decodeText(Uint8Array.from([0x47, 0x72, 0xfc, 0xdf, 0x65])).text).toMatch(/^Gr\uFFFD+e$/);
});
