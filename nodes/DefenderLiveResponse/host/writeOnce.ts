import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { digest } from '../service/digest';
import { DefenderError } from '../service/errors';
import type { Session } from '../service/session';
import { briefly } from './briefly';
import { isTool } from './eachItem';
import { forgetOldest } from './forgetOldest';

/** A write of one try of n8n that has left. */
export interface Sent<Asked, Done = unknown> {
	asked: Asked;
	/** When it left, in ms; undefined where another process may have sent it. */
	leftAt?: number;
	/** Its result; undefined if unknown. */
	done?: Done;
}

/** A write of an item. */
export interface Write<Asked, Done> {
	asked: Asked;
	/** The part of it that all tries have in common, whatever their expressions give: the device, the file. */
	about: unknown;
	/**
	 * Asks for it.
	 *
	 * @param place names the item of this run of the node, for those who keep it elsewhere
	 */
	send(place: string): Promise<Done>;
	/** Finds the result of a try that may have been carried out; sends again only if that does no harm. */
	settle(earlier: Sent<Asked>): Promise<Done>;
}

type Named = Pick<Write<unknown, unknown>, 'asked' | 'about'>;

type Kept = Sent<unknown> & { call: string };

/** The writes of this process. */
const kept = new Map<string, Kept[]>();

/** Takes the first that matches: two calls do not get the same one. */
function take(key: string, matches: (each: Kept) => boolean): Kept | undefined {
	const list = kept.get(key) ?? [];
	const found = list.find(matches);
	const others = list.filter((each) => each !== found);
	if (others.length > 0) kept.set(key, others);
	else kept.delete(key);
	return found;
}

function keep(key: string, write: Kept): void {
	kept.set(key, [...(kept.get(key) ?? []), write]);
	forgetOldest(kept);
}

/** What an agent asked for. Each call has an id of its own, also where the agent asks for the same again. */
function callOf(context: IExecuteFunctions, itemIndex: number): string {
	const withoutId = (json: unknown) => ({ ...(json as object), toolCallId: undefined });
	const args = context.getInputData().map(({ json }) => withoutId(json));
	return digest([args, withoutId(context.evaluateExpression('{{ $json }}', itemIndex))]);
}

/**
 * Names an item's write by the node's name, which is its own (its id is not: copies keep it), and its place in the
 * execution. The request itself is left out: a retry evaluates expressions such as `$now` again.
 *
 * As a tool n8n counts the run up at each try, and can give two calls one place. There a call is known by what it is
 * about, and among those by what is asked.
 */
function namesOf(context: IExecuteFunctions, session: Session, itemIndex: number, write: Named) {
	const node = context.getNode();
	// Without an execution nothing is tried again, and nothing may be taken for done.
	const execution = [context.getExecutionId() || randomUUID(), session.cloud.apiBaseUrl, node.name];
	const run: unknown = context.evaluateExpression('{{ $runIndex }}', itemIndex);
	const place = [...execution, run, itemIndex];
	if (!isTool(node)) return { place: digest(place), key: digest(place), call: '', isSame: () => true };
	// A file of one name may be meant for the libraries of two tenants.
	const key = digest([...execution, session.application, write.about]);
	const call = callOf(context, itemIndex);
	const asked = JSON.stringify(write.asked);
	const isSame = (each: Kept) => each.call === call || JSON.stringify(each.asked) === asked;
	return { place: digest([...place, write.asked]), key, call, isSame };
}

/** Whether a try of n8n before this one has done an item's write, or may have. */
export function isKept(context: IExecuteFunctions, session: Session, itemIndex: number, write: Named): boolean {
	const { key, isSame } = namesOf(context, session, itemIndex, write);
	return kept.get(key)?.some(isSame) ?? false;
}

/**
 * Does an item's write, unless a try of n8n before this one has done it; what may have been carried out is settled
 * rather than asked for again. As a tool only a try that failed is remembered: an agent may want a thing done twice.
 * Afterwards `session.delivery` says whether it was sent, by this try or before.
 *
 * @returns the request, of this try or an earlier one, and its result
 * @throws what `send` or `settle` throws
 */
export async function writeOnce<Asked, Done>(
	context: IExecuteFunctions,
	session: Session,
	itemIndex: number,
	write: Write<Asked, Done>,
): Promise<Required<Pick<Sent<Asked, Done>, 'asked' | 'done'>>> {
	const { place, key, call, isSame } = namesOf(context, session, itemIndex, write);
	const asTool = isTool(context.getNode());
	const before = take(key, isSame) as (Sent<Asked, Done> & Kept) | undefined;
	const { delivery } = session;
	if (before?.done !== undefined) {
		keep(key, before);
		delivery.sent = 'yes';
		return { asked: before.asked, done: before.done };
	}
	const trying = before ? write.settle(before) : write.send(place);
	const done = await trying.catch((error: unknown) => {
		// Of a refusal it is known whether it came before anything was done; else what has left counts.
		if (error instanceof DefenderError) delivery.sent = error.sent;
		if (before) delivery.sent = 'maybe';
		if (delivery.sent !== 'no') keep(key, before ?? { asked: write.asked, leftAt: delivery.leftAt, call });
		throw error;
	});
	delivery.sent = 'yes';
	const sent = { asked: before?.asked ?? write.asked, done };
	if (!asTool) keep(key, { ...sent, done: briefly(done, sent.asked), call });
	return sent;
}
