import { copied } from './copied';
import type { Written } from './json';

/** How much is shown of what is not an exit code, in characters. */
const MAX_SHOWN = 60;

/** An exit code, or why there is none. */
export type ExitCode = { code: number } | { missing: string };

/** As much of a text as a sentence about it can hold. */
export function excerpt(text: string): string {
	return text.length > MAX_SHOWN ? `${copied(text.slice(0, MAX_SHOWN))}…` : copied(text);
}

/** The value of digits as a whole number; undefined if a number cannot represent it exactly. */
export function wholeNumber(digits: string): number | undefined {
	const number = /^\s*[+-]?\d+\s*$/.test(digits) ? Number(digits) : NaN;
	// Minus 0 is 0.
	return Number.isSafeInteger(number) ? number + 0 : undefined;
}

/**
 * The exit code of a transcript: a whole number, as a number (3010, also 3010.0) or as text, since its type is not
 * certain. What only rounds to a whole number, as 1e-400 does to 0, is not an exit code.
 *
 * @param written what stands behind `exit_code`, in any letter case: some programs write one of them, and others the other
 */
export function transcriptExitCode(written: Written['values']): ExitCode {
	const keys = [...new Set(written.map(({ key }) => key))];
	if (keys.length > 1) return { missing: `The transcript has ${keys.length} exit codes: ${keys.join(', ')}` };
	if (written.length > 1) return { missing: `The transcript has ${written.length} exit codes` };
	const only = written.at(0);
	if (only?.key !== 'exit_code' || only.value === 'null') return { missing: 'The transcript has no exit code' };
	const { value } = only;
	const digits = value.startsWith('"') ? (JSON.parse(value) as string) : value.replace(/\.0+$/, '');
	const code = wholeNumber(digits);
	return code === undefined ? { missing: `The transcript's exit code is not a whole number: ${excerpt(value)}` } : { code };
}
