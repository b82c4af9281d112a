import type { IDataObject } from 'n8n-workflow';
import { simplify } from '../../fields/simplify';
import { forEachItem } from '../../host/eachItem';
import { entityItems, ONE_OUTPUT } from '../../host/entityItems';
import { readParameters } from '../../host/readRows';
import { readItemWait } from '../../host/readSettings';
import { shownEntity } from '../../host/simplified';
import type { Operation } from '../operation';
import type { Response } from './response';
import { readResponse, requestFor, responseFields, shownRequest } from './response';
import { StartedActions } from './startedAction';
import { ResponseActions } from './startResponse';

/** A response action, and how the editor's list has it. */
export type ResponseRow = Response & Pick<Operation, 'value' | 'name' | 'action' | 'description' | 'toolDescription'>;

const WAIT = { waits: false, maxWaitMinutes: 20 };

/** The operation of a response action. */
export function responseOperation({ value, name, action, description, toolDescription, ...response }: ResponseRow): Operation {
	return {
		resource: 'machine',
		value,
		name,
		action,
		description,
		toolDescription,
		fields: responseFields(response, WAIT, { simplify }),
		async execute(context) {
			return await forEachItem(context, ONE_OUTPUT, () => {
				const starting = new ResponseActions(context);
				const started = new StartedActions();
				return {
					writes: true,
					read: (itemIndex) => ({
						...readResponse(context, response, itemIndex),
						...readParameters(context, { simplify }, itemIndex),
						wait: readItemWait(context, WAIT, itemIndex),
					}),
					maxWaitMs: ({ wait: { waits, maxWaitMs } }) => (waits ? maxWaitMs : undefined),
					async work(session, job, itemIndex) {
						const request = await requestFor(session, response, job);
						if (job.dryRun) return entityItems([shownRequest(session, request)], itemIndex);
						const sent = await starting.start(session, request, itemIndex);
						const shown = (entity: unknown) => shownEntity('machineAction', entity, job.simplify) as IDataObject;
						if (!job.wait.waits) return entityItems([shown(sent.action.entity)], itemIndex);
						const { action: seen, ended, errors } = await started.until(session, sent, job.wait.intervalMs);
						const item = { ...shown(seen.entity), finished: ended, ...(errors.length > 0 && { errors }) };
						return entityItems([item], itemIndex);
					},
				};
			});
		},
	};
}
