import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import type { Routed } from '../host/eachItem';
import { ONE_OUTPUT, shownEntity } from '../host/entityItems';
import { requestsForAll, ResultFetcher } from '../host/resultFetcher';
import { Cancelled } from '../service/clock';
import { DefenderError } from '../service/errors';
import type { MachineAction } from '../service/machineAction';
import { actionKey } from '../service/machineAction';
import type { Session } from '../service/session';
import { withOwnStats } from '../service/session';
import type { PollOutcome } from './ledger';
import type { TriggerSettings } from './settings';

function reasonOf(error: unknown, failed: DefenderError | undefined): string {
	if (error instanceof Cancelled) {
		return ['The result could not be fetched in the time that n8n gives a poll', failed?.fullText].filter(Boolean).join('. ');
	}
	if (error instanceof DefenderError) return error.fullText;
	return error instanceof Error ? error.message : String(error);
}

/** A trigger has no input to pair its items with. */
function unpaired(routed: Routed[]): INodeExecutionData[] {
	return routed.map(({ item: { json, binary } }) => ({ json, ...(binary && { binary }) }));
}

/** Makes items of ended actions. */
export class ItemMaker {
	private readonly fetcher: ResultFetcher;

	constructor(
		private readonly context: IPollFunctions,
		private readonly session: Session,
		private readonly settings: TriggerSettings,
	) {
		this.fetcher = new ResultFetcher(context, ONE_OUTPUT, 'fetchLater');
	}

	/**
	 * The items of one action: itself, or the results of all its commands.
	 *
	 * @throws DefenderError; Cancelled when the time has passed; what n8n throws when it cannot store a file
	 */
	async itemsOf(action: MachineAction, session = this.session): Promise<INodeExecutionData[]> {
		if (this.settings.emit === 'actions') return [{ json: shownEntity('machineAction', action.entity, this.settings.simplify) }];
		const requests = requestsForAll(action, this.settings.result, 0);
		const fetched = requests.map(async (request) => await this.fetcher.fetch(session, request));
		// Waits for all of them before a failure is reported: none continues after the poll.
		const settled = await Promise.allSettled(fetched);
		const failed = settled.find((each) => each.status === 'rejected');
		if (failed) throw failed.reason;
		return unpaired(settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : [])));
	}

	/**
	 * The items of many actions, and the result of each action, by key. What cannot be fetched is left for a later poll.
	 *
	 * @param isLastTry whether an action that fails now comes out without its results, with the reason
	 */
	async itemsOfAll(actions: MachineAction[], isLastTry: (action: MachineAction) => boolean) {
		const outcomes = new Map<string, PollOutcome>();
		const made = actions.map(async (action) => {
			let failed: DefenderError | undefined;
			const session = { ...withOwnStats(this.session), onFailure: (error: DefenderError) => void (failed = error) };
			const key = actionKey(action.id);
			outcomes.set(key, 'given');
			return await this.itemsOf(action, session).catch((error: unknown) => {
				// What waited for its turn when time was over has not been tried.
				outcomes.set(key, session.stats.apiCalls > 0 || !(error instanceof Cancelled) ? 'failed' : 'untouched');
				if (outcomes.get(key) === 'untouched') return [];
				const reason = reasonOf(error, failed);
				this.context.logger.warn(`The results of the machine action ${action.id} could not be fetched: ${reason}`);
				if (!isLastTry(action)) return [];
				outcomes.set(key, 'given');
				const requests = requestsForAll(action, this.settings.result, 0);
				return unpaired(requests.flatMap((request) => this.fetcher.itemsWithoutResult(this.session, request, 'unreadable', reason)));
			});
		});
		return { items: (await Promise.all(made)).flat(), outcomes };
	}
}
