import type { Program } from './compile';
import { searchLast } from './search';

/**
 * The exit code that a script printed itself: the first group of the last match, where it is a whole number.
 *
 * @returns `unsearched`: how many characters at the beginning were too many to be searched
 */
export function printedExitCode(output: string, pattern: Program): { code?: number; unsearched: number } {
	const { group, searched } = searchLast(output, pattern);
	const code = group !== undefined && /^\s*[+-]?\d+\s*$/.test(group) ? Number(group) : undefined;
	const unsearched = output.length - searched;
	return Number.isSafeInteger(code) ? { code, unsearched } : { unsearched };
}
