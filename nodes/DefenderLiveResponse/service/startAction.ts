import type { ActionRequest } from './actionRequest';
import { callOf, isRun } from './actionRequest';
import { pause } from './clock';
import { describeBlocker, blockerIdIn, BUSY, DeviceBusy } from './deviceBusy';
import { DefenderError, refusal } from './errors';
import { actionKey, hasEnded, readMachineAction } from './machineAction';
import type { Run, SentRun } from './lostRun';
import { adopt, findLostRun, judgeOwnership, listDeviceActions, LostRun, findOwnAction } from './lostRun';
import { callApi } from './request';
import type { Session } from './session';
import { callWithSession } from './sessionLimit';

/** When to look for what keeps a device busy that may be the request itself, in ms after each other. */
const OWN_ACTION_DELAYS_MS = [0, 2_000, 5_000, 15_000];

/**
 * Finds out what keeps a device busy: it may be this very request, where an earlier try took effect although it was
 * refused.
 *
 * @throws DeviceBusy when it is not; Cancelled
 */
async function resolveBusy<Request extends ActionRequest>(
	session: Session,
	run: Run<Request>,
	busy: DefenderError,
	answered: () => void,
): Promise<SentRun<Request>> {
	const [firstTry] = run.tries;
	// The last try was refused, so nothing was made at its time.
	run.tries.pop();
	const named = blockerIdIn(busy);
	for (const delay of run.tries.length > 0 ? OWN_ACTION_DELAYS_MS : [0]) {
		// One look is quick, and with the refusal the node may stop: then others are not to be sent.
		if (delay > 0) answered();
		if (delay > session.deadline.leftMs()) break;
		await pause(session.clock, delay, session.signal);
		const listed = await listDeviceActions(session, run.request).catch(refusal);
		// It is a help only: without leave to read actions there is none.
		if (listed instanceof DefenderError) break;
		const ours = findOwnAction(session, run, listed, firstTry);
		if (ours) return adopt(run, ours);
		const blocker = listed.find((action) => (named === undefined ? !hasEnded(action) : actionKey(action.id) === named));
		if (blocker) throw new DeviceBusy({ text: describeBlocker(blocker, session), id: blocker.id }, run.request, busy);
	}
	const portal = `The other one has no visible machine action${isRun(run.request) ? ': it may be a session in the Defender portal' : ''}.`;
	throw new DeviceBusy({ text: named === undefined ? portal : '', id: named }, run.request, busy);
}

/** How long others wait for an answer, in ms: a gateway can keep silent for a minute and a half. */
const MAX_SILENCE_MS = 15_000;

/** How an answer was lost, in words. */
function describeLoss({ failure, status }: DefenderError): string {
	if (status !== undefined) return `The answer had the status ${status}.`;
	return failure?.kind === 'network' ? `The connection was lost (${failure.code}).` : '';
}

/**
 * Asks for an action, once: where the answer is lost, the action is looked for rather than asked for again. So is one
 * that was asked for before, while the device was busy.
 *
 * @param run its `tries` are added to; those before, which may have taken effect, are there already
 * @param answered called when others need not wait for the end: where the action is looked for, or after a long silence
 * @throws DefenderError when the service refuses, DeviceBusy above all; LostRun when it is unknown whether it accepted
 * the request; Cancelled
 */
export async function startAction<Request extends ActionRequest>(
	session: Session,
	run: Run<Request>,
	answered = (): void => undefined,
): Promise<SentRun<Request>> {
	if (run.tries.length > 0) {
		// A device is free again when the action that a try before has become has ended.
		const listed = await listDeviceActions(session, run.request).catch(refusal);
		const ours = listed instanceof DefenderError ? undefined : findOwnAction(session, run, listed);
		if (ours) return adopt(run, ours);
	}
	const silence = new AbortController();
	const onSend = (at: number) => {
		run.tries.push(at);
		void pause(session.clock, MAX_SILENCE_MS, silence.signal).then(answered, () => undefined);
	};
	const ask = isRun(run.request) ? callWithSession : callApi;
	const answer = await ask(session, { ...callOf(run.request), onSend }).then((body) => ({ body }), refusal);
	silence.abort();
	const lost = async (how: string) => {
		answered();
		return await findLostRun(session, run, how);
	};
	if (answer instanceof DefenderError) {
		if (answer.sent !== 'no') return await lost(describeLoss(answer));
		if (answer.code === BUSY) return await resolveBusy(session, run, answer, answered);
		throw answer;
	}
	const action = readMachineAction(answer.body);
	if (!action) return await lost('Defender answered with something that is not a machine action.');
	const ownership = judgeOwnership(session, run, action);
	if (ownership.kind === 'own') return adopt(run, action);
	const answeredWith = `Defender answered with the machine action ${action.id}, but ${ownership.difference}.`;
	if (ownership.kind === 'unclear') throw new LostRun(run.request, answeredWith);
	// The list is a second witness: where busy devices are waited for, the same is sent again.
	const listed = await listDeviceActions(session, run.request).catch(refusal);
	if (listed instanceof DefenderError) return await lost(answeredWith);
	const ours = findOwnAction(session, run, listed);
	if (ours) return adopt(run, ours);
	const what = isRun(run.request) ? 'these commands' : 'this request';
	const text = `${describeBlocker(action, session)} Defender answered with it and did not accept ${what}: ${ownership.difference}.`;
	throw new DeviceBusy({ text, id: action.id }, run.request);
}
