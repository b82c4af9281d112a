import { simplify } from '../../fields/simplify';
import { shownEntity } from '../../host/simplified';
import { readParameters } from '../../host/readRows';
import { fieldsOf } from '../../fields/row';
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
	fields: [machineActionIdField, ...fieldsOf({ simplify })],
	async execute(context) {
		return await forEachItem(context, ONE_OUTPUT, () => ({
			read: (itemIndex) => ({ id: readMachineActionId(context, itemIndex), ...readParameters(context, { simplify }, itemIndex) }),
			async work(session, { id, simplify: isSimple }, itemIndex) {
				const { entity } = await getMachineAction(session, id);
				return entityItems([shownEntity('machineAction', entity, isSimple)], itemIndex);
			},
		}));
	},
};
