import type { IExecuteFunctions } from 'n8n-workflow';
import type { MachineAction } from '../../service/machineAction';
import type { Session } from '../../service/session';
import type { Tally } from '../../service/callStats';
import { newTally } from '../../service/callStats';
import { ActionWatch } from '../../service/watching';
import { wrongParameter } from '../../host/parameters';
import type { Waiting } from '../../host/readSettings';
import { readWaiting } from '../../host/readSettings';

/** Waits for the live responses of all items of a node together. */
export class LiveResponseWaiter {
	private readonly waiting: Waiting;

	private watch: ActionWatch | undefined;

	constructor(private readonly context: IExecuteFunctions) {
		this.waiting = readWaiting(context);
	}

	/**
	 * The action as it is when it has ended, or when the wait is over.
	 *
	 * @param tally takes the time waited
	 * @throws DefenderError, Cancelled; NodeOperationError for an action that is no live response
	 */
	async until(session: Session, machineActionId: string, itemIndex: number, tally: Tally): Promise<MachineAction> {
		this.watch ??= new ActionWatch(session, this.waiting.intervalMs, this.waiting.maxWaitMs, newTally());
		const started = session.clock.now();
		const { action } = await this.watch.until(machineActionId);
		tally.waitedMs = session.clock.now() - started;
		if (action.commands.length > 0 || !action.type || /^live ?response$/i.test(action.type)) return action;
		throw wrongParameter(
			this.context,
			itemIndex,
			'Machine Action',
			`is of type ${action.type}`,
			'Only live responses have commands and results.',
		);
	}
}
