import { machineIdField } from '../../fields/machine';
import { chosenMachine, readMachineChoice } from './chosenMachine';
import { forEachItem } from '../../host/eachItem';
import { entityItems, ONE_OUTPUT } from '../../host/entityItems';
import type { Operation } from '../operation';

export const get: Operation = {
	resource: 'machine',
	value: 'get',
	name: 'Get',
	description: 'Get a device by name or ID',
	toolDescription: 'Get a device by its ID or DNS name: system, health, risk, addresses, tags. Reads only, takes a second.',
	action: 'Get device',
	fields: [machineIdField],
	async execute(context) {
		return await forEachItem(context, ONE_OUTPUT, () => ({
			read: (itemIndex) => readMachineChoice(context, itemIndex),
			async work(session, machine, itemIndex) {
				const { entity } = await chosenMachine(session, machine);
				return entityItems([entity], itemIndex);
			},
		}));
	},
};
