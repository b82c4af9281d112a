import { takeOffBanner, withoutMark } from './banner';
import { MAX_VALUES, readJson } from './json';
import { lastDocument } from './lastDocument';
import { copied } from './copied';

/** What a script printed. */
export interface Output {
	/** Without NULs. */
	printed: string;
	/** The same without the banner: what the script itself printed. */
	text: string;
	/** The same without a byte order mark, to be read. */
	readable: string;
	/** The file that the banner names. */
	transcriptPath?: string;
}

/** Output ends in NULs, which databases and terminals stumble over. */
export function withoutNuls(text: string): string {
	return text.replaceAll('\0', '');
}

/** Separates the script's output from PowerShell's own lines. */
export function readOutput(scriptOutput: string): Output {
	const printed = withoutNuls(scriptOutput);
	const { text, path } = takeOffBanner(printed);
	return { printed, text, readable: withoutMark(text), ...(path !== undefined && { transcriptPath: copied(path) }) };
}

/**
 * The end of a text, where scripts say how it went.
 *
 * @param length in characters (UTF-16 code units); 0 for all
 * @returns `cut`: how many characters were left out
 */
export function keepEnd(text: string, length: number): { text: string; cut: number } {
	if (length <= 0 || text.length <= length) return { text, cut: 0 };
	let from = text.length - length;
	// Half a character would be none.
	const first = text.charCodeAt(from);
	if (first >= 0xdc00 && first <= 0xdfff) from++;
	return { text: text.slice(from), cut: from };
}

/** Deeper data cannot be written again: code that turns an item into text uses recursion. */
export const MAX_DEPTH = 200;

/** Whether data is nested deeper than anything that n8n does with an item can bear. */
export function isTooDeep(value: unknown): boolean {
	const isNested = (each: unknown): each is object => typeof each === 'object' && each !== null;
	let level = [value].filter(isNested);
	for (let depth = 1; level.length > 0; depth++) {
		if (depth > MAX_DEPTH) return true;
		const next: object[] = [];
		for (const each of level) for (const inner of Object.values(each)) if (isNested(inner)) next.push(inner);
		level = next;
	}
	return false;
}

/**
 * A script's output as data: its lines, or its JSON, which may follow other lines.
 *
 * @returns null where the output has no JSON at its end, or more than can be made data of
 */
export function parseOutput(output: string, mode: 'json' | 'lines'): unknown {
	if (mode === 'lines') {
		const lines = output.split(/\r?\n/, MAX_VALUES + 1);
		return lines.length > MAX_VALUES ? null : copied(lines.filter((line) => line !== ''));
	}
	const value = readJson(output) ?? lastDocument(output);
	return value === undefined || isTooDeep(value) ? null : value;
}
