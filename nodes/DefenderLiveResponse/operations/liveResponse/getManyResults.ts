import { machineActionIdField } from '../../fields/machineAction';
import { resultFields } from '../../fields/result';
import { resultOptions } from '../../fields/resultOptions';
import { newTally } from '../../service/tally';
import { connect } from '../connect';
import { forEachItem } from '../eachItem';
import type { Operation } from '../operation';
import { readMachineActionId } from '../parameters';
import { readResultLimits, readResultSettings } from './readSettings';
import { readOutputs, ResultFetcher } from './results';
import { LiveResponseWaiter } from './waiter';

export const getManyResults: Operation = {
	resource: 'liveResponse',
	value: 'getManyResults',
	name: 'Get Many Results',
	description:
		'Get the results of all commands of a live response, one item each, in their order. Can wait until they are there. Reads only.',
	action: 'Get the results of all commands of a live response',
	fields: [machineActionIdField, ...resultFields({ followLink: true }), resultOptions()],
	async execute(context) {
		const outputs = readOutputs(context);
		return await forEachItem(context, outputs, () => {
			const limits = readResultLimits(context);
			const fetcher = new ResultFetcher(context, outputs);
			const waiter = new LiveResponseWaiter(context);
			return {
				read: (itemIndex) => ({
					machineActionId: readMachineActionId(context, itemIndex),
					settings: readResultSettings(context, itemIndex),
				}),
				open: async () => await connect(context, limits),
				async work(session, { machineActionId, settings }, itemIndex) {
					const tally = newTally();
					const action = await waiter.until(session, machineActionId, itemIndex, tally);
					// An ended live response without its commands may have a first one all the same.
					const indexes = action.commands.length > 0 ? action.commands.map(({ index }) => index) : [0];
					const items = indexes.map(
						async (commandIndex) =>
							await fetcher.fetch(session, { action, commandIndex, settings, itemIndex, tally: { ...tally } }),
					);
					return (await Promise.all(items)).flat();
				},
			};
		});
	},
};
