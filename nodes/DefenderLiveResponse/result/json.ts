/**
 * More values than anybody makes items of. In memory a value of three bytes takes twenty times as much, and a
 * compromised device may send nothing else: tens of millions of them end the process.
 */
export const MAX_VALUES = 2_000_000;

/** Where a string of a JSON text ends: at its closing quote, or with the text. `from` is behind the opening one. */
export function endOfString(json: string, from: number): number {
	for (let quote = json.indexOf('"', from); quote !== -1; quote = json.indexOf('"', quote + 1)) {
		let escapes = quote;
		while (escapes > from && json.charCodeAt(escapes - 1) === 0x5c) escapes--;
		if ((quote - escapes) % 2 === 0) return quote;
	}
	return json.length;
}

/** Whether JSON holds more values than are read: what opens or separates them, outside of strings. */
function hasTooManyValues(json: string): boolean {
	if (json.length <= MAX_VALUES) return false;
	let values = 0;
	for (let at = 0; at < json.length; at++) {
		const code = json.charCodeAt(at);
		if (code === 0x22) at = endOfString(json, at + 1);
		else if (code === 0x2c || code === 0x5b || code === 0x7b) values++;
	}
	return values > MAX_VALUES;
}

/** What a JSON text says; undefined where it is none, or too much of it. */
export function readJson(json: string): unknown {
	if (hasTooManyValues(json)) return undefined;
	try {
		return JSON.parse(json) as unknown;
	} catch {
		return undefined;
	}
}
