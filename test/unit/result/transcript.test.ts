import { onZod, ZODS } from './eachZod';

/** As printed on Microsoft's page of 2021, with a line break inside of a string. */
const MICROSOFTS_SAMPLE = String.raw`{
    "script_name": "minidump.ps1",
    "exit_code": 0,
    "script_output": "Transcript started, output file is C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Temp\\PSScriptOutputs\\PSScript_Transcript_{TRANSCRIPT_ID}.txt
C:\\windows\\TEMP\\OfficeClickToRun.dmp.zip\n51 MB\n\u0000\u0000\u0000",
    "script_error":""
}`;

/** As the live service sent it to an open-source client in 2022. */
const CAPTURED_SAMPLE = String.raw`{"script_name":"test_script.ps1","exit_code":0,"script_output":"Transcript started, output file is C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Temp\\PSScriptOutputs\\PSScript_Transcript_{1954B499-0000-4000-8000-000000000000}.txt\n\u0000","script_errors":""}`;

const FOLDER = 'C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Temp\\PSScriptOutputs\\';

describe.each(ZODS)('on %s', (zod) => {
	const { readTranscript } = onZod(zod, () =>
		jest.requireActual<typeof import('../../../nodes/DefenderLiveResponse/result/transcript')>(
			'../../../nodes/DefenderLiveResponse/result/transcript',
		),
	);
	const transcriptOf = (text: string) => {
		const read = readTranscript(text);
		if (!('transcript' in read)) return undefined;
		const { exit_code: exitCode, ...others } = read.transcript;
		return { ...others, exit_code: 'code' in exitCode ? exitCode.code : null };
	};

	it("reads Microsoft's sample", () => {
		expect(transcriptOf(MICROSOFTS_SAMPLE)).toEqual({
			script_name: 'minidump.ps1',
			exit_code: 0,
			script_output:
				`Transcript started, output file is ${FOLDER}PSScript_Transcript_{TRANSCRIPT_ID}.txt\n` +
				'C:\\windows\\TEMP\\OfficeClickToRun.dmp.zip\n51 MB\n\0\0\0',
			script_error: '',
		});
	});

	it('reads a captured sample, and keeps it as it came', () => {
		expect(readTranscript(CAPTURED_SAMPLE)).toEqual({
			transcript: {
				script_name: 'test_script.ps1',
				exit_code: { code: 0 },
				script_output: `Transcript started, output file is ${FOLDER}PSScript_Transcript_{1954B499-0000-4000-8000-000000000000}.txt\n\0`,
				script_error: '',
			},
			raw: JSON.parse(CAPTURED_SAMPLE) as unknown,
		});
	});

	it.each([
		['names of 2021', { name: 'a.ps1', exit_code: 1, script_output: 'out', script_error: 'err' }],
		['names of today', { script_name: 'a.ps1', exit_code: 1, script_output: 'out', script_errors: 'err' }],
		['the names of the sample of 2021', { script_name: 'a.ps1', exit_code: 1, script_output: 'out', script_error: 'err' }],
		['both', { script_name: 'a.ps1', name: 'other', exit_code: 1, script_output: 'out', script_errors: 'err', script_error: 'other' }],
		[
			'null under the one name',
			{ script_name: null, name: 'a.ps1', exit_code: 1, script_output: 'out', script_errors: null, script_error: 'err' },
		],
		['unknown keys', { script_name: 'a.ps1', exit_code: 1, script_output: 'out', script_errors: 'err', error: { deep: [1] } }],
	])('reads %s', (_, document) => {
		expect(readTranscript(JSON.stringify(document))).toEqual({
			transcript: { script_name: 'a.ps1', exit_code: { code: 1 }, script_output: 'out', script_error: 'err' },
			raw: document,
		});
	});

	it('has no exit code where the key is missing, and no output', () => {
		expect(transcriptOf('{"script_output":"x"}')).toMatchObject({ exit_code: null, script_output: 'x' });
		expect(transcriptOf('{"exit_code":7}')).toEqual({ script_name: null, exit_code: 7, script_output: '', script_error: '' });
	});

	it.each([
		['nothing', ''],
		['NULs', '\0\0\0'],
		['plain text', 'Access is denied.'],
		['a page', '<?xml version="1.0"?><Error><Code>BlobNotFound</Code></Error>'],
		['a list', '[{"exit_code":0,"script_output":""}]'],
		['a number', '0'],
		['a string', '"exit_code"'],
		['null', 'null'],
		['an object of something else', '{"error":{"code":"NotFound"}}'],
		['an exit code of the prototype', '{"__proto__":{"exit_code":0,"script_output":"x"}}'],
		['two documents', '{"exit_code":0}{"exit_code":1}'],
		['a document in prose', 'exit_code: {"exit_code":0}'],
		['single quotes', "{'exit_code':0}"],
	])('%s is not a transcript', (_, text) => {
		expect(readTranscript(text)).toEqual({ unreadable: text });
	});

	it('takes NULs, white space and a byte order mark around a document off', () => {
		expect(transcriptOf('\uFEFF\0 \r\n{"exit_code":4,"script_output":"\\u0000"}\n\0\0')).toMatchObject({
			exit_code: 4,
			script_output: '\0',
		});
	});

	it('lets no key reach the prototype', () => {
		const read = readTranscript('{"exit_code":0,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
		expect('transcript' in read && read.transcript.exit_code).toEqual({ code: 0 });
		expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
		expect('transcript' in read && (read.transcript as { polluted?: boolean }).polluted).toBeUndefined();
	});

	it('shows what is not a text as JSON rather than lose it', () => {
		expect(transcriptOf('{"exit_code":0,"script_name":7,"script_output":{"a":["x"]},"script_errors":["no"]}')).toEqual({
			script_name: '7',
			exit_code: 0,
			script_output: '{"a":["x"]}',
			script_error: '["no"]',
		});
	});

	it('reads a raw line break within quotes of the output', () => {
		expect(transcriptOf('{"exit_code":0,"script_output":"say \\"a\nb\\""}')?.script_output).toBe('say "a\nb"');
	});

	it('reads any number of raw control characters', () => {
		const output = '\u0001\n'.repeat(12_000);
		expect(transcriptOf(`{"exit_code":0,"script_output":"${output}"}`)?.script_output).toBe(output);
	});

	it('survives deep nesting', () => {
		const depth = 50_000;
		const nested = '['.repeat(depth) + ']'.repeat(depth);
		expect(readTranscript(nested)).toHaveProperty('unreadable');
		expect(transcriptOf(`{"exit_code":5,"extra":${nested}}`)?.exit_code).toBe(5);
		expect(readTranscript('['.repeat(depth))).toHaveProperty('unreadable');
	});

	it.each([
		[
			'the exit code in the middle',
			'{"script_name":"a.ps1","exit_code":3010,"script_output":"C:\\\\x\\n51 MB\\n\\u0000","script_error":""}',
		],
		['the exit code at the end', '{"script_name":"a.ps1","script_output":"{\\"exit_code\\":1}","script_errors":"","exit_code":3010}'],
	])('does not read a document that was cut off, with %s', (_, whole) => {
		for (let length = 0; length < whole.length; length++) {
			expect(readTranscript(whole.slice(0, length))).toHaveProperty('unreadable');
			expect(readTranscript(`${whole.slice(0, length)}\0\0\n`)).toHaveProperty('unreadable');
		}
	});
});
