import fc from 'fast-check';
import { chunksByLength, literal, query } from '../../../nodes/DefenderLiveResponse/service/odata';
import { anyCharacter } from '../result/anyCharacter';
import { fuzz } from '../result/fuzzRuns';

it.each([
	['abc', "'abc'"],
	["O'Neil", "'O''Neil'"],
	["'", "''''"],
	["' or 1 eq 1 or 'a' eq '", "''' or 1 eq 1 or ''a'' eq '''"],
	['', "''"],
	['a\\b', "'a\\b'"],
])('writes %j as %s', (value, expected) => {
	expect(literal(value)).toBe(expected);
});

it('writes a query that a URL can hold, without what is missing', () => {
	expect(query({ filter: "name eq 'a & b#?'", top: 5 })).toBe("?$filter=name%20eq%20'a%20%26%20b%23%3F'&$top=5");
	expect(query({ filter: '', top: undefined })).toBe('');
	expect(query({ skip: 0 })).toBe('?$skip=0');
	const text = fc.string({ unit: anyCharacter, minLength: 1 });
	fc.assert(
		fc.property(text, fc.nat(), (filter, top) => {
			const url = new URL(`https://host/api/x${query({ filter, top })}`);
			expect([...url.searchParams]).toEqual([
				['$filter', filter],
				['$top', String(top)],
			]);
			expect(url.hash).toBe('');
		}),
		fuzz(),
	);
});

describe('chunks', () => {
	const encodedList = (values: string[]) => encodeURIComponent(values.map((value) => literal(value)).join(','));

	it('keep all values in their order, and each within its length', () => {
		fc.assert(
			fc.property(fc.array(fc.string({ unit: anyCharacter, maxLength: 30 })), fc.integer({ min: 20, max: 300 }), (values, longest) => {
				const chunks = chunksByLength(values, longest);
				expect(chunks.flat()).toEqual(values);
				for (const chunk of chunks) {
					expect(chunk.length).toBeGreaterThan(0);
					// A value that is too long by itself goes alone.
					if (chunk.length > 1) expect(encodedList(chunk).length).toBeLessThanOrEqual(longest);
				}
			}),
			fuzz(),
		);
	});

	it('are as few as can be', () => {
		const ids = Array.from({ length: 100 }, () => '20d1de3f-0000-4715-8bed-a92223c50000');
		expect(chunksByLength(ids, 1_000_000)).toHaveLength(1);
		expect(chunksByLength(ids, 1_800).length).toBeLessThanOrEqual(3);
		expect(chunksByLength([], 10)).toEqual([]);
		expect(chunksByLength(['a', 'b'], 1)).toEqual([['a'], ['b']]);
	});
});
