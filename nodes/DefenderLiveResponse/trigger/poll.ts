import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { connect } from '../host/connect';
import { toNodeError } from '../host/nodeError';
import { redactedItem } from '../host/redactedItem';
import { Cancelled, systemClock, timeLimit } from '../service/clock';
import { DefenderError, refusal } from '../service/errors';
import type { MachineAction } from '../service/machineAction';
import { actionKey, hasEnded, readMachineAction } from '../service/machineAction';
import { getMachineActionsById, idLists, listActionEntities, listMachineActions, LIVE_RESPONSES } from '../service/machineActions';
import type { Session } from '../service/session';
import { serviceNow } from '../service/session';
import { ItemMaker } from './items';
import type { PollOutcome, Ledger, PollResult } from './ledger';
import { dueActions, isLastTry, nextLedger, pollFilter, pollTime, readLedger, missingIds } from './ledger';
import { isWanted } from './filters';
import { readTriggerSettings } from './settings';

/** How long a poll takes at most if n8n sets no limit, in ms: n8n 1.x has none, and polls again in the meantime. */
const MAX_POLL_MS = 4 * 60_000;

/** How many of the newest live responses a test run searches. */
const MAX_SEARCHED = 1_000;

/**
 * Polls that are under way in this process, by workflow and the node's name: n8n 1.x starts the next before one has
 * ended. Two nodes may share an id.
 */
const underWay = new Set<string>();

/**
 * Everything that a poll reads, each action once: new ones, unfinished ones, and those that were unfinished and have
 * ended since.
 *
 * @param searchSignal aborted when no more is to be asked for; the next poll reads the rest
 * @returns `unreadable`: how many have no usable id, by which they could be distinguished; `refused`: why some that were
 * unfinished cannot be read, which does not hold up the others
 */
async function readActions(
	session: Session,
	ledger: Ledger | undefined,
	searchSignal: AbortSignal,
): Promise<PollResult & { unreadable: number; refused?: DefenderError }> {
	const seen = new Map<string, MachineAction>();
	// While pages are read the list grows at its start, so that an action may come twice.
	const note = (actions: MachineAction[]) => {
		for (const action of actions) seen.set(actionKey(action.id), action);
	};
	const entities = await listActionEntities(session, pollFilter(ledger, session.clock.now()), Infinity);
	const actions = entities.map(readMachineAction).filter((action) => action !== undefined);
	note(actions);
	const pollInTime = { ...session, signal: searchSignal };
	const unknownIds: string[] = [];
	let refused: DefenderError | undefined;
	for (const ids of idLists(missingIds(ledger, [...seen.values()]))) {
		const found = await getMachineActionsById(pollInTime, ids, note).catch((error: unknown) =>
			error instanceof Cancelled ? undefined : refusal(error),
		);
		if (!found) break;
		if (found instanceof DefenderError) refused = found;
		else unknownIds.push(...ids.filter((key) => !seen.has(key)));
	}
	return { actions: [...seen.values()], unknownIds, unreadable: entities.length - actions.length, refused };
}

const redacted = (items: INodeExecutionData[], { secrets }: Session) => items.map((item) => redactedItem(item, secrets));

async function newestMatching(context: IPollFunctions): Promise<INodeExecutionData[] | null> {
	const settings = readTriggerSettings(context);
	const session = await connect(context, settings.limits, undefined);
	const actions = await listMachineActions(session, LIVE_RESPONSES, MAX_SEARCHED);
	const newest = actions.find((action) => hasEnded(action) && isWanted(action, settings));
	if (newest) return redacted(await new ItemMaker(context, session, settings).itemsOf(newest), session);
	throw new DefenderError(
		'No finished live response matches the filters',
		'Run one over the API, for example with the Microsoft Defender Live Response node, or change Statuses and Filters. Those started in the Defender portal are not visible here.',
	);
}

async function endedSinceLastPoll(
	context: IPollFunctions,
	signal: AbortSignal,
	searchSignal: AbortSignal,
): Promise<INodeExecutionData[] | null> {
	const kept = context.getWorkflowStaticData('node');
	const ledger = readLedger(kept.ledger);
	if (kept.ledger !== undefined && !ledger) {
		context.logger.warn('What the trigger remembered cannot be read. It starts again: live responses that ended before now are left out.');
	}
	const settings = readTriggerSettings(context);
	const session = await connect(context, settings.limits, signal);
	const { unreadable, refused, ...result } = await readActions(session, ledger, searchSignal);
	if (unreadable > 0) {
		context.logger.warn(`Defender listed ${unreadable} live responses without a usable ID. The trigger leaves them out.`);
	}
	if (refused) context.logger.warn(`Some live responses that were unfinished cannot be read: ${session.secrets.quote(refused.fullText)}`);
	const time = () => pollTime(ledger, [session.clock.now(), serviceNow(session)]);
	const now = time();
	if (!ledger) {
		// The first poll: what has ended before it is not the trigger's.
		kept.ledger = nextLedger(undefined, result, () => 'given', now);
		return null;
	}
	const due = new Set(dueActions(ledger, result.actions, now));
	const wanted = [...due].filter((action) => isWanted(action, settings));
	const maker = new ItemMaker(context, session, settings);
	const { items, outcomes } = await maker.itemsOfAll(wanted, (action) => isLastTry(ledger, action));
	// What is due and not wanted is done with; what is not due has its turn later.
	const outcomeOf = (action: MachineAction): PollOutcome => outcomes.get(actionKey(action.id)) ?? (due.has(action) ? 'given' : 'untouched');
	kept.ledger = nextLedger(ledger, result, outcomeOf, now, time());
	return items.length > 0 ? redacted(items, session) : null;
}

/**
 * A poll, unless one is under way, in the time that there is for it: of one half new things are looked for, and the rest
 * is for their results.
 */
async function pollInTime(context: IPollFunctions): Promise<INodeExecutionData[] | null> {
	const key = `${context.getWorkflow().id} ${context.getNode().name}`;
	if (underWay.has(key)) return null;
	const budgetMs = context.getPollBudgetMs?.() ?? MAX_POLL_MS;
	const [all, half] = [budgetMs, budgetMs / 2].map((ms) => timeLimit(systemClock, ms));
	underWay.add(key);
	return await endedSinceLastPoll(context, all.signal, half.signal).finally(() => {
		underWay.delete(key);
		all.end();
		half.end();
	});
}

/**
 * One poll of the trigger: the live responses that have ended since the last one, each once; in a test run of the
 * editor the newest one that matches.
 *
 * @throws NodeApiError, NodeOperationError
 */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const polling = context.getMode() === 'manual' ? newestMatching(context) : pollInTime(context);
	const items = await polling.catch((error: unknown) => {
		const shown =
			error instanceof Cancelled
				? new DefenderError('The poll took longer than n8n allows', 'The next one goes on from where this one began.')
				: error;
		throw toNodeError(context.getNode(), shown);
	});
	return items && [items];
}
