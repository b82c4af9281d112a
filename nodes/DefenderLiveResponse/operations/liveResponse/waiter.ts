import type { IExecuteFunctions } from 'n8n-workflow';
import { isLiveResponse } from '../../service/machineAction';
import { parameterError } from '../../host/parameters';
import type { Waiting } from '../../host/readSettings';
import type { ItemSession } from '../../service/session';
import type { Observation } from '../../service/actionWatch';
import { watches } from '../../service/actionWatch';

/** Waits for the live responses of all items of a node together. */
export class LiveResponseWaiter {
	private readonly watchOf = watches();

	constructor(private readonly context: IExecuteFunctions) {}

	/**
	 * The action as it is when it has ended, or when the wait ends.
	 *
	 * @param certain whether the id is known to be that of a live response, since the service answered a run with it
	 * @throws DefenderError, Cancelled; NodeOperationError for an action that is not a live response
	 */
	async until(
		session: ItemSession,
		machineActionId: string,
		itemIndex: number,
		{ intervalMs }: Waiting,
		{ certain = false } = {},
	): Promise<Observation> {
		const started = session.clock.elapsed();
		const observation = await this.watchOf(session).until(machineActionId, { deadline: session.deadline, intervalMs, certain });
		session.stats.waitedMs = session.clock.elapsed() - started;
		const { action } = observation;
		if (certain || action.commands.length > 0 || !action.type || isLiveResponse(action.type)) return observation;
		const advice = 'Only live responses have commands and results.';
		throw parameterError(this.context, itemIndex, 'Machine Action', `is of type ${action.type}`, advice);
	}
}
