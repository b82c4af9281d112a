/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';
import { PollContext } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';
import { UnexpectedError } from 'n8n-workflow';
import type { PollContextFactory, PollHandler, StoredState } from './pollStorage';
import { jsonCopy, saveStaticData, staticDataKey } from './pollStorage';

/** The copy that one poll works on, and what it was copied from. */
interface Staged {
	snapshot: IDataObject;
	seed: IDataObject;
}

/** What the poll that runs has staged. One for all triggers: every storage in use slows each promise of the process. */
const staging = new AsyncLocalStorage<Staged>();

/**
 * Of the 45 seconds that n8n gives a poll, the trigger gets four fifths as its budget
 * (n8n 2.41.1, `TriggerExecutionContextFactory.getExecutePollFunctions`).
 */
const BUDGET_MS = 36_000;

/**
 * Polls on a copy of the static data, as n8n 2.41.1 does with N8N_POLLER_DURABLE_CURSORS_ENABLED
 * (`TriggerExecutionContextFactory`, `PollCursorService`): the copy is stored together with the execution that the poll
 * started, or alone when it gave nothing. A poll that threw, or whose execution n8n rejected, leaves the old cursor.
 */
export function stagedStaticData(stored: StoredState, handler: PollHandler, budgetMs?: number): PollContextFactory {
	/** What the poll changed, or nothing. */
	const take = (): IDataObject | undefined => {
		const staged = staging.getStore();
		if (!staged || isDeepStrictEqual(staged.snapshot, staged.seed)) return undefined;
		const cursor = structuredClone(staged.snapshot);
		staged.seed = cursor;
		return jsonCopy(cursor);
	};
	const commit = (cursor: IDataObject | undefined) => {
		if (cursor) stored.cursor = cursor;
	};
	return (workflow, node, additionalData, activation) =>
		new PollContext(
			workflow,
			node,
			additionalData,
			'trigger',
			activation,
			(items) => {
				const cursor = take();
				saveStaticData(stored, workflow);
				handler.accept(items, () => commit(cursor));
			},
			(error) => handler.fail(error),
			async () => commit(take()),
			async (poll) => {
				// The first poll moves what the workflow has stored into a row of its own.
				stored.cursor ??= jsonCopy((stored.staticData[staticDataKey(node)] as IDataObject) ?? {});
				const seed = jsonCopy(stored.cursor);
				return await staging.run({ snapshot: structuredClone(seed), seed }, poll);
			},
			() => {
				const staged = staging.getStore();
				if (staged) return staged.snapshot;
				throw new UnexpectedError('Poll node read its static data outside of a poll');
			},
			// The poll at activation has no such limit.
			budgetMs === undefined && activation !== 'update' ? undefined : () => budgetMs ?? BUDGET_MS,
		);
}
