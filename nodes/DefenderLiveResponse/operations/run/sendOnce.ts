import { createHash, randomUUID } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { DefenderError } from '../../service/errors';
import type { LiveResponseRequest, SentRun } from '../../service/liveResponse';
import { findLostRun, LostRun, runLiveResponse } from '../../service/liveResponse';
import type { Session } from '../../service/session';
import { isTool } from '../../host/eachItem';
import { wasSentElsewhere } from './sentElsewhere';

/** A run that the service took, and what it was asked. */
export type Started = SentRun & { request: LiveResponseRequest };

/**
 * A run that was sent: what was asked for, and the action that it became or, where its answer was lost, when that was,
 * in ms; it is not known where another process may have sent it.
 */
type Sent = Started | { request: LiveResponseRequest; lostAt?: number };

/**
 * Runs that this process has sent. n8n's Retry On Fail runs a whole node again when one of its items failed,
 * and the scripts of the others must not run twice: an item that was sent is then only waited for, and one whose
 * answer was lost is only looked for.
 */
const sent = new Map<string, Sent>();

/** A retry follows within seconds, so only the newest matter. */
const MAX_REMEMBERED = 5_000;

/**
 * Names an item of one run of one node in one execution. What it asks for is left out: a retry evaluates expressions
 * such as `$now` anew.
 */
function keyOf(context: IExecuteFunctions, itemIndex: number, request: LiveResponseRequest): string {
	const node = context.getNode();
	const place = [
		// Without an execution nothing is retried, and nothing may be taken for sent.
		context.getExecutionId() || randomUUID(),
		node.id,
		context.evaluateExpression('{{ $runIndex }}', itemIndex),
		itemIndex,
		// Calls that an agent makes side by side may have one place.
		...(isTool(node) ? [request] : []),
	];
	return createHash('sha256').update(JSON.stringify(place)).digest('hex');
}

function remember(key: string, run: Sent): void {
	sent.set(key, run);
	// A map keeps the order of insertion.
	for (const oldest of sent.keys()) {
		if (sent.size <= MAX_REMEMBERED) break;
		sent.delete(oldest);
	}
}

function isTaken(id: string): boolean {
	return [...sent.values()].some((run) => 'action' in run && run.action.id === id);
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
 * Sends an item's commands, unless a try before this one has sent them, be it in another process of n8n.
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
	const key = keyOf(context, itemIndex, asked);
	const before = sent.get(key);
	if (before && 'action' in before) return before;
	const request = before?.request ?? asked;
	const isNew = !before && !(await wasSentElsewhere(context, session, key));
	const lostAt = isNew ? session.clock.now() : before?.lostAt;
	// Until it is known what became of it, it counts as lost: whatever ends the wait, it is not sent again.
	remember(key, { request, lostAt });
	const send = async () => {
		if (isNew) return await runLiveResponse(session, request, isTaken);
		if (lostAt === undefined) return await findSentElsewhere(context, session, request);
		return await findLostRun(session, { request, sentAt: lostAt, isTaken });
	};
	const run = await send().catch((error: unknown) => {
		if (error instanceof DefenderError && !(error instanceof LostRun)) sent.delete(key);
		throw error;
	});
	const known = { request, ...run };
	remember(key, known);
	return known;
}
