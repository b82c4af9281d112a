import { simplify } from '../../fields/simplify';
import { shownEntity } from '../../host/simplified';
import { odataOf } from '../../fields/filter';
import { PAGING } from '../../fields/paging';
import { collectionField, fieldsOf } from '../../fields/row';
import { listMachineEntities } from '../../service/machines';
import { forEachItem } from '../../host/eachItem';
import { entityItems, ONE_OUTPUT } from '../../host/entityItems';
import type { Operation } from '../operation';
import { readAdded, readParameters } from '../../host/readRows';
import { readMost } from '../../host/readSettings';
import { MACHINE_FILTERS } from './filters';

export const getMany: Operation = {
	resource: 'machine',
	value: 'getMany',
	name: 'Get Many',
	description: 'List devices',
	toolDescription: 'Get devices, all or by name, IP address, tag, health or operating system. Reads only, takes a second.',
	action: 'Get many devices',
	fields: [...fieldsOf({ ...PAGING, simplify }), collectionField('filters', MACHINE_FILTERS)],
	async execute(context) {
		return await forEachItem(context, ONE_OUTPUT, () => ({
			read: (itemIndex) => ({
				filter: odataOf(MACHINE_FILTERS, readAdded(context, 'filters', MACHINE_FILTERS, itemIndex)),
				most: readMost(context, itemIndex),
				...readParameters(context, { simplify }, itemIndex),
			}),
			async work(session, { filter, most, simplify: isSimple }, itemIndex) {
				const entities = await listMachineEntities(session, filter, most);
				return entityItems(
					entities.map((entity) => shownEntity('machine', entity, isSimple)),
					itemIndex,
				);
			},
		}));
	},
};
