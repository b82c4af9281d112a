import type { IExecuteFunctions } from 'n8n-workflow';
import { FILTERS, machineFilters } from './filterFields';
import { pagingFields } from '../../fields/paging';
import { listMachineEntities } from '../../service/machines';
import { forEachItem } from '../../host/eachItem';
import { entityItems, ONE_OUTPUT } from '../../host/entityItems';
import type { Operation } from '../operation';
import { readCollection } from '../../host/collection';
import { readFilter, readMost, parameterError } from '../../host/parameters';
import type { MachineFilters } from './machineFilter';
import { machineFilter } from './machineFilter';

function readFilters(context: IExecuteFunctions, itemIndex: number): MachineFilters {
	const filters = readCollection(context, { name: 'filters', displayName: 'Filters', entries: FILTERS }, itemIndex);
	const text = (name: keyof MachineFilters, displayName: string) => readFilter(context, filters, name, displayName, itemIndex);
	const match = text('match', 'Match') || 'exact';
	if (match !== 'exact' && match !== 'startsWith') {
		throw parameterError(context, itemIndex, 'Match', 'is none of its choices', 'Enter exact or startsWith.');
	}
	return {
		computerDnsName: text('computerDnsName', 'Computer DNS Name'),
		match,
		lastIpAddress: text('lastIpAddress', 'Last IP Address'),
		tag: text('tag', 'Tag'),
		healthStatus: text('healthStatus', 'Health Status'),
		osPlatform: text('osPlatform', 'OS Platform'),
	};
}

export const getMany: Operation = {
	resource: 'machine',
	value: 'getMany',
	name: 'Get Many',
	description: 'Get devices, all or by name, IP address, tag, health or operating system. Reads only, takes a second.',
	action: 'Get many devices',
	fields: [...pagingFields, machineFilters],
	async execute(context) {
		return await forEachItem(context, ONE_OUTPUT, () => ({
			read: (itemIndex) => ({
				filter: machineFilter(readFilters(context, itemIndex)),
				most: readMost(context, itemIndex),
			}),
			async work(session, { filter, most }, itemIndex) {
				return entityItems(await listMachineEntities(session, filter, most), itemIndex);
			},
		}));
	},
};
