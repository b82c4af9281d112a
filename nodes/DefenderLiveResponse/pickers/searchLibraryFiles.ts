import { listLibraryFiles } from '../service/library';
import { textOrEmpty } from '../service/textOrEmpty';
import { pageOf, picker } from './picker';

/** Files of the library, by name; with what the user typed in name or description. */
export const searchLibraryFiles = picker(async (session, { typed, start }) => {
	const files = await listLibraryFiles(session);
	const found = files
		.map(({ fileName, description }) => ({
			name: textOrEmpty(description) ? `${fileName} (${textOrEmpty(description)})` : fileName,
			value: fileName,
		}))
		.filter(({ name }) => name.toLowerCase().includes(typed))
		.sort((a, b) => a.name.localeCompare(b.name));
	return pageOf(found, start);
});
