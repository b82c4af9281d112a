import { machineActionIdField } from '../../fields/machineAction';
import { getMachineAction } from '../../service/machineActions';
import { forEachItem } from '../../host/eachItem';
import { entityItems, ONE_OUTPUT } from '../../host/entityItems';
import type { Operation } from '../operation';
import { readMachineActionId } from '../../host/parameters';

export const get: Operation = {
	resource: 'machineAction',
	value: 'get',
	name: 'Get',
	description: 'Get the status of a machine action',
	toolDescription: 'Get a machine action, with its status and the state of its commands. Reads only, takes a second.',
	action: 'Get machine action',
	fields: [machineActionIdField],
	async execute(context) {
		return await forEachItem(context, ONE_OUTPUT, () => ({
			read: (itemIndex) => readMachineActionId(context, itemIndex),
			async work(session, id, itemIndex) {
				const { entity } = await getMachineAction(session, id);
				return entityItems([entity], itemIndex);
			},
		}));
	},
};
