/** Characters of JSON that are kept as they are; a machine action has some 800. */
const MAX_LENGTH = 20_000;

/** The limits of a longer value: characters of a text, elements of a list, depth. */
const MAX_TEXT = 500;
const MAX_ELEMENTS = 50;
const MAX_DEPTH = 5;

function cut(value: unknown, own: unknown, depth: number): unknown {
	if (value === own) return value;
	// A piece of a text would keep the whole of it in memory.
	if (typeof value === 'string') return value.length > MAX_TEXT ? null : value;
	if (typeof value !== 'object' || value === null) return value;
	if (depth === MAX_DEPTH) return null;
	if (Array.isArray(value)) return value.slice(0, MAX_ELEMENTS).map((each) => cut(each, own, depth + 1));
	const entries = Object.entries(value).slice(0, MAX_ELEMENTS);
	return Object.fromEntries(entries.map(([key, each]) => [key, cut(each, own, depth + 1)]));
}

function isLong(value: unknown): boolean {
	try {
		return (JSON.stringify(value) ?? '').length > MAX_LENGTH;
	} catch {
		// It is nested too deep to be written down.
		return true;
	}
}

/**
 * A value of the service to be kept in memory, without what is long or deep where it is longer than such values are.
 *
 * @param own a part of it that is the user's, and stays whole
 */
export function withoutLongParts<T>(value: T, own?: unknown): T {
	return isLong(value) ? (cut(value, own ?? {}, 0) as T) : value;
}
