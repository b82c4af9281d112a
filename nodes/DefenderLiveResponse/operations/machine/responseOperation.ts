import { simplify } from '../../fields/simplify';
import { waitingFor } from '../../fields/waiting';
import { dryRunItems, entityItems, shownEntity } from '../../host/entityItems';
import { readParameters } from '../../host/readRows';
import { readWaiting } from '../../host/readSettings';
import type { Operation } from '../operation';
import { forItems } from '../operation';
import type { Response } from './response';
import { readResponse, requestFor, responseFields } from './response';
import { ResponseActions } from './startResponse';

/** A response action, and how the editor's list has it. */
export type ResponseRow = Response & Pick<Operation, 'value' | 'action' | 'description' | 'toolDescription'>;

const WAITING = waitingFor(false, 20);

/** The operation of a response action. */
export function responseOperation({ kind, own, onboarded, ...texts }: ResponseRow): Operation {
	const response: Response = { kind, own, onboarded };
	return {
		resource: 'machine',
		name: kind.responseAction.name,
		...texts,
		fields: responseFields(response, WAITING, { simplify }),
		execute: forItems((context) => {
			const actions = new ResponseActions(context);
			return {
				writes: true,
				read: (itemIndex) => ({
					...readResponse(context, response, itemIndex),
					...readParameters(context, { simplify }, itemIndex),
					waiting: readWaiting(context, itemIndex, WAITING),
				}),
				maxWaitMs: ({ waiting: { waits, maxWaitMs } }) => (waits ? maxWaitMs : undefined),
				async work(session, job, itemIndex) {
					const request = await requestFor(session, response, job);
					if (job.dryRun) return dryRunItems(session, request, itemIndex);
					const sent = await actions.start(session, request, itemIndex);
					const shown = (entity: unknown) => shownEntity('machineAction', entity, job.simplify);
					if (!job.waiting.waits) return entityItems([shown(sent.action.entity)], itemIndex);
					const { action: seen, ended, errors } = await actions.until(session, sent, job.waiting.intervalMs);
					const item = { ...shown(seen.entity), finished: ended, ...(errors.length > 0 && { errors }) };
					return entityItems([item], itemIndex);
				},
			};
		}),
	};
}
