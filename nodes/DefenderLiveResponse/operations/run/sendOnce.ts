import type { IExecuteFunctions } from 'n8n-workflow';
import type { LiveResponseRequest, SentRun } from '../../service/liveResponse';
import { findLostRun, LostRun, runLiveResponse } from '../../service/liveResponse';
import { actionKey, subjectOf } from '../../service/machineAction';
import type { Session } from '../../service/session';
import { writeOnce } from '../../host/writeOnce';
import { wasSentElsewhere } from './sentElsewhere';

/** A run that the service took, and what it was asked. */
export type Started = SentRun & { request: LiveResponseRequest };

/** Actions that belong to a run of this process, by key: no other item is given one of them. */
const taken = new Set<string>();
const MAX_REMEMBERED = 5_000;

const isTaken = (id: string) => taken.has(actionKey(id));

function takeAction(id: string): void {
	taken.add(actionKey(id));
	// A set keeps the order of insertion.
	for (const oldest of taken) {
		if (taken.size <= MAX_REMEMBERED) break;
		taken.delete(oldest);
	}
}

/**
 * Looks for the action that a run became which another process may have sent, in the same execution.
 *
 * @throws LostRun when there is none to be seen, or when its comment would not tell it from another execution's
 */
async function findSentElsewhere(
	context: IExecuteFunctions,
	session: Session,
	request: LiveResponseRequest,
): Promise<SentRun> {
	const why = 'n8n runs this execution again, because the worker that ran it has stopped.';
	const isNamed = new RegExp(`\\bexecution ${context.getExecutionId()}\\b`).test(request.comment);
	if (!isNamed) throw new LostRun(why);
	return await findLostRun(session, { request, sentAt: 0, isTaken }).catch((error: unknown) => {
		if (error instanceof LostRun) throw new LostRun(why);
		throw error;
	});
}

/**
 * Sends an item's commands, unless a try before this one has sent them, be it in another process of n8n. Where their
 * answer was lost, their action is looked for.
 *
 * @returns the action, and the request that it answers
 * @throws DefenderError, LostRun, Cancelled
 */
export async function sendOnce(
	context: IExecuteFunctions,
	session: Session,
	asked: LiveResponseRequest,
	itemIndex: number,
): Promise<Started> {
	const find = async (request: LiveResponseRequest, leftAt?: number) =>
		leftAt === undefined
			? await findSentElsewhere(context, session, request)
			: await findLostRun(session, { request, sentAt: leftAt, isTaken });
	const { delivery } = session;
	delivery.machineId = asked.machineId;
	delivery.name = `a live response on ${asked.machineId}`;
	const { asked: request, done: run } = await writeOnce(context, session, itemIndex, {
		asked,
		about: [asked.machineId, asked.commands.map((command) => [command.type, subjectOf(command)])],
		async send(place): Promise<SentRun> {
			if (await wasSentElsewhere(context, session, place)) return await find(asked);
			return await runLiveResponse(session, asked, isTaken);
		},
		settle: async (earlier) => await find(earlier.asked, earlier.leftAt),
	});
	takeAction(run.action.id);
	delivery.machineActionId = run.action.id;
	delivery.name = `live response ${run.action.id} on ${run.action.computerDnsName ?? request.machineId}`;
	return { request, ...run };
}
