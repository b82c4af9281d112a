import { simplify } from '../../fields/simplify';
import { odataOf } from '../../fields/filter';
import { PAGING } from '../../fields/paging';
import { collectionField, fieldsOf } from '../../fields/row';
import { listMachineEntities } from '../../service/machines';
import { shownItems } from '../../host/entityItems';
import type { Operation } from '../operation';
import { forItems } from '../operation';
import { readAdded, readParameters } from '../../host/readRows';
import { readLimit } from '../../host/readSettings';
import { MACHINE_FILTERS } from './filters';

export const getMany: Operation = {
	resource: 'machine',
	value: 'getMany',
	name: 'Get Many',
	description: 'List devices',
	toolDescription: 'Get devices, all or by name, IP address, tag, health or operating system. Reads only, takes a second.',
	action: 'Get many devices',
	fields: [...fieldsOf({ ...PAGING, simplify }), collectionField('filters', MACHINE_FILTERS)],
	execute: forItems((context) => ({
		read: (itemIndex) => ({
			filter: odataOf(MACHINE_FILTERS, readAdded(context, 'filters', MACHINE_FILTERS, itemIndex)),
			limit: readLimit(context, itemIndex),
			...readParameters(context, { simplify }, itemIndex),
		}),
		async work(session, { filter, limit, simplify: isSimple }, itemIndex) {
			const entities = await listMachineEntities(session, filter, limit);
			return shownItems('machine', entities, isSimple, itemIndex);
		},
	})),
};
