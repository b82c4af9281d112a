import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { connect } from '../operations/connect';
import { toNodeError } from '../operations/nodeError';
import { Cancelled } from '../service/clock';
import { DefenderError } from '../service/errors';
import type { MachineAction } from '../service/machineAction';
import { actionKey, hasEnded } from '../service/machineAction';
import { getMachineActionsById, idLists, listMachineActions } from '../service/machineActions';
import type { Session } from '../service/session';
import { newTally } from '../service/tally';
import { itemsOf } from './items';
import type { Ledger } from './ledger';
import { newlyEnded, nextLedger, pollFilter, readLedger, unseen } from './ledger';
import { isWanted } from './matching';
import { readTriggerSettings } from './settings';

/** How long a poll takes at most where n8n sets no limit, in ms: n8n 1.x knows none, and polls again meanwhile. */
const LONGEST_POLL_MS = 4 * 60_000;

/** How many of the newest live responses a test looks through. */
const LOOKED_THROUGH = 1_000;

/** Polls that are under way in this process, by workflow and node: n8n 1.x starts the next before one has ended. */
const underWay = new Set<string>();

/** Everything that a poll has to see: what is new, what has not ended, and what was open and has ended since. */
async function lookAround(session: Session, ledger: Ledger | undefined): Promise<MachineAction[]> {
	const tally = newTally();
	const filter = pollFilter(ledger, session.clock.now());
	const seen = await listMachineActions(session, filter, Infinity, tally);
	for (const ids of idLists(unseen(ledger, seen))) seen.push(...(await getMachineActionsById(session, ids, tally)));
	return seen;
}

async function newestMatching(context: IPollFunctions): Promise<INodeExecutionData[] | null> {
	const settings = readTriggerSettings(context);
	const session = await connect(context, settings.limits, undefined);
	const actions = await listMachineActions(session, "type eq 'LiveResponse'", LOOKED_THROUGH, newTally());
	const newest = actions.find((action) => hasEnded(action) && isWanted(action, settings.filters));
	if (!newest) {
		throw new DefenderError(
			'No live response was found that has ended and fits the filters',
			'Run one over the API, for example with the Microsoft Defender Live Response node, or change Statuses and Filters. Those started in the Defender portal do not show here.',
		);
	}
	const { items, refusal } = await itemsOf(context, session, [newest], settings);
	if (refusal) throw refusal;
	return items;
}

async function endedSinceLastPoll(context: IPollFunctions): Promise<INodeExecutionData[] | null> {
	const kept = context.getWorkflowStaticData('node');
	const ledger = readLedger(kept.ledger);
	const settings = readTriggerSettings(context);
	const budgetMs = context.getPollBudgetMs?.() ?? LONGEST_POLL_MS;
	const session = await connect(context, settings.limits, AbortSignal.timeout(budgetMs));
	const seen = await lookAround(session, ledger);
	const now = session.clock.now() + (session.serviceAheadMs ?? 0);
	if (!ledger) {
		// The first poll: what has ended before it is not the trigger's.
		kept.ledger = nextLedger(undefined, seen, () => true, now);
		return null;
	}
	const wanted = newlyEnded(ledger, seen).filter((action) => isWanted(action, settings.filters));
	const { items, left, refusal } = await itemsOf(context, session, wanted, settings);
	// Nothing is lost by it: n8n shows why, and the next poll goes on from where this one began.
	if (items.length === 0 && refusal) throw refusal;
	kept.ledger = nextLedger(ledger, seen, ({ id }) => !left.has(actionKey(id)), now);
	return items.length > 0 ? items : null;
}

/** Lets a poll run unless the one before it still does. */
async function oneAtATime(
	key: string,
	poll: () => Promise<INodeExecutionData[] | null>,
): Promise<INodeExecutionData[] | null> {
	if (underWay.has(key)) return null;
	underWay.add(key);
	return await poll().finally(() => underWay.delete(key));
}

/**
 * One poll of the trigger: the live responses that have ended since the last one, each once; in a test run of the
 * editor the newest one that fits.
 *
 * @throws NodeApiError, NodeOperationError
 */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const polling =
		context.getMode() === 'manual'
			? newestMatching(context)
			: oneAtATime(`${context.getWorkflow().id} ${context.getNode().id}`, async () => await endedSinceLastPoll(context));
	const items = await polling.catch((error: unknown) => {
		const told =
			error instanceof Cancelled
				? new DefenderError('The poll took longer than n8n allows', 'The next one goes on from where this one began.')
				: error;
		throw toNodeError(context.getNode(), told);
	});
	return items && [items];
}
