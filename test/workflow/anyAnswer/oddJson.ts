import fc from 'fast-check';

/** JSON texts of values that no one expects. None is a 0, which would be a good exit code, and none has a word that a text must not have. */
const ODD = [
	'null',
	'true',
	'false',
	'""',
	'" "',
	'"x"',
	'-1',
	'7',
	'1.5',
	'1e400',
	'1e-400',
	'-1e400',
	'9007199254740993',
	'[]',
	'{}',
	'[null]',
	'[[]]',
	'[{}]',
	'[""]',
	'{"value":1}',
	'{"toString":1}',
	'{"toString":null,"valueOf":null}',
	'{"constructor":{"prototype":1}}',
	'{"__proto__":{"x":1}}',
	'{"length":-1}',
	'{"then":1}',
	'"\\u0000"',
	'"\\ud800"',
	'"\\u202e\\u2066"',
	'"<b>&amp;</b>"',
	'"https://127.0.0.1:9/x?sig=a"',
	'"../../x"',
	'"2026-13-45T99:99:99Z"',
	'"+275760-09-14T00:00:00Z"',
	'"0001-01-01T00:00:00"',
	'"9999-12-31T23:59:59.9999999Z"',
	'"Succeeded"',
	'"failed"',
	'"Pending"',
	'"Completed"',
	'"LiveResponse"',
	'"RunScript"',
	'"GetFile"',
	'"10000000-0000-4000-8000-00000000000f"',
];
const long = (character: string, length: number) => `"${character.repeat(length)}"`;
const nested = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;

/** A JSON text; some are huge or deep, described so that a report can be read. */
export const oddValue: fc.Arbitrary<{ text: string }> = fc.oneof(
	{ weight: 20, arbitrary: fc.constantFrom(...ODD).map((text) => ({ text })) },
	{ weight: 1, arbitrary: fc.constantFrom(20_000, 300_000).map((length) => described(`text of ${length}`, long('é', length))) },
	{ weight: 1, arbitrary: fc.constantFrom(1_000, 20_000).map((depth) => described(`${depth} lists deep`, nested('[', ']', depth))) },
	{ weight: 1, arbitrary: fc.constantFrom(1_000, 20_000).map((depth) => described(`${depth} objects deep`, nested('{"a":', '}', depth))) },
	{
		weight: 1,
		arbitrary: fc.constantFrom(5_000).map((length) => described(`list of ${length}`, `[${Array(length).fill('{"index":1}').join()}]`)),
	},
);

function described(name: string, text: string): { text: string } {
	return Object.defineProperty({ text }, fc.toStringMethod, { value: () => name });
}

export type Change =
	| { how: 'replace'; value: { text: string } }
	| { how: 'remove' | 'wrap' | 'repeat' | 'rename' }
	/** With the value at this place. */
	| { how: 'swap'; other: number };

export const change: fc.Arbitrary<Change> = fc.oneof(
	{ weight: 8, arbitrary: oddValue.map((value) => ({ how: 'replace' as const, value })) },
	{
		weight: 3,
		arbitrary: fc.constantFrom('remove' as const, 'wrap' as const, 'repeat' as const, 'rename' as const).map((how) => ({ how })),
	},
	{ weight: 2, arbitrary: fc.nat(200).map((other) => ({ how: 'swap' as const, other })) },
);

type Place = { holder: Record<string, unknown>; key: string };
/** No text of the service. */
const MARK = '@odd@';

/** All places of a JSON document that hold a value, the document itself first. */
function placesIn(root: { document: unknown }): Place[] {
	const places: Place[] = [{ holder: root, key: 'document' }];
	for (const { holder, key } of places) {
		const value = holder[key];
		if (typeof value !== 'object' || value === null) continue;
		for (const inner of Object.keys(value)) places.push({ holder: value as Record<string, unknown>, key: inner });
	}
	return places;
}

/**
 * Changes a JSON document at one place.
 *
 * @param at counted in breadth, wrapped around
 * @returns undefined where the text is not JSON
 */
export function changeJson(text: string, at: number, what: Change): string | undefined {
	let document: unknown;
	try {
		document = JSON.parse(text);
	} catch {
		return undefined;
	}
	const root = { document };
	const places = placesIn(root);
	const { holder, key } = places[at % places.length];
	const value = holder[key];
	switch (what.how) {
		case 'replace':
			holder[key] = MARK;
			return JSON.stringify(root.document).replace(`"${MARK}"`, () => what.value.text);
		case 'remove':
			if (Array.isArray(holder)) holder.splice(Number(key), 1);
			else delete holder[key];
			break;
		case 'wrap':
			holder[key] = [value];
			break;
		case 'repeat':
			holder[key] = Array.isArray(value) ? [...value, ...value, ...value] : [value, value];
			break;
		case 'rename':
			if (!Array.isArray(holder)) delete holder[key];
			holder[key.toUpperCase()] = value;
			break;
		case 'swap': {
			const other = places[what.other % places.length];
			// Not with a part of itself: that would be a circle.
			if (
				JSON.stringify(other.holder[other.key])?.includes(JSON.stringify(value) ?? '') ||
				JSON.stringify(value)?.includes(JSON.stringify(other.holder[other.key]) ?? '')
			)
				break;
			holder[key] = other.holder[other.key];
			other.holder[other.key] = value;
		}
	}
	return JSON.stringify(root.document) ?? '';
}
