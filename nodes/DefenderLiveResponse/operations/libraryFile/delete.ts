import { libraryFileField } from '../../fields/libraryFile';
import { deleteLibraryFile } from '../../service/library';
import { forEachItem } from '../../host/eachItem';
import { entityItems, ONE_OUTPUT } from '../../host/entityItems';
import type { Operation } from '../operation';
import { readChoice } from '../../host/parameters';
import { checkFileName } from './fileName';

export const deleteFile: Operation = {
	resource: 'libraryFile',
	value: 'delete',
	name: 'Delete',
	description: 'Delete a file from the live response library. It cannot be brought back. Takes a second.',
	action: 'Delete library file',
	fields: [libraryFileField('File', 'fileName', 'e.g. check-baseline.ps1')],
	async execute(context) {
		return await forEachItem(context, ONE_OUTPUT, () => ({
			read: (itemIndex) =>
				checkFileName(context, readChoice(context, 'fileName', itemIndex).value, itemIndex, 'File'),
			async work(session, fileName, itemIndex) {
				await deleteLibraryFile(session, fileName);
				return entityItems([{ deleted: true, fileName }], itemIndex);
			},
		}));
	},
};
