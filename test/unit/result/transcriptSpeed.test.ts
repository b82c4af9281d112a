import { readTranscript } from '../../../nodes/DefenderLiveResponse/result/transcript';

it.each([
	['line breaks', '\n'],
	['quotes', '\\"'],
	['backslashes', '\\\\'],
	['letters', 'ab'],
	['a mixture', 'C:\\\\x\t\r\n\\"q\\" '],
])('reads 4 MB of %s in no time', (_, piece) => {
	const document = `{"script_output":"${piece.repeat(Math.ceil(4e6 / piece.length))}\n","exit_code":6}\0`;
	const began = Date.now();
	expect(readTranscript(document)).toMatchObject({ transcript: { exit_code: 6 } });
	expect(Date.now() - began).toBeLessThan(3_000);
});
