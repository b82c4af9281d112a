import type { INodeProperties } from 'n8n-workflow';
import { byValue, fromList, locator } from './locator';
import { InvalidValue, isNoValue } from './row';

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

/** Which file of the live response library. */
export function libraryFile(displayName: string, placeholder: string, more: Partial<INodeProperties> = {}) {
	const modes = [fromList('searchLibraryFiles', 'Choose a file of the library…'), byValue('By Name', 'name', placeholder)];
	return locator(displayName, 'A file of the live response library of the tenant', modes, more, ({ value }) => checkFileName(value));
}
