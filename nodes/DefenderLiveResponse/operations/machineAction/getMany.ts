import type { IExecuteFunctions } from 'n8n-workflow';
import { FILTERS, machineActionFilters } from './filterFields';
import { pagingFields } from '../../fields/paging';
import { listActionEntities } from '../../service/machineActions';
import { forEachItem } from '../../host/eachItem';
import { entityItems, ONE_OUTPUT } from '../../host/entityItems';
import type { Operation } from '../operation';
import { readCollection } from '../../host/collection';
import { readDate } from '../../host/dates';
import { readFilter, readMost } from '../../host/parameters';
import type { ActionFilters } from './actionFilter';
import { actionFilter } from './actionFilter';

function readFilters(context: IExecuteFunctions, itemIndex: number): ActionFilters {
	const filters = readCollection(context, { name: 'filters', displayName: 'Filters', entries: FILTERS }, itemIndex);
	const text = (name: keyof ActionFilters, displayName: string) => readFilter(context, filters, name, displayName, itemIndex);
	const date = (name: keyof ActionFilters, displayName: string) => readDate(context, filters[name], itemIndex, displayName);
	return {
		status: text('status', 'Status'),
		type: text('type', 'Type'),
		machineId: text('machineId', 'Device ID').toLowerCase(),
		requestor: text('requestor', 'Requestor'),
		createdAfter: date('createdAfter', 'Created After'),
		createdBefore: date('createdBefore', 'Created Before'),
	};
}

export const getMany: Operation = {
	resource: 'machineAction',
	value: 'getMany',
	name: 'Get Many',
	description: 'Get machine actions, newest first: live responses, unless filtered for another type. Reads only, takes a second.',
	action: 'Get many machine actions',
	fields: [...pagingFields, machineActionFilters],
	async execute(context) {
		return await forEachItem(context, ONE_OUTPUT, () => ({
			read: (itemIndex) => ({
				filter: actionFilter(readFilters(context, itemIndex)),
				most: readMost(context, itemIndex),
			}),
			async work(session, { filter, most }, itemIndex) {
				return entityItems(await listActionEntities(session, filter, most), itemIndex);
			},
		}));
	},
};
