import { endOfString } from './json';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;

const isOpening = (code: number) => code === 0x5b || code === 0x7b;
const isClosing = (code: number) => code === 0x5d || code === 0x7d;

/** Whether what stands between quotes is a name; it may be written with escapes. */
function isName(written: string, name: string): boolean {
	return written === name || (written.includes('\\') && JSON.parse(`"${written}"`) === name);
}

/**
 * The values of a key of a JSON object as they are written, one for each time that it is there: JSON.parse rounds
 * numbers (1e-400 becomes 0), and of several values it gives the last.
 *
 * @param json an object that JSON.parse takes
 */
export function writtenValues(json: string, key: string): string[] {
	const values: string[] = [];
	let depth = 0;
	/** Whether the next string is a key of the object itself. */
	let expectsKey = false;
	let isWanted = false;
	/** Where the value begins; -1 outside of one that is asked for. */
	let from = -1;
	for (let at = 0; at < json.length; at++) {
		const code = json.charCodeAt(at);
		if (code === QUOTE) {
			const end = endOfString(json, at + 1);
			if (expectsKey) isWanted = isName(json.slice(at + 1, end), key);
			expectsKey = false;
			at = end;
		} else if (depth === 1 && code === COLON) {
			if (isWanted) from = at + 1;
		} else if (depth === 1 && (code === COMMA || isClosing(code))) {
			if (from >= 0) values.push(json.slice(from, at).trim());
			from = -1;
			expectsKey = true;
			depth -= code === COMMA ? 0 : 1;
		} else if (isOpening(code)) {
			depth++;
			expectsKey = depth === 1;
		} else if (isClosing(code)) {
			depth--;
		}
	}
	return values;
}
