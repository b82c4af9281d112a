import type { IExecuteFunctions } from 'n8n-workflow';
import type { LiveResponseRequest } from '../../service/liveResponse';
import { runLiveResponse } from '../../service/liveResponse';
import type { Run, SentRun } from '../../service/lostRun';
import { findLostRun, LostRun } from '../../service/lostRun';
import { actionKey, subjectOf } from '../../service/machineAction';
import { namesExecution } from '../../service/runIdentity';
import type { Session } from '../../service/session';
import { writeOnce } from '../../host/writeOnce';
import { wasSentElsewhere } from './sentElsewhere';

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

/** @returns a run of this item, with what tells its action from all others */
function runOf(context: IExecuteFunctions, request: LiveResponseRequest, leftAt?: number): Run {
	const tries = leftAt === undefined ? [] : [leftAt];
	return { request, tries, executionId: context.getExecutionId(), isTaken, take: takeAction };
}

/**
 * Looks for the action that a run became which another process may have sent, in the same execution.
 *
 * @throws LostRun when there is none to be seen, or when its comment would not tell it from another execution's
 */
async function findSentElsewhere(session: Session, run: Run): Promise<SentRun> {
	const why = 'n8n runs this execution again, because the worker that ran it has stopped.';
	if (!namesExecution(run.request.comment, run.executionId)) throw new LostRun(why);
	return await findLostRun(session, run, why);
}

/**
 * Sends an item's commands, unless a try before this one has sent them, be it in another process of n8n. Where their
 * answer was lost, their action is looked for.
 *
 * @param answered called when others need not wait for the end, which may be long before it returns
 * @returns the action, and what tells it from others
 * @throws DefenderError, LostRun, Cancelled
 */
export async function sendOnce(
	context: IExecuteFunctions,
	session: Session,
	asked: LiveResponseRequest,
	itemIndex: number,
	answered: () => void,
): Promise<SentRun> {
	const find = async (request: LiveResponseRequest, leftAt?: number) => {
		answered();
		const run = runOf(context, request, leftAt);
		return leftAt === undefined ? await findSentElsewhere(session, run) : await findLostRun(session, run);
	};
	const { delivery } = session;
	delivery.machineId = asked.machineId;
	delivery.name = `a live response on ${asked.machineId}`;
	const { done: sent } = await writeOnce(context, session, itemIndex, {
		asked,
		about: [asked.machineId, asked.commands.map((command) => [command.type, subjectOf(command)])],
		async send(place): Promise<SentRun> {
			if (await wasSentElsewhere(context, session, place)) return await find(asked);
			return await runLiveResponse(session, runOf(context, asked), answered);
		},
		settle: async (earlier) => await find(earlier.asked, earlier.leftAt),
	});
	const { action } = sent;
	delivery.machineActionId = action.id;
	delivery.name = `live response ${action.id} on ${action.computerDnsName ?? asked.machineId}`;
	return sent;
}
