import fc from 'fast-check';
import { onZod, ZODS } from '../result/eachZod';
import type { Property } from './property';
import { propertiesOf } from './property';

const text = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 40 }),
	fc
		.array(fc.constantFrom('\\', '"', '\n', '\r', '\t', '\0', '\x1b', '\\n', '}', '{', ',', 'a'), { maxLength: 20 })
		.map((parts) => parts.join('')),
);
const document = fc.record({
	script_name: text,
	exit_code: fc.integer({ min: -(2 ** 31), max: 2 ** 32 }),
	script_output: text,
	script_errors: text,
});

const RAW: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** JSON whose control characters are not escaped. */
function unescaped(json: string): string {
	return json.replace(/\\(u00[01][0-9a-f]|.)/g, (whole, what: string) =>
		what.length > 1 ? String.fromCharCode(parseInt(what.slice(1), 16)) : (RAW[what] ?? whole),
	);
}

export const transcriptProperties: Property[] = ZODS.flatMap((zod) => {
	const { readTranscript } = onZod(zod, () =>
		jest.requireActual<typeof import('../../../nodes/DefenderLiveResponse/result/transcript')>(
			'../../../nodes/DefenderLiveResponse/result/transcript',
		),
	);
	const transcriptOf = (json: string) => {
		const read = readTranscript(json);
		if (!('transcript' in read)) return undefined;
		const { exit_code: found, ...others } = read.transcript;
		return { ...others, exit_code: 'code' in found ? found.code : null };
	};
	return propertiesOf(`transcript (${zod})`, {
		'the fields of any document come back': fc.property(
			document,
			fc.constantFrom(undefined, '\t', 2),
			fc.constantFrom('', '\0', '\n\0\0'),
			(fields, indent, padding) => {
				const { script_errors, ...others } = fields;
				expect(transcriptOf(padding + JSON.stringify(fields, null, indent) + padding)).toEqual({ ...others, script_error: script_errors });
			},
		),
		'they come back where control characters were not escaped': fc.property(document, (fields) => {
			const { script_errors, ...others } = fields;
			expect(transcriptOf(unescaped(JSON.stringify(fields)))).toEqual({ ...others, script_error: script_errors });
		}),
		'a document that was cut off is not read': fc.property(document, fc.nat(), (fields, at) => {
			const whole = JSON.stringify(fields);
			expect(readTranscript(whole.slice(0, at % whole.length))).toHaveProperty('unreadable');
		}),
		'any text is read without an exception, or comes back': fc.property(fc.oneof(text, fc.json()), (any) => {
			const read = readTranscript(any);
			expect('unreadable' in read ? read.unreadable : any).toBe(any);
		}),
	});
});
