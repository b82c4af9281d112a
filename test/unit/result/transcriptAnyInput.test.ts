import fc from 'fast-check';
import { onZod, ZODS } from './eachZod';
import { fuzz } from './fuzzRuns';

describe.each(ZODS)('on %s', (zod) => {
	const { readTranscript } = onZod(zod, () =>
		jest.requireActual<typeof import('../../../nodes/DefenderLiveResponse/result/transcript')>(
			'../../../nodes/DefenderLiveResponse/result/transcript',
		),
	);
	const transcriptOf = (text: string) => {
		const read = readTranscript(text);
		return 'transcript' in read ? read.transcript : undefined;
	};

	const text = fc.oneof(
		fc.string({ unit: 'binary', maxLength: 40 }),
		fc.array(fc.constantFrom('\\', '"', '\n', '\r', '\t', '\0', '\x1b', '\\n', '}', '{', ',', 'a'), { maxLength: 20 }).map((parts) => parts.join('')),
	);
	const document = fc.record({
		script_name: text,
		exit_code: fc.integer({ min: -(2 ** 31), max: 2 ** 32 }),
		script_output: text,
		script_errors: text,
	});

	it('brings the fields of any document back', () => {
		fc.assert(
			fc.property(document, fc.constantFrom(undefined, '\t', 2), fc.constantFrom('', '\0', '\n\0\0'), (fields, indent, padding) => {
				const { script_errors, ...others } = fields;
				expect(transcriptOf(padding + JSON.stringify(fields, null, indent) + padding)).toEqual({ ...others, script_error: script_errors });
			}),
			fuzz(),
		);
	});

	it('brings them back where control characters were not escaped', () => {
		const RAW: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
		const unescaped = (json: string) =>
			json
				.replace(/\\(u00[01][0-9a-f]|.)/g, (whole, what: string) =>
					what.length > 1 ? String.fromCharCode(parseInt(what.slice(1), 16)) : (RAW[what] ?? whole),
				);
		fc.assert(
			fc.property(document, (fields) => {
				const { script_errors, ...others } = fields;
				expect(transcriptOf(unescaped(JSON.stringify(fields)))).toEqual({ ...others, script_error: script_errors });
			}),
			fuzz(),
		);
	});

	it.each([
		['the exit code in the middle', '{"script_name":"a.ps1","exit_code":3010,"script_output":"C:\\\\x\\n51 MB\\n\\u0000","script_error":""}'],
		['the exit code at the end', '{"script_name":"a.ps1","script_output":"{\\"exit_code\\":1}","script_errors":"","exit_code":3010}'],
	])('does not read a document that was cut off, with %s', (_, whole) => {
		for (let length = 0; length < whole.length; length++) {
			expect(readTranscript(whole.slice(0, length))).toHaveProperty('unreadable');
			expect(readTranscript(`${whole.slice(0, length)}\0\0\n`)).toHaveProperty('unreadable');
		}
	});

	it('does not read any document that was cut off', () => {
		fc.assert(
			fc.property(document, fc.nat(), (fields, at) => {
				const whole = JSON.stringify(fields);
				expect(readTranscript(whole.slice(0, at % whole.length))).toHaveProperty('unreadable');
			}),
			fuzz(),
		);
	});

	it('reads any text without an exception', () => {
		fc.assert(
			fc.property(fc.oneof(text, fc.json()), (any) => {
				const read = readTranscript(any);
				expect('unreadable' in read ? read.unreadable : any).toBe(any);
			}),
			fuzz(),
		);
	});
});
