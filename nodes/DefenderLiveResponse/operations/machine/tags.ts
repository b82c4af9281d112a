import { MACHINE } from '../../fields/machine';
import { fieldsOf, text, InvalidValue } from '../../fields/row';
import { simplify } from '../../fields/simplify';
import { shownItems } from '../../host/entityItems';
import { readParameters } from '../../host/readRows';
import { writeOnce } from '../../host/writeOnce';
import type { Operation } from '../operation';
import { forItems } from '../operation';
import { chosenMachineId } from './chosenMachine';
import { TagBatch } from './tagBatch';

/** Source: another client's check; a longer one would be refused for each device by itself. */
const MAX_TAG = 200;

const ROWS = {
	...MACHINE,
	tag: text('Tag', 'A tag of the device, as Defender shows it', { required: true, placeholder: 'e.g. under-investigation' }, (entered) => {
		if (entered !== '' && entered.length <= MAX_TAG) return entered;
		throw new InvalidValue(entered === '' ? 'is empty' : 'is too long', `Enter a tag of up to ${MAX_TAG} characters.`);
	}),
	simplify,
};

type Texts = Pick<Operation, 'value' | 'name' | 'action' | 'description' | 'toolDescription'>;

function tagOperation(adds: boolean, texts: Texts): Operation {
	return {
		resource: 'machine',
		...texts,
		fields: fieldsOf(ROWS),
		execute: forItems((context) => {
			const batch = new TagBatch(adds);
			return {
				writes: true,
				read: (itemIndex) => readParameters(context, ROWS, itemIndex),
				async work(session, { machineId: machine, tag, simplify: isSimple }, itemIndex) {
					const entry = batch.enter();
					try {
						const machineId = await chosenMachineId(session, machine, 'any');
						session.delivery.machineId = machineId;
						session.delivery.name = `${adds ? 'tag added to' : 'tag removed from'} ${machineId}`;
						const change = async (wanted: { machineId: string; tag: string }) =>
							(await entry.join(session, wanted.machineId, wanted.tag)).entity;
						const { done } = await writeOnce(context, session, itemIndex, {
							request: { machineId, tag },
							subject: [machineId, adds],
							send: async () => await change({ machineId, tag }),
							// A tag that is there already, or not there, is left as it is.
							recover: async (earlier) => await change(earlier.request),
							isBulk: true,
						});
						return shownItems('machine', [done], isSimple, itemIndex);
					} finally {
						entry.leave();
					}
				},
			};
		}),
	};
}

export const addTag = tagOperation(true, {
	value: 'addTag',
	name: 'Add Tag',
	action: 'Add tag to device',
	description: 'Add a tag to a device',
	toolDescription:
		'Add a tag to a device, by which Defender groups and finds devices. Changes the tenant: device groups can depend on tags. Takes a second.',
});

export const removeTag = tagOperation(false, {
	value: 'removeTag',
	name: 'Remove Tag',
	action: 'Remove tag from device',
	description: 'Remove a tag from a device',
	toolDescription: 'Remove a tag from a device. Changes the tenant: device groups can depend on tags. Takes a second.',
});
