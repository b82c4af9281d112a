import type { ExitCode } from '../exitCode';
import { excerpt, wholeNumber } from '../exitCode';
import type { Program } from './compile';
import { searchLast } from './search';

/** The exit code that a script printed itself: the first group of the last match, where it is a whole number. */
export function printedExitCode(output: string, pattern: Program): ExitCode {
	const { matched, group, searched } = searchLast(output, pattern);
	const unsearched = output.length - searched;
	if (!matched) {
		// There may be a match in what was not searched.
		const where = unsearched > 0 ? `; its first ${unsearched} characters were too many to be searched` : '';
		return { missing: `The exit code pattern does not match the output${where}` };
	}
	if (group === undefined) return { missing: 'The exit code pattern matches the output, but its first group has no part in the match' };
	const code = wholeNumber(group);
	return code === undefined
		? { missing: `The exit code pattern found ${JSON.stringify(excerpt(group))}, which is not a whole number` }
		: { code };
}
