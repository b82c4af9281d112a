import { createHash, randomUUID } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { DefenderError } from '../../service/errors';
import type { LiveResponseRequest } from '../../service/liveResponse';
import { findLostRun, LostRun, runLiveResponse } from '../../service/liveResponse';
import type { MachineAction } from '../../service/machineAction';
import type { Session } from '../../service/session';
import type { Tally } from '../../service/tally';

/** A run that was sent: the action that it became, or when it was sent, in ms, where its answer was lost. */
type Sent = MachineAction | { lostAt: number };

/**
 * Runs that this process has sent. n8n's Retry On Fail runs a whole node again when one of its items failed,
 * and the scripts of the others must not run twice: an item that was sent is then only waited for, and one whose
 * answer was lost is only looked for.
 */
const sent = new Map<string, Sent>();

/** A retry follows within seconds, so only the newest matter. */
const MOST_REMEMBERED = 5_000;

/** Names an item of one run of one node in one execution, and what it asks for. */
function keyOf(context: IExecuteFunctions, itemIndex: number, request: LiveResponseRequest): string {
	const place = [
		// Without an execution nothing is retried, and nothing may be taken for sent.
		context.getExecutionId() || randomUUID(),
		context.getNode().id,
		context.evaluateExpression('{{ $runIndex }}', itemIndex),
		itemIndex,
	];
	return createHash('sha256').update(JSON.stringify([place, request])).digest('hex');
}

function remember(key: string, run: Sent): void {
	sent.set(key, run);
	// A map keeps the order of insertion.
	for (const oldest of sent.keys()) {
		if (sent.size <= MOST_REMEMBERED) break;
		sent.delete(oldest);
	}
}

function isTaken(id: string): boolean {
	return [...sent.values()].some((run) => 'id' in run && run.id === id);
}

/**
 * Sends an item's commands, unless a try before this one has sent them.
 *
 * @throws DefenderError, LostRun, Cancelled
 */
export async function sendOnce(
	context: IExecuteFunctions,
	session: Session,
	request: LiveResponseRequest,
	itemIndex: number,
	tally: Tally,
): Promise<MachineAction> {
	const key = keyOf(context, itemIndex, request);
	const before = sent.get(key);
	if (before && 'id' in before) return before;
	const sentAt = before?.lostAt ?? session.clock.now();
	// Until it is known what became of it, it counts as lost: whatever ends the wait, it is not sent again.
	remember(key, { lostAt: sentAt });
	const sending = before
		? findLostRun(session, { request, sentAt, isTaken }, tally)
		: runLiveResponse(session, request, isTaken, tally);
	const action = await sending.catch((error: unknown) => {
		if (error instanceof DefenderError && !(error instanceof LostRun)) sent.delete(key);
		throw error;
	});
	remember(key, action);
	return action;
}
