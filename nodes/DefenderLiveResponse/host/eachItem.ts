import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { plainValue } from './plainText';
import { stoppable, systemClock } from '../service/clock';
import type { Delivery } from '../service/delivery';
import type { Limits } from '../service/pacing';
import { SERVICE_LIMITS } from '../service/pacing';
import { fairPauses } from '../service/fairPauses';
import { Deadline, withoutMaxWait } from '../service/deadline';
import { DefenderError } from '../service/errors';
import type { ItemSession, Session } from '../service/session';
import { itemSession } from '../service/session';
import { connectItems } from './connect';
import { isTool } from './isTool';
import { deviceOf } from './knownItem';
import { errorItem, toNodeError } from './nodeError';
import { describeSent } from './describeSent';
import { showHints } from './runHints';
import { redactedItem } from './redactedItem';
import { earlierDelivery } from './writeOnce';

/** An item and the output it leaves by. */
export interface Routed {
	output: number;
	item: INodeExecutionData;
}

/** How an operation treats its input items. */
export interface ItemWork<Job> {
	/** The user's limits for result links, where the operation asks for them; else the service's. */
	limits?: Limits;
	/** Whether it changes something, so that an error says whether it was sent. */
	writes?: boolean;
	/** Reads and checks an item's parameters. Makes no request. */
	read(itemIndex: number): Job | Promise<Job>;
	/** The keys of its items, in their order, for an item that is refused. */
	keys?: IDataObject;
	/** How long an item waits, in ms; undefined where there is no Max Wait. */
	maxWaitMs?(job: Job): number | undefined;
	/** Does one item's work; all items' run side by side. */
	work(session: ItemSession, job: Job, itemIndex: number): Promise<Routed[]>;
}

/** How many outputs a node has, and which of them gets error items. */
export interface Outputs {
	count: number;
	forErrors: number;
}

/** What a model reads in place of no items. */
const NOTHING_FOUND = 'Nothing was found. The call succeeded: there is nothing that matches.';

type Settled<T> = { value: T } | { error: unknown };

async function attempt<T>(action: () => T | Promise<T>): Promise<Settled<T>> {
	try {
		return { value: await action() };
	} catch (error) {
		return { error };
	}
}

/** The parameters of all items, each of which may be wrong. Reading them takes time; other executions get their turn. */
async function readAll<Job>(count: number, read: ItemWork<Job>['read']): Promise<Array<Settled<Job>>> {
	const jobs: Array<Settled<Job>> = [];
	const pause = fairPauses(systemClock);
	for (let itemIndex = 0; itemIndex < count; itemIndex++) {
		jobs.push(await attempt(() => read(itemIndex)));
		await pause();
	}
	return jobs;
}

async function workOnAll<Job>(context: IExecuteFunctions, outputs: Outputs, prepare: () => ItemWork<Job>): Promise<Routed[]> {
	const node = context.getNode();
	const continues = context.continueOnFail();
	const { limits = SERVICE_LIMITS.results, writes, read, keys, maxWaitMs, work } = prepare();
	const jobs = await readAll(context.getInputData().length, read);
	const deliveries = jobs.map((_, itemIndex): Delivery => ({ sent: 'no', ...(writes && earlierDelivery(context, itemIndex)) }));
	const refuse = (settled: Array<Settled<unknown>>): void => {
		const wrong = settled.findIndex((each) => 'error' in each);
		if (wrong < 0 || continues) return;
		throw toNodeError(node, (settled[wrong] as { error: unknown }).error, wrong, { note: describeSent(deliveries) });
	};
	refuse(jobs);
	const userSignal = context.getExecutionCancelSignal();
	const { signal, stop, end } = stoppable(userSignal);
	const connected = await attempt(async () => await connectItems(context, limits, { signal, userSignal }));
	// It is the error of the node, not of an item.
	if ('error' in connected && !continues) throw toNodeError(node, connected.error, undefined, { note: describeSent(deliveries) });
	const ready = await Promise.all(
		jobs.map(async (job, itemIndex): Promise<Settled<{ job: Job; session: Session }>> => {
			if ('error' in job) return job;
			if ('error' in connected) return connected;
			return await attempt(async () => ({ job: job.value, session: await connected.value(itemIndex) }));
		}),
	);
	refuse(ready);

	let fatal: { error: unknown; itemIndex: number } | undefined;
	const asItem = (error: unknown, itemIndex: number): Routed[] => {
		if (continues) {
			const item = errorItem(context, error, itemIndex, { writes, delivery: deliveries[itemIndex], keys });
			return [{ output: outputs.forErrors, item }];
		}
		fatal ??= { error, itemIndex };
		stop();
		return [];
	};
	const all = await Promise.all(
		ready.map(async (item, itemIndex) => {
			if ('error' in item) return asItem(item.error, itemIndex);
			const { job, session } = item.value;
			const { clock } = session;
			const maxMs = maxWaitMs?.(job);
			const deadline = maxMs === undefined ? withoutMaxWait(clock) : new Deadline(clock, maxMs);
			const own = itemSession(session, deadline);
			deliveries[itemIndex] = Object.assign(own.delivery, deliveries[itemIndex]);
			const routed = await work(own, job, itemIndex).catch((error: unknown) => asItem(error, itemIndex));
			return routed.map(({ output, item: left }) => ({ output, item: redactedItem(left, own.secrets) }));
		}),
	);
	end();
	if (!fatal) {
		const routed = all.flat();
		const pacedMs = ready.reduce((max, item) => Math.max(max, ('value' in item && item.value.session.learned.pacedMs) || 0), 0);
		showHints(
			context,
			routed.map(({ item }) => item.json),
			pacedMs,
		);
		return routed;
	}
	const { error, itemIndex } = fatal;
	// An error that says itself that something may have been sent means its own item.
	const isSaid = error instanceof DefenderError && error.sent !== 'no';
	const sent = describeSent(deliveries.filter((_, each) => each !== itemIndex || !isSaid));
	const failed = ready[itemIndex];
	const secrets = 'value' in failed ? failed.value.session.secrets : undefined;
	if (sent !== '' && userSignal?.aborted) context.logger.warn(`The execution was stopped. ${secrets?.redact(sent) ?? sent}`);
	const { name, id } = deviceOf(context, itemIndex, deliveries[itemIndex]);
	// Of one item it is plain which ID it has.
	const device = { name, id: ready.length > 1 ? id : undefined };
	throw toNodeError(node, error, itemIndex, { device, note: sent, secrets });
}

/**
 * The items where all have failed, if the node is to continue: an error that is thrown then n8n takes for none, and
 * passes the input on as if nothing had happened.
 *
 * @throws NodeApiError, NodeOperationError if it is not
 */
export function refusedItems(context: IExecuteFunctions, error: unknown): INodeExecutionData[] {
	if (!context.continueOnFail()) throw toNodeError(context.getNode(), error);
	return context.getInputData().map((_, itemIndex) => errorItem(context, error, itemIndex));
}

/**
 * Runs an operation for all input items: parameters of all are checked before the first request, an item that fails
 * ends the node (or becomes an item, with Continue On Fail), and what comes out stays in the order of the input.
 *
 * @param prepare reads what holds for the whole node; where that fails, every item has failed
 * @throws NodeApiError, NodeOperationError
 */
export async function forEachItem<Job>(
	context: IExecuteFunctions,
	outputs: Outputs,
	prepare: () => ItemWork<Job>,
): Promise<INodeExecutionData[][]> {
	const all = await workOnAll(context, outputs, prepare).catch((error: unknown): Routed[] =>
		refusedItems(context, error).map((item) => ({ output: outputs.forErrors, item })),
	);
	const returned: INodeExecutionData[][] = Array.from({ length: outputs.count }, () => []);
	const forModel = isTool(context.getNode());
	for (const { output, item } of all) {
		returned[output].push(forModel ? { ...item, json: plainValue(item.json) as IDataObject } : item);
	}
	// To a model an answer without a text is a tool that failed.
	if (forModel && all.length === 0) returned[0].push({ json: { message: NOTHING_FOUND }, pairedItem: { item: 0 } });
	return returned;
}
