import type { INodeProperties } from 'n8n-workflow';
import { byValue, fromList, locator } from './locator';

/**
 * Which file of the live response library.
 *
 * @param more where it is shown
 * @param read checks its name; throws InvalidValue
 */
export function libraryFile(
	displayName: string,
	placeholder: string,
	more: Partial<INodeProperties> = {},
	read = (fileName: string): string => fileName,
) {
	const modes = [fromList('searchLibraryFiles', 'Choose a file of the library…'), byValue('By Name', 'name', placeholder)];
	return locator(displayName, 'A file of the live response library of the tenant', modes, more, ({ value }) => read(value));
}
