import { PollContext } from 'n8n-core';
import type { PollContextFactory, PollHandler, StoredState } from './pollStorage';
import { saveStaticData } from './pollStorage';

/**
 * Polls on the live static data, as n8n 1.123.81 does (`ActiveWorkflowManager.getExecutePollFunctions`), and n8n 2.41.1
 * unless durable cursors are switched on: what a poll writes is stored when it emits, even if n8n then rejects the
 * execution; a poll that gives nothing leaves it in memory.
 *
 * @param budgetMs without it the trigger has no `getPollBudgetMs`, which n8n 1.123.81 does not know
 */
export function liveStaticData(stored: StoredState, handler: PollHandler, budgetMs?: number): PollContextFactory {
	return (workflow, node, additionalData, activation) => {
		const context = new PollContext(
			workflow,
			node,
			additionalData,
			'trigger',
			activation,
			(items) => {
				saveStaticData(stored, workflow);
				handler.accept(items);
			},
			(error) => handler.fail(error),
			undefined,
			undefined,
			undefined,
			() => budgetMs ?? 0,
		);
		if (budgetMs === undefined) Reflect.deleteProperty(context, 'getPollBudgetMs');
		return context;
	};
}
