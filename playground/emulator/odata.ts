import { normalDate } from './dates';

/** An invalid OData query; the API answers 400 with code ODataError. */
export class ODataError extends Error {}

type Value = string | number | boolean | null;
type Entity = Record<string, unknown>;
type Predicate = (entity: Entity) => boolean;
type Token = { kind: 'string' | 'word' | 'mark'; text: string };

const TOKEN = /\s*(?:'((?:[^']|'')*)'|([A-Za-z0-9_.:+-]+)|([(),]))/y;
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
export function compileFilter(filter: string, properties: readonly string[]): Predicate {
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
		if (tokens[at]?.kind !== 'word') fail();
		const name = tokens[at++].text;
		const call = FUNCTIONS[name.toLowerCase()];
		if (call && isMark('(')) {
			at++;
			const property = propertyName(tokens[at++]);
			mark(',');
			const part = literal();
			mark(')');
			if (typeof part !== 'string') return fail();
			return (entity) => call(String(entity[property] ?? ''), part);
		}
		at--;
		const property = propertyName(tokens[at++]);
		if (isWord('in')) {
			at++;
			mark('(');
			const values = [literal()];
			while (isMark(',')) {
				at++;
				values.push(literal());
			}
			mark(')');
			return (entity) => values.some((value) => compare(entity[property], value) === 0);
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
	function propertyName(token: Token | undefined): string {
		if (token?.kind !== 'word') return fail();
		if (properties.includes(token.text)) return token.text;
		throw new ODataError(`The query specified in the URI is not valid. Could not find a property named '${token.text}'.`);
	}
	function literal(): Value {
		const token = tokens[at++];
		if (!token || token.kind === 'mark') return fail();
		if (token.kind === 'string') return token.text;
		const word = token.text.toLowerCase();
		if (word === 'null') return null;
		if (word === 'true' || word === 'false') return word === 'true';
		if (/^-?\d+(\.\d+)?$/.test(word)) return Number(word);
		// Dates stand in the filter without quotes.
		return normalDate(token.text) ?? fail();
	}

	const test = or();
	if (at < tokens.length) fail();
	return test;
}

function tokenize(filter: string): Token[] {
	const tokens: Token[] = [];
	TOKEN.lastIndex = 0;
	while (TOKEN.lastIndex < filter.trimEnd().length) {
		const position = TOKEN.lastIndex;
		const match = TOKEN.exec(filter);
		if (!match) throw new ODataError(`Syntax error at position ${position} in '${filter}'.`);
		const [, text, word, sign] = match;
		if (text !== undefined) tokens.push({ kind: 'string', text: text.replaceAll("''", "'") });
		else tokens.push(word !== undefined ? { kind: 'word', text: word } : { kind: 'mark', text: sign });
	}
	return tokens;
}

/** Order of two values; NaN where they cannot be compared. */
function compare(actual: unknown, value: Value): number {
	const a = (actual ?? null) as Value;
	if (a === value) return 0;
	if (a === null || value === null || typeof a !== typeof value) return NaN;
	const [left, right] = typeof a === 'string' ? [normalDate(a) ?? a, normalDate(String(value)) ?? value] : [a, value];
	return left === right ? 0 : left < right! ? -1 : 1;
}

export interface PageSettings {
	/** Largest page: a longer list goes on behind @odata.nextLink. */
	pageSize: number;
	/** Origin of @odata.nextLink, which may be a geo host other than the one that was called. */
	nextLinkOrigin: string;
	path: string;
}

/** Answers a list request: $filter, $orderby, $skip, $top, $count and the link to the next page. */
export function queryList(entities: Entity[], query: URLSearchParams, properties: readonly string[], page: PageSettings) {
	for (const option of query.keys()) {
		if (!['$filter', '$orderby', '$skip', '$top', '$count'].includes(option)) {
			throw new ODataError(`The query option '${option}' is not supported.`);
		}
	}
	const filter = query.get('$filter');
	let found = filter === null ? entities : entities.filter(compileFilter(filter, properties));
	const order = query.get('$orderby');
	if (order !== null) found = sorted(found, order, properties);
	const skip = wholeNumber(query, '$skip') ?? 0;
	const top = wholeNumber(query, '$top');
	if (top !== undefined && top > 10_000) throw new ODataError(`The limit of '10000' for Top query has been exceeded. The value from the incoming request is '${top}'.`);
	const wanted = found.slice(skip, top === undefined ? undefined : skip + top);
	const value = wanted.slice(0, page.pageSize);
	const next = new URLSearchParams(query);
	next.set('$skip', String(skip + value.length));
	if (top !== undefined) next.set('$top', String(top - value.length));
	return {
		...(query.get('$count')?.toLowerCase() === 'true' && { '@odata.count': found.length }),
		value,
		...(wanted.length > value.length && {
			'@odata.nextLink': `${page.nextLinkOrigin}${page.path}?${next.toString().replaceAll('%24', '$').replaceAll('+', '%20')}`,
		}),
	};
}

function sorted(entities: Entity[], order: string, properties: readonly string[]): Entity[] {
	const match = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(order);
	if (!match || !properties.includes(match[1])) throw new ODataError(`The $orderby '${order}' is not valid.`);
	const sign = match[2]?.toLowerCase() === 'desc' ? -1 : 1;
	return [...entities].sort((a, b) => sign * (compare(a[match[1]], b[match[1]] as Value) || 0));
}

function wholeNumber(query: URLSearchParams, option: string): number | undefined {
	const text = query.get(option);
	if (text === null) return undefined;
	if (!/^\d+$/.test(text)) throw new ODataError(`Invalid value '${text}' for ${option} query option.`);
	return Number(text);
}
