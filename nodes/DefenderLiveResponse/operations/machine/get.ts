import { simplify } from '../../fields/simplify';
import { readParameters } from '../../host/readRows';
import { fieldsOf } from '../../fields/row';
import { MACHINE } from '../../fields/machine';
import { chosenMachine } from './chosenMachine';
import { shownItems } from '../../host/entityItems';
import type { Operation } from '../operation';
import { forItems } from '../operation';

const ROWS = { ...MACHINE, simplify };

export const get: Operation = {
	resource: 'machine',
	value: 'get',
	name: 'Get',
	description: 'Get a device by name or ID',
	toolDescription: 'Get a device by its ID or DNS name: system, health, risk, addresses, tags. Reads only, takes a second.',
	action: 'Get device',
	fields: fieldsOf(ROWS),
	execute: forItems((context) => ({
		read: (itemIndex) => readParameters(context, ROWS, itemIndex),
		async work(session, { machineId, simplify: isSimple }, itemIndex) {
			const { entity } = await chosenMachine(session, machineId);
			return shownItems('machine', [entity], isSimple, itemIndex);
		},
	})),
};
