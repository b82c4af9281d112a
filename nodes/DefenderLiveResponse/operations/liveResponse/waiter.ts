import type { IExecuteFunctions } from 'n8n-workflow';
import type { MachineAction } from '../../service/machineAction';
import type { Session } from '../../service/session';
import { bySignIn } from '../../service/session';
import { ActionWatch } from '../../service/watching';
import { parameterError } from '../../host/parameters';
import type { Waiting } from '../../host/readSettings';
import { readWaiting } from '../../host/readSettings';

/** Waits for the live responses of all items of a node together. */
export class LiveResponseWaiter {
	private readonly waiting: Waiting;

	private readonly watchOf = bySignIn(
		(session) => new ActionWatch(session, this.waiting.intervalMs, this.waiting.maxWaitMs),
	);

	constructor(private readonly context: IExecuteFunctions) {
		this.waiting = readWaiting(context);
	}

	/**
	 * The action as it is when it has ended, or when the wait is over.
	 *
	 * @throws DefenderError, Cancelled; NodeOperationError for an action that is no live response
	 */
	async until(session: Session, machineActionId: string, itemIndex: number): Promise<MachineAction> {
		const started = session.clock.now();
		const { action } = await this.watchOf(session).until(machineActionId);
		session.stats.waitedMs = session.clock.now() - started;
		if (action.commands.length > 0 || !action.type || /^live ?response$/i.test(action.type)) return action;
		throw parameterError(
			this.context,
			itemIndex,
			'Machine Action',
			`is of type ${action.type}`,
			'Only live responses have commands and results.',
		);
	}
}
