import { MACHINE_ACTION } from '../../fields/machineAction';
import { fieldsOf } from '../../fields/row';
import { resultFields } from '../../result/fields';
import { resultOptions } from '../../result/options';
import { withOwnStats } from '../../service/session';
import { forEachItem } from '../../host/eachItem';
import type { Operation } from '../operation';
import { readParameters } from '../../host/readRows';
import { readResultLimits, readResultSettings, readWaiting } from '../../host/readSettings';
import { keysOfResults, readOutputs, requestsForAll, ResultFetcher } from '../../host/resultFetcher';
import { LiveResponseWaiter } from './waiter';

export const getManyResults: Operation = {
	resource: 'liveResponse',
	value: 'getManyResults',
	name: 'Get Many Results',
	description: 'Get the results of all commands of a live response',
	toolDescription:
		'Get the results of all commands of a live response, one item each, in their order. Reads only. Takes seconds when it has ended, else waits for it, which takes minutes.',
	builderHint:
		'For live responses of several commands: one item each. outcome pending is not an error: the device is not finished, ask again later.',
	action: 'Get all results of live response',
	fields: [...fieldsOf(MACHINE_ACTION), ...resultFields({ followLink: true }), resultOptions()],
	async execute(context) {
		const outputs = readOutputs(context);
		return await forEachItem(context, outputs, () => {
			const fetcher = new ResultFetcher(context, outputs);
			const waiter = new LiveResponseWaiter(context);
			return {
				limits: readResultLimits(context),
				keys: keysOfResults(context),
				read: (itemIndex) => ({
					...readParameters(context, MACHINE_ACTION, itemIndex),
					settings: readResultSettings(context, itemIndex),
					waiting: readWaiting(context, itemIndex),
				}),
				maxWaitMs: ({ waiting: { waits, maxWaitMs } }) => (waits ? maxWaitMs : 0),
				async work(session, { machineActionId, settings, waiting }, itemIndex) {
					const { action, refusal } = await waiter.until(session, machineActionId, itemIndex, waiting);
					const refused = refusal ? [refusal.inFull] : [];
					const items = requestsForAll(action, settings, itemIndex).map(
						async (request) =>
							await fetcher.fetch(withOwnStats(session, session.stats), { ...request, errors: [...(request.errors ?? []), ...refused] }),
					);
					return (await Promise.all(items)).flat();
				},
			};
		});
	},
};
