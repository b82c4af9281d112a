import { simplify } from '../../fields/simplify';
import { shownEntity } from '../../host/simplified';
import { readParameters } from '../../host/readRows';
import { fieldsOf } from '../../fields/row';
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
	fields: [machineIdField, ...fieldsOf({ simplify })],
	async execute(context) {
		return await forEachItem(context, ONE_OUTPUT, () => ({
			read: (itemIndex) => ({ machine: readMachineChoice(context, itemIndex), ...readParameters(context, { simplify }, itemIndex) }),
			async work(session, { machine, simplify: isSimple }, itemIndex) {
				const { entity } = await chosenMachine(session, machine);
				return entityItems([shownEntity('machine', entity, isSimple)], itemIndex);
			},
		}));
	},
};
