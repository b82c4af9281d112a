import type { IDataObject } from 'n8n-workflow';
import { simplify } from '../../fields/simplify';
import { comment } from '../../fields/comment';
import { MACHINE_ACTION } from '../../fields/machineAction';
import type { Values } from '../../fields/row';
import { fieldsOf, flag } from '../../fields/row';
import { hasStarted } from '../../result/commandState';
import { watchCancelled } from '../../service/actionWatch';
import { DefenderError, refusal } from '../../service/errors';
import type { MachineAction } from '../../service/machineAction';
import { endedStatus, hasEnded } from '../../service/machineAction';
import { cancelMachineAction, getMachineAction } from '../../service/machineActions';
import type { Session } from '../../service/session';
import { entityItems, shownEntity } from '../../host/entityItems';
import type { Operation } from '../operation';
import { forItems } from '../operation';
import { readParameters } from '../../host/readRows';
import { writeOnce } from '../../host/writeOnce';

const CANCEL = {
	...MACHINE_ACTION,
	comment: comment('Why it is cancelled. Defender keeps it with the machine action.', { placeholder: 'e.g. Device is offline' }),
	onlyIfNotStarted: flag(
		'Only If Not Started',
		false,
		'Whether to cancel only what the device has certainly not started. The item says whether it was cancelled.',
	),
};

type CancelRequest = Values<typeof CANCEL>;

/** The action, and what a cancel that had a condition has done. */
function report(action: MachineAction, reason: string): IDataObject {
	return { ...(action.entity as IDataObject), cancelled: reason === '', started: hasStarted(action), reason };
}

/** Why an action is not cancelled; empty where it is, or may be. */
function whyNot(action: MachineAction): string {
	const ended = endedStatus(action);
	if (ended === 'Cancelled') return 'It had been cancelled before';
	if (ended) return `It has ended (${ended})`;
	const started = hasStarted(action);
	if (started === false) return '';
	return started ? 'The device has started it' : 'The device may have started it';
}

/** Of an action whose cancel was accepted. */
const STILL_RUNNING = 'Defender accepted the cancellation, and it is still running';

async function cancelIfNotStarted(session: Session, { machineActionId: id, comment: why }: CancelRequest): Promise<IDataObject> {
	const seen = await getMachineAction(session, id);
	const obstacle = whyNot(seen);
	if (obstacle !== '') return report(seen, obstacle);
	const answer = await cancelMachineAction(session, id, why).catch(refusal);
	if (!(answer instanceof DefenderError)) {
		const action = hasEnded(answer) ? answer : await watchCancelled(session, answer);
		if (!hasEnded(action)) return report(action, STILL_RUNNING);
		// The work can be done although the answer is that of a cancel.
		return report(action, endedStatus(action) === 'Cancelled' ? '' : whyNot(action));
	}
	// It may have started or ended between the two.
	const later = answer.sent === 'no' ? await getMachineAction(session, id).catch(refusal) : answer;
	if (later instanceof DefenderError || whyNot(later) === '') throw answer;
	return report(later, whyNot(later));
}

async function cancelAsRequested(session: Session, request: CancelRequest): Promise<IDataObject> {
	if (request.onlyIfNotStarted) return await cancelIfNotStarted(session, request);
	return (await cancelMachineAction(session, request.machineActionId, request.comment)).entity as IDataObject;
}

/** The result of a cancel whose answer was lost: a second one would be refused. */
async function cancelUnlessCancelled(session: Session, request: CancelRequest): Promise<IDataObject> {
	const seen = await getMachineAction(session, request.machineActionId);
	if (endedStatus(seen) !== 'Cancelled') return await cancelAsRequested(session, request);
	return request.onlyIfNotStarted ? report(seen, '') : (seen.entity as IDataObject);
}

export const cancel: Operation = {
	resource: 'machineAction',
	value: 'cancel',
	name: 'Cancel',
	description: 'Cancel a machine action that is still running',
	toolDescription:
		'Cancel a machine action that is still running. What its commands have done on the device is not undone. Takes a second.',
	action: 'Cancel machine action',
	fields: fieldsOf({ ...CANCEL, simplify }),
	execute: forItems((context) => ({
		writes: true,
		read: (itemIndex) => readParameters(context, { ...CANCEL, simplify }, itemIndex),
		async work(session, { simplify: isSimple, ...job }, itemIndex) {
			session.delivery.name = `cancellation of machine action ${job.machineActionId}`;
			const { done } = await writeOnce(context, session, itemIndex, {
				request: job,
				subject: job.machineActionId,
				send: async () => await cancelAsRequested(session, job),
				recover: async ({ request }) => await cancelUnlessCancelled(session, request),
			});
			const shown = shownEntity('machineAction', done, isSimple);
			if (!job.onlyIfNotStarted) return entityItems([shown], itemIndex);
			const { cancelled, started, reason } = done;
			if (!cancelled && reason !== STILL_RUNNING) session.delivery.sent = 'no';
			return entityItems([{ ...shown, cancelled, started, reason }], itemIndex);
		},
	})),
};
