import type { IExecuteFunctions } from 'n8n-workflow';
import type { ActionRequest } from '../service/actionRequest';
import { isRun } from '../service/actionRequest';
import type { Delivery } from '../service/delivery';
import { getOrCreate } from '../service/getOrCreate';
import type { Run, SentRun } from '../service/lostRun';
import { findLostRun, LostRun } from '../service/lostRun';
import { actionKey, subjectOf } from '../service/machineAction';
import { namesExecution } from '../service/runIdentity';
import type { Session } from '../service/session';
import { forgetOldest } from './forgetOldest';
import { wasSentElsewhere } from './sentElsewhere';
import { isRemembered, writeOnce } from './writeOnce';

/** Actions that belong to a run of this process, by key: no other item is given one of them. */
const taken = new Set<string>();

const isTaken = (id: string) => taken.has(actionKey(id));

function takeAction(id: string): void {
	taken.add(actionKey(id));
	forgetOldest(taken);
}

/** When tries of an item left that may have taken effect although it was sent again: while it waits for a busy device. */
const triesOf = new WeakMap<Delivery, number[]>();

/** @returns a request of this item, with what tells its action from all others */
function runOf<Request extends ActionRequest>(context: IExecuteFunctions, request: Request, tries: number[]): Run<Request> {
	return { request, tries, executionId: context.getExecutionId(), isTaken, take: takeAction };
}

/**
 * Looks for the action that a request became which another process may have sent, in the same execution.
 *
 * @throws LostRun when none is visible, or when its comment would not distinguish it from another execution's
 */
async function findSentElsewhere<Request extends ActionRequest>(session: Session, run: Run<Request>): Promise<SentRun<Request>> {
	const why = 'n8n runs this execution again, because the worker that ran it has stopped.';
	if (!namesExecution(run.request.comment, run.executionId)) throw new LostRun(run.request, why);
	return await findLostRun(session, run, why);
}

/** What a request is about, whatever an expression makes of its comment and arguments. */
function subjectOfRequest(request: ActionRequest): unknown[] {
	const what = isRun(request)
		? request.commands.map((command) => [command.type, subjectOf(command)])
		: [request.kind.responseAction.type, request.field?.value];
	return [request.machineId, what];
}

/** Whether a try of n8n before this one has sent what an item asks of a device, or may have. */
export function wasTried(context: IExecuteFunctions, session: Session, request: ActionRequest, itemIndex: number): boolean {
	return isRemembered(context, session, itemIndex, { request, subject: subjectOfRequest(request) });
}

/** How a request is sent. */
export interface Sending<Request extends ActionRequest> {
	send(run: Run<Request>): Promise<SentRun<Request>>;
	/** Called when others need not wait for the end, which may be long before it returns. */
	answered(): void;
	/** Runs the work, unless it runs or has run for another item that asks for the same. */
	share?(work: () => Promise<SentRun<Request>>): Promise<SentRun<Request>>;
}

/**
 * Sends what an item asks of a device, unless a try before this one has sent it, be it in another process of n8n. Where
 * the answer was lost, its action is looked for.
 *
 * @returns the action, and what tells it from others
 * @throws DefenderError, LostRun, Cancelled
 */
export async function sendOnce<Request extends ActionRequest>(
	context: IExecuteFunctions,
	session: Session,
	request: Request,
	itemIndex: number,
	{ send, answered, share = async (work) => await work() }: Sending<Request>,
): Promise<SentRun<Request>> {
	const find = async (sentRequest: Request, sentAt?: number) => {
		answered();
		const run = runOf(context, sentRequest, sentAt === undefined ? [] : [sentAt]);
		return await share(async () => (sentAt === undefined ? await findSentElsewhere(session, run) : await findLostRun(session, run)));
	};
	const { delivery } = session;
	const [a, name] = isRun(request) ? ['a ', 'live response'] : ['', request.kind.responseAction.name];
	delivery.machineId = request.machineId;
	delivery.name = `${a}${name} on ${request.machineId}`;
	const { done: sent } = await writeOnce(context, session, itemIndex, {
		request,
		subject: subjectOfRequest(request),
		async send(place): Promise<SentRun<Request>> {
			if (await wasSentElsewhere(context, session, place)) return await find(request);
			const tries = getOrCreate(triesOf, delivery, () => []);
			return await share(async () => await send(runOf(context, request, tries)));
		},
		recover: async (earlier) => await find(earlier.request, earlier.sentAt),
	});
	const { action } = sent;
	delivery.machineActionId = action.id;
	delivery.name = `${name} ${action.id} on ${action.computerDnsName ?? request.machineId}`;
	return sent;
}
