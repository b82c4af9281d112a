import { machineActionIdField } from '../../fields/machineAction';
import { cancelMachineAction } from '../../service/machineActions';
import { forEachItem } from '../../host/eachItem';
import { entityItems, ONE_OUTPUT } from '../../host/entityItems';
import type { Operation } from '../operation';
import { readComment, readMachineActionId } from '../../host/parameters';

export const cancel: Operation = {
	resource: 'machineAction',
	value: 'cancel',
	name: 'Cancel',
	description:
		'Cancel a machine action that has not ended. What its commands have done on the device stays done. Takes a second.',
	action: 'Cancel machine action',
	fields: [
		machineActionIdField,
		{
			displayName: 'Comment',
			name: 'comment',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. Device is offline',
			description: 'Why it is cancelled. Defender keeps it with the machine action.',
		},
	],
	async execute(context) {
		return await forEachItem(context, ONE_OUTPUT, () => ({
			read: (itemIndex) => ({
				id: readMachineActionId(context, itemIndex),
				comment: readComment(context, itemIndex),
			}),
			async work(session, { id, comment }, itemIndex) {
				const { entity } = await cancelMachineAction(session, id, comment);
				return entityItems([entity], itemIndex);
			},
		}));
	},
};
