import { machineActionIdField } from '../../fields/machineAction';
import type { MachineAction } from '../../service/machineAction';
import { cancelMachineAction, getMachineAction } from '../../service/machineActions';
import type { Session } from '../../service/session';
import { forEachItem } from '../../host/eachItem';
import { entityItems, ONE_OUTPUT } from '../../host/entityItems';
import type { Operation } from '../operation';
import { readComment, readMachineActionId } from '../../host/parameters';
import { writeOnce } from '../../host/writeOnce';

/** What became of a cancel whose answer was lost: a second one would be refused. */
async function cancelUnlessCancelled(session: Session, { id, comment }: { id: string; comment: string }): Promise<MachineAction> {
	const seen = await getMachineAction(session, id);
	return seen.status === 'Cancelled' ? seen : await cancelMachineAction(session, id, comment);
}

export const cancel: Operation = {
	resource: 'machineAction',
	value: 'cancel',
	name: 'Cancel',
	description: 'Cancel a machine action that has not ended. What its commands have done on the device stays done. Takes a second.',
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
			writes: true,
			read: (itemIndex) => ({
				id: readMachineActionId(context, itemIndex),
				comment: readComment(context, itemIndex),
			}),
			async work(session, { id, comment }, itemIndex) {
				session.delivery.name = `cancellation of machine action ${id}`;
				const { done } = await writeOnce(context, session, itemIndex, {
					asked: { id, comment },
					about: id,
					send: async () => (await cancelMachineAction(session, id, comment)).entity,
					settle: async ({ asked }) => (await cancelUnlessCancelled(session, asked)).entity,
				});
				return entityItems([done], itemIndex);
			},
		}));
	},
};
