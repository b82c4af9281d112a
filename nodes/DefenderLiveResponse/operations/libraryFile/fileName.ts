import type { Parameters } from '../../host/parameters';
import { parameterError } from '../../host/parameters';

/** What no file name has: folders, which would reshape the URL, control characters, and halves of characters. */
const FORBIDDEN = /[/\\\p{Cc}\p{Cs}]/u;

/**
 * A file name of the library, checked.
 *
 * @param displayName of the parameter
 */
export function checkFileName(context: Parameters, fileName: string, itemIndex: number, displayName: string): string {
	if (fileName !== '' && !/^\.+$/.test(fileName) && !FORBIDDEN.test(fileName)) return fileName;
	const what = fileName === '' ? 'is empty' : 'is not a valid file name';
	throw parameterError(context, itemIndex, displayName, what, 'Enter a name without folders, e.g. check-baseline.ps1.');
}
