import { PAGING } from '../../fields/paging';
import { fieldsOf } from '../../fields/row';
import { listLibraryEntities } from '../../service/library';
import { entityItems } from '../../host/entityItems';
import type { Operation } from '../operation';
import { forItems } from '../operation';
import { readLimit } from '../../host/readSettings';

export const getMany: Operation = {
	resource: 'libraryFile',
	value: 'getMany',
	name: 'Get Many',
	description: 'List the scripts and files of the library',
	toolDescription:
		'Get the files of the live response library: the scripts that can be run and the files that can be put on devices. Reads only, takes a second.',
	action: 'Get many library files',
	fields: fieldsOf(PAGING),
	execute: forItems((context) => ({
		read: (itemIndex) => readLimit(context, itemIndex),
		async work(session, limit, itemIndex) {
			return entityItems(await listLibraryEntities(session, limit), itemIndex);
		},
	})),
};
