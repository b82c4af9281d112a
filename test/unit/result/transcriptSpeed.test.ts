import { readTranscript } from '../../../nodes/DefenderLiveResponse/result/transcript';

it.each([
	['line breaks', '\n'],
	['quotes', '\\"'],
	['backslashes', '\\\\'],
	['letters', 'ab'],
	['a mixture', 'C:\\\\x\t\r\n\\"q\\" '],
])('reads 4 MB of %s, in one pass', (_, piece) => {
	const document = `{"script_output":"${piece.repeat(Math.ceil(4e6 / piece.length))}\n","exit_code":6}\0`;
	expect(readTranscript(document)).toMatchObject({ transcript: { exit_code: { code: 6 } } });
});
