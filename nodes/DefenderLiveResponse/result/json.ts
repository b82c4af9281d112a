/**
 * More values than anybody makes items of. In memory a value of three bytes takes twenty times as much, and a
 * compromised device may send nothing else: tens of millions of them end the process.
 */
export const MAX_VALUES = 2_000_000;

/**
 * Where a string of a JSON text ends: at its closing quote, or with the text. `from` is behind the opening one, so that no
 * backslash before the string counts.
 */
export function endOfString(json: string, from: number): number {
	for (let quote = json.indexOf('"', from); quote !== -1; quote = json.indexOf('"', quote + 1)) {
		let escapes = quote;
		while (json.charCodeAt(escapes - 1) === 0x5c) escapes--;
		if ((quote - escapes) % 2 === 0) return quote;
	}
	return json.length;
}

/** What a JSON text holds, as it is written. */
export interface Written {
	/** How many values, at least: what opens or separates them. */
	count: number;
	/** How deep they are nested. */
	depth: number;
	/** Of the outermost object, the values of the key that is asked for, in any letter case, with the key. */
	values: Array<{ key: string; value: string }>;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;

const isOpening = (code: number) => code === 0x5b || code === 0x7b;
const isClosing = (code: number) => code === 0x5d || code === 0x7d;

/** The key that stands between quotes, which may be written with escapes, if it is this one in any letter case. */
function sameKey(written: string, key: string): string | undefined {
	const name = written.includes('\\') ? readJson(`"${written}"`) : written;
	return typeof name === 'string' && name.length === key.length && name.toLowerCase() === key ? name : undefined;
}

/**
 * Goes through a JSON text once without reading it: JSON.parse rounds numbers (1e-400 becomes 0), of several values of a
 * key it gives the last, and it makes more of a text than memory holds.
 *
 * @param json what is said of it holds if JSON.parse takes it
 * @param key in small letters
 */
export function scanJson(json: string, key?: string): Written {
	const values: Written['values'] = [];
	let count = 0;
	let depth = 0;
	let deepest = 0;
	/** Whether the next string is a key of the outermost object. */
	let expectsKey = false;
	let found: string | undefined;
	/** Where its value begins; -1 outside of one. */
	let from = -1;
	for (let at = 0; at < json.length; at++) {
		const code = json.charCodeAt(at);
		if (code === QUOTE) {
			const end = endOfString(json, at + 1);
			if (expectsKey && key !== undefined) found = sameKey(json.slice(at + 1, end), key);
			expectsKey = false;
			at = end;
		} else if (code === COLON) {
			if (depth === 1) from = at + 1;
		} else if (code === COMMA || isClosing(code)) {
			if (depth === 1) {
				if (from >= 0 && found !== undefined) values.push({ key: found, value: json.slice(from, at).trim() });
				from = -1;
				expectsKey = true;
			}
			if (code === COMMA) count++;
			else depth--;
		} else if (isOpening(code)) {
			count++;
			deepest = Math.max(deepest, ++depth);
			expectsKey = depth === 1;
		}
	}
	return { count, depth: deepest, values };
}

/**
 * What a JSON text says; undefined where it is none, or too much of it.
 *
 * @param written what is known of it
 */
export function readJson(json: string, written?: Written): unknown {
	if (json.length > MAX_VALUES && (written ?? scanJson(json)).count > MAX_VALUES) return undefined;
	try {
		return JSON.parse(json) as unknown;
	} catch {
		return undefined;
	}
}
