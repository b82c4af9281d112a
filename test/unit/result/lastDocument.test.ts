import fc from 'fast-check';
import { lastDocument } from '../../../nodes/DefenderLiveResponse/result/lastDocument';
import { fuzz } from './fuzzRuns';

describe('the last JSON document that begins on a line of its own and goes to the end', () => {
	it.each<[string, unknown]>([
		['{"free":12}', { free: 12 }],
		['log\n{"free":12}', { free: 12 }],
		['log\r\nlog\r\n{"free":12}\r\n\r\n', { free: 12 }],
		['progress\rprogress\r{"free":12}', { free: 12 }],
		['{"a":1}\n{"a":2}', { a: 2 }],
		['{"a":1}\n[\n{"a":2}\n]\n', [{ a: 2 }]],
		['log\n{\n  "a": [\n    1,\n    {"b": "}"}\n  ]\n}', { a: [1, { b: '}' }] }],
		['log\n[\n[1],\n[2]\n]', [[1], [2]]],
		['log\n  {"a":1}  ', { a: 1 }],
		['log\n\uFEFF{"a":1}', { a: 1 }],
		['log [1\n{"a":1}', { a: 1 }],
		['say "hi\n{"a":"x"}', { a: 'x' }],
		['log\n"done"', 'done'],
		['{\n{\n}', {}],
		['log\n7', 7],
		['log\nnull', null],
		['log\n{"a":"\\"}{"}', { a: '"}{' }],
	])('of %j is %j', (text, value) => {
		expect(lastDocument(text)).toEqual(value);
	});

	it.each([
		'',
		'\n',
		'\n\n',
		'log',
		'log\n',
		'{"a":1}\nlog',
		'x {"a":1}',
		'{"a":1} {"b":2}',
		'{"a":1}]',
		'}\n',
		'\n}',
		'[\n}',
		'{\n"a":1\n',
		'log: {\n"a":1\n}',
		'{"a":\n1}}\n',
		'{"a":1},',
		'["x\ny"]',
		"{'a':1}",
		'\uFEFF\uFEFF{}',
	])('is not in %j', (text) => {
		expect(lastDocument(text)).toBeUndefined();
	});

	it('is found behind any lines, written in any way', () => {
		const line = fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', 'a', '1', ' ', '\r', '\t'), maxLength: 12 });
		const value = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.array(fc.jsonValue()));
		fc.assert(
			fc.property(fc.array(line, { maxLength: 6 }), value, fc.constantFrom(undefined, 1, '\t'), (lines, document, indent) => {
				const json = JSON.stringify(document, null, indent);
				expect(lastDocument([...lines, json, ''].join('\n'))).toEqual(JSON.parse(json));
			}),
			fuzz(300),
		);
	});

	it('is what trying each line would find', () => {
		const piece = fc.constantFrom('{', '}', '[', ']', '"a"', '"', ':', ',', '1', '\n', '\n', ' ', '{"a":1}', '[1]');
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
				const text = pieces.join('');
				const starts = [...text.matchAll(/^/gm)].map(({ index }) => index).reverse();
				const tried = starts.map((start) => {
					try {
						return JSON.parse(text.slice(start)) as unknown;
					} catch {
						return undefined;
					}
				});
				expect(lastDocument(text)).toEqual(tried.find((value) => value !== undefined));
			}),
			fuzz(2_000),
		);
	});
});
