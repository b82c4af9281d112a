import { DefenderError, refusal } from '../../service/errors';
import type { SentRun } from '../../service/lostRun';
import type { MachineAction } from '../../service/machineAction';
import { hasEnded } from '../../service/machineAction';
import { cancelMachineAction, getMachineAction } from '../../service/machineActions';
import { hasStarted } from '../../result/commandState';
import { ownershipOf } from '../../service/runIdentity';
import type { Session } from '../../service/session';
import { watchCancelled } from '../../service/actionWatch';

/** An action after the try to cancel it. */
export interface CancelResult {
	action: MachineAction;
	/** Why it goes on, where it does. */
	errors: string[];
}

/** Why an action must not be cancelled, where only one that has not started may be; empty where it may. */
async function whyNotCancelled(session: Session, seen: MachineAction): Promise<CancelResult['errors']> {
	// It may have started since it was last seen; what has started stays started.
	const action = hasStarted(seen) ? seen : await getMachineAction(session, seen.id).catch(refusal);
	if (action instanceof DefenderError) return [`It was not cancelled, since it is unknown whether it has started. ${action.fullText}`];
	const started = hasStarted(action);
	if (started === false) return [];
	return [`It was not cancelled, since the device ${started ? 'has started it' : 'may have started it'}`];
}

/**
 * Cancels an action that is still running after Max Wait, when it is certainly the one that a request became: nothing of
 * anybody else's is ever cancelled.
 *
 * @param seen the action, as last seen
 * @param onlyIfNotStarted whether one that the device may have started is left alone
 * @throws Cancelled
 */
export async function cancelOverdue(
	session: Session,
	{ action: sent, identity }: SentRun,
	seen: MachineAction,
	onlyIfNotStarted: boolean,
): Promise<CancelResult> {
	// With a run key it may be the run of an earlier execution. Where nothing has started nothing is lost, and the key makes
	// it this run as well. Else its comment tells: that execution may still wait for it.
	const own = onlyIfNotStarted ? identity : { ...identity, request: { ...identity.request, runKey: undefined } };
	const isProven = [seen, sent].some((action) => {
		const ownership = ownershipOf(action, own, false, session.serviceClock.aheadMs);
		return ownership.kind === 'own' && ownership.proven;
	});
	if (!isProven) {
		return { action: seen, errors: ['It was not cancelled, since it is not certain that this node started it'] };
	}
	const errors = onlyIfNotStarted ? await whyNotCancelled(session, seen) : [];
	if (errors.length > 0) return { action: seen, errors };
	const comment = `Not finished in time (${identity.request.comment})`;
	const answer = await cancelMachineAction(session, seen.id, comment).catch(refusal);
	if (!(answer instanceof DefenderError) && hasEnded(answer)) return { action: answer, errors: [] };
	const refused = answer instanceof DefenderError ? answer : undefined;
	// It may have ended just before, and a cancelled one takes a moment to end.
	const action = await watchCancelled(session, seen, refused?.sent === 'no' ? 0 : undefined);
	if (hasEnded(action)) return { action, errors: [] };
	const why = refused ? refused.fullText : 'It was cancelled, and is still running';
	return { action, errors: [why] };
}
