import { normalDate } from './dates';

/** An invalid OData query; the API answers 400 with code ODataError. */
export class ODataError extends Error {}

export type Value = string | number | boolean | null;
export type Entity = Record<string, unknown>;
type Predicate = (entity: Entity) => boolean;
type Token = { kind: 'string' | 'word' | 'mark' | 'any'; text: string; property?: string };

const TOKEN = /\s*(?:(\w+)\/any\(\s*(\w+)\s*:\s*\2\s+eq\s+'((?:[^']|'')*)'\s*\)|'((?:[^']|'')*)'|([A-Za-z0-9_.:+-]+)|([(),]))/y;
/**
 * Properties that are lists, which only `any` can ask. Microsoft showed `machineTags/any(tag: tag eq 'x')` for /machines from 2018
 * to 2020 (windows-itpro-docs, exposed-apis-odata-samples.md) and still lists machineTags as filterable, without saying how.
 * Nothing shows another condition inside `any`, so no other is taken; that a plain comparison is refused is a guess.
 */
const LISTS = ['machineTags'];
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const COMPARISONS: Record<string, (order: number) => boolean> = {
	eq: (order) => order === 0,
	ne: (order) => order !== 0,
	gt: (order) => order > 0,
	ge: (order) => order >= 0,
	lt: (order) => order < 0,
	le: (order) => order <= 0,
};
const FUNCTIONS: Record<string, (text: string, part: string) => boolean> = {
	startswith: (text, part) => text.startsWith(part),
	endswith: (text, part) => text.endsWith(part),
	contains: (text, part) => text.includes(part),
};

/**
 * Compiles a `$filter` to a test of one entity. Only `properties` can be filtered on: the API documents a list
 * for each collection, and what it does with others is unknown, so they are refused.
 */
export function compileFilter(filter: string, properties: readonly string[], { refusesIn = false } = {}): Predicate {
	const tokens = tokenize(filter);
	let at = 0;
	const isWord = (word: string) => tokens[at]?.kind === 'word' && tokens[at].text.toLowerCase() === word;
	const isMark = (mark: string) => tokens[at]?.kind === 'mark' && tokens[at].text === mark;
	const fail = (): never => {
		throw new ODataError(`Syntax error at position ${at} in '${filter}'.`);
	};
	const mark = (text: string) => (isMark(text) ? at++ : fail());

	function or(): Predicate {
		let left = and();
		while (isWord('or')) {
			at++;
			const [a, b] = [left, and()];
			left = (entity) => a(entity) || b(entity);
		}
		return left;
	}
	function and(): Predicate {
		let left = not();
		while (isWord('and')) {
			at++;
			const [a, b] = [left, not()];
			left = (entity) => a(entity) && b(entity);
		}
		return left;
	}
	function not(): Predicate {
		if (isWord('not')) {
			at++;
			const inner = not();
			return (entity) => !inner(entity);
		}
		if (!isMark('(')) return comparison();
		at++;
		const inner = or();
		mark(')');
		return inner;
	}
	function comparison(): Predicate {
		if (tokens[at]?.kind === 'any') {
			const { property = '', text } = tokens[at++];
			const list = propertyName(property, true);
			return (entity) => (entity[list] as string[]).includes(text);
		}
		const name = word();
		const call = FUNCTIONS[name.toLowerCase()];
		if (call && isMark('(')) {
			at++;
			const property = propertyName(word());
			mark(',');
			const part = literal();
			mark(')');
			if (typeof part !== 'string') return fail();
			return (entity) => call(String(entity[property] ?? ''), part);
		}
		const property = propertyName(name);
		if (isWord('in')) {
			if (refusesIn) throw new ODataError("The query specified in the URI is not valid. The operator 'in' is not supported.");
			at++;
			mark('(');
			const values = [literal()];
			while (isMark(',')) {
				at++;
				values.push(literal());
			}
			mark(')');
			const wanted = new Set(values.map(comparable));
			return (entity) => wanted.has(comparable(entity[property]));
		}
		const test = tokens[at]?.kind === 'word' ? COMPARISONS[tokens[at].text.toLowerCase()] : undefined;
		if (!test) return fail();
		at++;
		const value = literal();
		return (entity) => {
			const order = compare(entity[property], value);
			// null is neither less nor greater than anything, and it is not equal to a value.
			return Number.isNaN(order) ? test === COMPARISONS.ne : test(order);
		};
	}
	function word(): string {
		return tokens[at]?.kind === 'word' ? tokens[at++].text : fail();
	}
	function propertyName(name: string, list = false): string {
		const known = propertyIn(properties, name);
		if (known !== undefined && LISTS.includes(known) === list) return known;
		throw new ODataError(`The query specified in the URI is not valid. Could not find a property named '${name}'.`);
	}
	function literal(): Value {
		const token = tokens[at++];
		if (!token || token.kind === 'mark' || token.kind === 'any') return fail();
		if (token.kind === 'string') return token.text;
		const word = token.text.toLowerCase();
		if (word === 'null') return null;
		if (word === 'true' || word === 'false') return word === 'true';
		if (/^-?\d+(\.\d+)?$/.test(word)) return Number(word);
		// Dates and GUIDs are written in the filter without quotes.
		return normalDate(token.text) ?? (GUID.test(word) ? word : fail());
	}

	const test = or();
	if (at < tokens.length) fail();
	return test;
}

/** The property that a query means: names are written in upper or lower case (MDEAutomator, Akto). */
export function propertyIn(properties: readonly string[], name: string): string | undefined {
	return properties.find((property) => property.toLowerCase() === name.toLowerCase());
}

function tokenize(filter: string): Token[] {
	const tokens: Token[] = [];
	TOKEN.lastIndex = 0;
	while (TOKEN.lastIndex < filter.trimEnd().length) {
		const position = TOKEN.lastIndex;
		const match = TOKEN.exec(filter);
		if (!match) throw new ODataError(`Syntax error at position ${position} in '${filter}'.`);
		const [, property, , item, text, word, sign] = match;
		if (property !== undefined) tokens.push({ kind: 'any', property, text: item.replaceAll("''", "'") });
		else if (text !== undefined) tokens.push({ kind: 'string', text: text.replaceAll("''", "'") });
		else tokens.push(word !== undefined ? { kind: 'word', text: word } : { kind: 'mark', text: sign });
	}
	return tokens;
}

/** A value as it is compared: dates are written in more than one way. */
function comparable(value: unknown): Value {
	return typeof value === 'string'
		? (normalDate(value) ?? (GUID.test(value.toLowerCase()) ? value.toLowerCase() : value))
		: ((value ?? null) as Value);
}

/** Order of two values; NaN where they cannot be compared. */
export function compare(actual: unknown, value: Value): number {
	const [left, right] = [comparable(actual), comparable(value)];
	if (left === right) return 0;
	if (left === null || right === null || typeof left !== typeof right) return NaN;
	return left < right ? -1 : 1;
}
