import { machineActionIdField } from '../../fields/machineAction';
import { cancelMachineAction } from '../../service/machineActions';
import { SERVICE_LIMITS } from '../../service/pacing';
import { newTally } from '../../service/tally';
import { connect } from '../connect';
import { forEachItem } from '../eachItem';
import { entityItems, ONE_OUTPUT } from '../entityItems';
import type { Operation } from '../operation';
import { readComment, readMachineActionId } from '../parameters';

export const cancel: Operation = {
	resource: 'machineAction',
	value: 'cancel',
	name: 'Cancel',
	description: 'Cancel a machine action that has not ended. What its commands have done on the device stays done.',
	action: 'Cancel a machine action',
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
			open: async () => await connect(context, SERVICE_LIMITS.results),
			async work(session, { id, comment }, itemIndex) {
				const { entity } = await cancelMachineAction(session, id, comment, newTally());
				return entityItems([entity], itemIndex);
			},
		}));
	},
};
