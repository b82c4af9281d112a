import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { Delivery } from '../service/delivery';
import { digest } from '../service/digest';
import { DefenderError } from '../service/errors';
import type { Session } from '../service/session';
import { withoutLongParts } from './withoutLongParts';
import { forgetOldest } from './forgetOldest';
import { isTool } from './isTool';

/** A write of one try of n8n that has left. */
export interface Sent<Request, Done = unknown> {
	request: Request;
	/** When it left, in ms; undefined where another process may have sent it. */
	sentAt?: number;
	/** Its result; undefined if unknown. */
	done?: Done;
}

/** A write of an item. */
export interface Write<Request, Done> {
	request: Request;
	/** The part of it that all tries have in common, whatever their expressions give: the device, the file. */
	subject: unknown;
	/**
	 * Asks for it.
	 *
	 * @param place names the item of this run of the node, for those who keep it elsewhere
	 */
	send(place: string): Promise<Done>;
	/** Finds the result of a try that may have been carried out; sends again only if that does no harm. */
	recover(earlier: Sent<Request>): Promise<Done>;
	/** Whether there may be thousands in a minute, and a second one does no harm: they must not displace others in the memory. */
	isBulk?: boolean;
}

type WriteIdentity = Pick<Write<unknown, unknown>, 'request' | 'subject'>;

/** With the place of the service, what was asked for as a tool, and how far the write had come. */
type RememberedWrite = Sent<unknown> & { service: string; call: string; delivery: Delivery };

type Memory = Map<string, RememberedWrite[]>;

/** The writes of this process. */
const remembered: Memory = new Map();
const rememberedBulk: Memory = new Map();

/** Takes the first that matches: two calls do not get the same one. */
function take(memory: Memory, key: string, matches: (each: RememberedWrite) => boolean): RememberedWrite | undefined {
	const list = memory.get(key) ?? [];
	const found = list.find(matches);
	const others = list.filter((each) => each !== found);
	if (others.length > 0) memory.set(key, others);
	else memory.delete(key);
	return found;
}

/** An execution, and the node by its name, which is its own (its id is not: copies keep it). */
function nodeOf(context: IExecuteFunctions): unknown[] {
	// Without an execution nothing is tried again, and nothing may be taken for done.
	return [context.getExecutionId() || randomUUID(), context.getNode().name];
}

/** What an agent asked a node for. Each call has an id of its own, also where the agent asks for the same again. */
function callOf(context: IExecuteFunctions, itemIndex: number): string {
	const withoutId = (json: unknown) => ({ ...(json as object), toolCallId: undefined });
	const args = context.getInputData().map(({ json }) => withoutId(json));
	return digest([...nodeOf(context), args, withoutId(context.evaluateExpression('{{ $json }}', itemIndex))]);
}

function placeOf(context: IExecuteFunctions, itemIndex: number): unknown[] {
	return [...nodeOf(context), context.evaluateExpression('{{ $runIndex }}', itemIndex), itemIndex];
}

/**
 * Names an item's write by its node and its place in the execution. The request itself is left out: a retry evaluates
 * expressions such as `$now` again.
 *
 * As a tool n8n counts the run up at each try, and can give two calls one place. There a call is known by what it is
 * about, and among those by what is asked.
 */
function identityOf(context: IExecuteFunctions, { application, cloud }: Session, itemIndex: number, write: WriteIdentity) {
	const place = placeOf(context, itemIndex);
	const service = cloud.apiBaseUrl;
	const isSameService = (each: RememberedWrite) => each.service === service;
	if (!isTool(context.getNode())) {
		return { place: digest([service, ...place]), key: digest(place), service, call: '', isSame: isSameService };
	}
	// A file of one name may be meant for the libraries of two tenants.
	const key = digest([...nodeOf(context), application, write.subject]);
	const call = callOf(context, itemIndex);
	const request = JSON.stringify(write.request);
	const isSame = (each: RememberedWrite) => isSameService(each) && (each.call === call || JSON.stringify(each.request) === request);
	return { place: digest([service, ...place, write.request]), key, service, call, isSame };
}

/** Whether a try of n8n before this one has done an item's write, or may have. */
export function isRemembered(context: IExecuteFunctions, session: Session, itemIndex: number, write: WriteIdentity): boolean {
	const { key, isSame } = identityOf(context, session, itemIndex, write);
	return remembered.get(key)?.some(isSame) ?? false;
}

/**
 * How far a try of n8n before this one has come with an item's write: this one may fail before it comes to that. As a
 * tool it is the call before it that asked for the same.
 *
 * @returns undefined where nothing was sent
 */
export function earlierDelivery(context: IExecuteFunctions, itemIndex: number): Delivery | undefined {
	const node = context.getNode();
	if (isTool(node)) {
		const call = callOf(context, itemIndex);
		return [...remembered.values(), ...rememberedBulk.values()].flat().find((each) => each.call === call)?.delivery;
	}
	if (!node.retryOnFail) return undefined;
	const key = digest(placeOf(context, itemIndex));
	return (remembered.get(key) ?? rememberedBulk.get(key))?.[0].delivery;
}

/**
 * Does an item's write, unless a try of n8n before this one has done it; what may have been carried out is settled
 * rather than asked for again. As a tool only a try that failed is remembered: an agent may want a thing done twice.
 * Afterwards `session.delivery` says whether it was sent, by this try or before.
 *
 * @returns the request, of this try or an earlier one, and its result
 * @throws what `send` or `recover` throws
 */
export async function writeOnce<Request, Done>(
	context: IExecuteFunctions,
	session: Session,
	itemIndex: number,
	write: Write<Request, Done>,
): Promise<Required<Pick<Sent<Request, Done>, 'request' | 'done'>>> {
	const { place, key, service, call, isSame } = identityOf(context, session, itemIndex, write);
	const asTool = isTool(context.getNode());
	const memory = write.isBulk ? rememberedBulk : remembered;
	const remember = (own: RememberedWrite) => {
		memory.set(key, [...(memory.get(key) ?? []), own]);
		forgetOldest(memory);
	};
	const before = take(memory, key, isSame) as (Sent<Request, Done> & RememberedWrite) | undefined;
	const { delivery } = session;
	if (before?.done !== undefined) {
		remember(before);
		delivery.sent = 'yes';
		return { request: before.request, done: before.done };
	}
	const trying = before ? write.recover(before) : write.send(place);
	const done = await trying.catch((error: unknown) => {
		// Of a refusal it is known whether it came before anything was done; else what has left counts.
		if (error instanceof DefenderError) delivery.sent = error.sent;
		if (before) delivery.sent = 'maybe';
		if (delivery.sent !== 'no') remember(before ?? { request: write.request, sentAt: delivery.sentAt, service, call, delivery });
		throw error;
	});
	delivery.sent = 'yes';
	const sent = { request: before?.request ?? write.request, done };
	if (!asTool) remember({ ...sent, done: withoutLongParts(done, sent.request), service, call, delivery });
	return sent;
}
