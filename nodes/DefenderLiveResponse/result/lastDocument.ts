import { withoutMark } from './banner';
import { endOfString, readJson } from './json';

/** How many brackets more a line closes than it opens: outside of strings, which in JSON never go on in another line. */
function closedBy(text: string, begin: number, end: number): number {
	let closed = 0;
	for (let at = begin; at < end; at++) {
		const code = text.charCodeAt(at);
		if (code === 0x22) at = endOfString(text, at + 1);
		else if (code === 0x5b || code === 0x7b) closed--;
		else if (code === 0x5d || code === 0x7d) closed++;
	}
	return closed;
}

/** Where the line begins that ends before a place. */
function lineBegin(text: string, end: number): number {
	for (let at = end; at > 0; at--) {
		const code = text.charCodeAt(at - 1);
		if (code === 0x0a || code === 0x0d) return at;
	}
	return 0;
}

/**
 * The last JSON document of a text that begins on a line of its own and goes to the end.
 * Its lines are found from the end, where what they close has been opened, so that the time is that of one pass however
 * many lines begin like JSON: a document from an earlier line would leave something open.
 *
 * @returns undefined where there is none
 */
export function lastDocument(text: string): unknown {
	const output = text.trimEnd();
	/** Brackets that the lines behind have closed and not opened. */
	let pending = 0;
	for (let end = output.length, begin: number; end >= 0; end = begin - 1) {
		begin = lineBegin(output, end);
		pending += closedBy(output, begin, end);
		if (pending < 0) return undefined;
		if (pending === 0) return readJson(withoutMark(output.slice(begin)));
	}
	return undefined;
}
