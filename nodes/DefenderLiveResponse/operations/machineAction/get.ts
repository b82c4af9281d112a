import { simplify } from '../../fields/simplify';
import { readParameters } from '../../host/readRows';
import { fieldsOf } from '../../fields/row';
import { MACHINE_ACTION } from '../../fields/machineAction';
import { getMachineAction } from '../../service/machineActions';
import { shownItems } from '../../host/entityItems';
import type { Operation } from '../operation';
import { forItems } from '../operation';

const ROWS = { ...MACHINE_ACTION, simplify };

export const get: Operation = {
	resource: 'machineAction',
	value: 'get',
	name: 'Get',
	description: 'Get the status of a machine action',
	toolDescription: 'Get a machine action, with its status and the state of its commands. Reads only, takes a second.',
	action: 'Get machine action',
	fields: fieldsOf(ROWS),
	execute: forItems((context) => ({
		read: (itemIndex) => readParameters(context, ROWS, itemIndex),
		async work(session, { machineActionId, simplify: isSimple }, itemIndex) {
			const { entity } = await getMachineAction(session, machineActionId);
			return shownItems('machineAction', [entity], isSimple, itemIndex);
		},
	})),
};
