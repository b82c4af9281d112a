import { simplify } from '../../fields/simplify';
import { shownEntity } from '../../host/simplified';
import { readParameters } from '../../host/readRows';
import { machineActionIdField } from '../../fields/machineAction';
import { collectionField, fieldsOf } from '../../fields/row';
import { WAITING, WAITING_OPTIONS } from '../../fields/waiting';
import { bySignIn } from '../../service/session';
import { ActionWatch } from '../../service/watching';
import { forEachItem } from '../../host/eachItem';
import { entityItems, ONE_OUTPUT } from '../../host/entityItems';
import { readWaiting } from '../../host/readSettings';
import type { Operation } from '../operation';
import { readMachineActionId } from '../../host/parameters';

export const wait: Operation = {
	resource: 'machineAction',
	value: 'wait',
	name: 'Wait',
	description: 'Wait until a machine action has ended',
	toolDescription:
		'Wait until machine actions have ended, all input items together. If the wait ends first, the action is returned as last seen. Reads only, takes minutes.',
	builderHint:
		'finished says whether it has ended within Max Wait. Results of a live response come with Get Result, which waits by itself.',
	action: 'Wait for machine action to end',
	fields: [
		machineActionIdField,
		...fieldsOf({ maxWaitMinutes: WAITING.maxWaitMinutes, simplify }),
		collectionField('options', WAITING_OPTIONS),
	],
	async execute(context) {
		return await forEachItem(context, ONE_OUTPUT, () => {
			const watchOf = bySignIn((session) => new ActionWatch(session));
			return {
				read: (itemIndex) => ({
					id: readMachineActionId(context, itemIndex),
					waiting: readWaiting(context, itemIndex),
					...readParameters(context, { simplify }, itemIndex),
				}),
				maxWaitMs: ({ waiting }) => waiting.maxWaitMs,
				async work(session, { id, waiting: { intervalMs }, simplify: isSimple }, itemIndex) {
					const { deadline } = session;
					const { action, ended } = await watchOf(session).until(id, { deadline, intervalMs });
					return entityItems([{ ...(shownEntity('machineAction', action.entity, isSimple) as object), finished: ended }], itemIndex);
				},
			};
		});
	},
};
