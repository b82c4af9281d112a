import type { MachineAction } from '../../service/machineAction';
import { hasEnded } from '../../service/machineAction';
import type { ResponseActionRequest } from '../../service/actionRequest';
import { DefenderError, refusal } from '../../service/errors';
import type { SentRun } from '../../service/lostRun';
import { differenceOf } from '../../service/runIdentity';
import type { ItemSession } from '../../service/session';
import { bySignIn } from '../../service/session';
import { ActionWatch } from '../../service/watching';

/** A started action when its wait ended. */
export interface StartedAction {
	action: MachineAction;
	ended: boolean;
	/** Why it could not be seen, where that is so. */
	errors: string[];
	/** Whether the service shows another action under its id. */
	isOther?: boolean;
}

/** Waits for actions that were started, those of all items together. */
export class StartedActions {
	private readonly watchOf = bySignIn((session) => new ActionWatch(session));

	/**
	 * The action when it has ended, or as last seen. If it is not visible, that is not an error: it was started.
	 *
	 * @throws Cancelled
	 */
	async until(session: ItemSession, started: SentRun<ResponseActionRequest>, intervalMs: number): Promise<StartedAction> {
		const { action: sent, traits } = started;
		const wait = { deadline: session.deadline, intervalMs, certain: true };
		const sighting = await this.watchOf(session).until(sent.id, wait).catch(refusal);
		if (sighting instanceof DefenderError) return { action: sent, ended: hasEnded(sent), errors: [sighting.inFull] };
		const { action, ended, refusal: unseen } = sighting;
		const difference = differenceOf(action, traits.request);
		if (difference !== undefined) {
			return { action: sent, ended: false, errors: [`The machine action is not the one that was sent: ${difference}`], isOther: true };
		}
		return { action, ended, errors: !ended && unseen ? [unseen.inFull] : [] };
	}
}
