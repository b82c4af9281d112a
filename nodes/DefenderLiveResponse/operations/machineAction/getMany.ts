import { simplify } from '../../fields/simplify';
import { odataOf } from '../../fields/filter';
import { PAGING } from '../../fields/paging';
import { collectionField, fieldsOf } from '../../fields/row';
import { listActionEntities } from '../../service/machineActions';
import { shownItems } from '../../host/entityItems';
import type { Operation } from '../operation';
import { forItems } from '../operation';
import { readAdded, readParameters } from '../../host/readRows';
import { readLimit } from '../../host/readSettings';
import { ACTION_FILTERS, matcherOf } from './filters';

export const getMany: Operation = {
	resource: 'machineAction',
	value: 'getMany',
	name: 'Get Many',
	description: 'List machine actions, newest first',
	toolDescription: 'Get machine actions, newest first: live responses, unless filtered for another type. Reads only, takes a second.',
	action: 'Get many machine actions',
	fields: [...fieldsOf({ ...PAGING, simplify }), collectionField('filters', ACTION_FILTERS)],
	execute: forItems((context) => ({
		read(itemIndex) {
			const added = readAdded(context, 'filters', ACTION_FILTERS, itemIndex);
			return {
				filter: odataOf(ACTION_FILTERS, added),
				matches: matcherOf(added),
				limit: readLimit(context, itemIndex),
				...readParameters(context, { simplify }, itemIndex),
			};
		},
		async work(session, { filter, matches, limit, simplify: isSimple }, itemIndex) {
			const entities = await listActionEntities(session, filter, limit, { matches });
			return shownItems('machineAction', entities, isSimple, itemIndex);
		},
	})),
};
