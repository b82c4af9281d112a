import { simplify } from '../../fields/simplify';
import { readOptions, readParameters } from '../../host/readRows';
import { MACHINE_ACTION } from '../../fields/machineAction';
import { collectionField, fieldsOf } from '../../fields/row';
import { WAITING, WAITING_OPTIONS } from '../../fields/waiting';
import { watches } from '../../service/actionWatch';
import { entityItems, shownEntity } from '../../host/entityItems';
import type { Operation } from '../operation';
import { forItems } from '../operation';

const ROWS = { ...MACHINE_ACTION, maxWaitMinutes: WAITING.maxWaitMinutes, simplify };

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
	fields: [...fieldsOf(ROWS), collectionField('options', WAITING_OPTIONS)],
	execute: forItems((context) => {
		const watchOf = watches();
		return {
			read: (itemIndex) => ({ ...readParameters(context, ROWS, itemIndex), ...readOptions(context, WAITING_OPTIONS, itemIndex) }),
			maxWaitMs: ({ maxWaitMinutes: maxWaitMs }) => maxWaitMs,
			async work(session, { machineActionId, pollInterval: intervalMs, simplify: isSimple }, itemIndex) {
				const { deadline } = session;
				const { action, ended } = await watchOf(session).until(machineActionId, { deadline, intervalMs });
				return entityItems([{ ...shownEntity('machineAction', action.entity, isSimple), finished: ended }], itemIndex);
			},
		};
	}),
};
