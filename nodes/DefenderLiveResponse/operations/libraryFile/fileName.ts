import { InvalidValue, isNoValue } from '../../fields/row';

/** What no file name has: folders, which would reshape the URL, control characters, and halves of characters. */
const FORBIDDEN = /[/\\\p{Cc}\p{Cs}]/u;

/**
 * A file name of the library, checked.
 *
 * @throws InvalidValue
 */
export function checkFileName(fileName: string): string {
	if (fileName !== '' && !isNoValue(fileName) && !/^\.+$/.test(fileName) && !FORBIDDEN.test(fileName)) return fileName;
	throw new InvalidValue(
		fileName === '' ? 'is empty' : 'is not a valid file name',
		'Enter a name without folders, e.g. check-baseline.ps1.',
	);
}
