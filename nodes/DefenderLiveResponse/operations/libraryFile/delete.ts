import { libraryFile } from '../../fields/libraryFile';
import { ignoreStatus } from '../../service/errors';
import { deleteLibraryFile } from '../../service/library';
import { entityItems } from '../../host/entityItems';
import type { Operation } from '../operation';
import { forItems } from '../operation';
import { fieldsOf } from '../../fields/row';
import { readParameters } from '../../host/readRows';
import { writeOnce } from '../../host/writeOnce';

const ROWS = { fileName: libraryFile('File', 'e.g. check-baseline.ps1') };

export const deleteFile: Operation = {
	resource: 'libraryFile',
	value: 'delete',
	name: 'Delete',
	description: 'Delete a script or file from the library',
	toolDescription: 'Delete a file from the live response library. It cannot be brought back. Takes a second.',
	action: 'Delete file from library',
	fields: fieldsOf(ROWS),
	execute: forItems((context) => ({
		writes: true,
		read: (itemIndex) => readParameters(context, ROWS, itemIndex),
		async work(session, { fileName }, itemIndex) {
			const deleted = { deleted: true, fileName };
			session.delivery.name = `deletion of library file "${fileName}"`;
			const { done } = await writeOnce(context, session, itemIndex, {
				request: fileName,
				subject: fileName,
				send: async () => await deleteLibraryFile(session, fileName).then(() => deleted),
				// The earlier try may have deleted it.
				recover: async ({ request }) => {
					await deleteLibraryFile(session, request).catch(ignoreStatus(404));
					return { ...deleted, fileName: request };
				},
			});
			return entityItems([done], itemIndex);
		},
	})),
};
