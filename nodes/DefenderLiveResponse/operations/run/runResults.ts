import type { IExecuteFunctions } from 'n8n-workflow';
import type { ResultSettings } from '../../result/options';
import { Cancelled } from '../../service/clock';
import { DefenderError } from '../../service/errors';
import type { LiveResponseCommand } from '../../service/actionRequest';
import type { SentRun } from '../../service/lostRun';
import type { ActionCommand, MachineAction } from '../../service/machineAction';
import { hasEnded, readMachineAction, normalizedWord } from '../../service/machineAction';
import { differenceOf, sortedByIndex } from '../../service/runIdentity';
import type { ItemSession } from '../../service/session';
import { withOwnStats } from '../../service/session';
import type { Observation } from '../../service/actionWatch';
import type { Outputs, Routed } from '../../host/eachItem';
import type { CancelOnTimeout } from './options';
import { cancelOverdue } from './overdue';
import { noteEnded, whileCancelling } from './ownSessions';
import type { Waiting } from '../../host/readSettings';
import { knownOf } from '../../host/knownItem';
import type { ResultRequest } from '../../host/resultFetcher';
import { ResultFetcher } from '../../host/resultFetcher';
import { LiveResponseWaiter } from '../liveResponse/waiter';

/** What went wrong after the commands were sent: nothing that should make n8n run them again. */
class ResultFailure {
	/** @param outcome pending if their result is still unknown */
	constructor(
		readonly text: string,
		readonly outcome: 'pending' | 'unreadable' = 'pending',
	) {}
}

function toFailure(error: unknown): ResultFailure {
	if (error instanceof Cancelled) throw error;
	if (error instanceof DefenderError) return new ResultFailure(error.fullText);
	return new ResultFailure(error instanceof Error ? error.message : String(error));
}

/** An action as it shows no commands: it succeeds only when all of them have completed. */
const assumedCommands = ({ status }: MachineAction, count: number): ActionCommand[] => {
	const commandStatus = normalizedWord(status) === 'succeeded' ? 'Completed' : null;
	return Array.from({ length: count }, (_, index) => ({ index, commandStatus, errors: [] }));
};

/**
 * An action with the commands that were sent, by their places: what the service says is only how they went. Its numbers,
 * types and names may be odd or missing.
 */
function withSentCommands(action: MachineAction, sent: LiveResponseCommand[]): MachineAction {
	const shown = action.commands.length > 0 ? action.commands : assumedCommands(action, sent.length);
	const places = new Map(sortedByIndex(shown).map((command, place) => [command, place]));
	const commands = shown.flatMap((command) => {
		const index = places.get(command) ?? sent.length;
		return index < sent.length ? [{ ...command, index, command: { ...sent[index] } }] : [];
	});
	return { ...action, commands };
}

/**
 * Whether a run needs no further look: the list of keyed runs or the answer has shown it a moment ago, and it has ended, or
 * nothing is waited for. An answer that says that it has ended already is checked again.
 */
function needsNoPoll({ deadline }: ItemSession, { action, identity }: SentRun): boolean {
	const isListed = identity.tries.length === 0;
	return hasEnded(action) ? isListed : deadline.waitLeftMs() <= 0;
}

/** Replaces the ID of an action where nothing was sent. */
const NO_ACTION = 'none';

/** What an item wants of its run. */
export interface Wanted {
	settings: ResultSettings;
	cancelOnTimeout: CancelOnTimeout;
	waiting: Waiting;
	itemIndex: number;
}

/** Waits for runs and makes items of their results: from here on only a cancel is an exception. */
export class RunResults {
	private readonly fetcher: ResultFetcher;

	private readonly waiter: LiveResponseWaiter;

	constructor(
		private readonly context: IExecuteFunctions,
		outputs: Outputs,
	) {
		this.fetcher = new ResultFetcher(context, outputs);
		this.waiter = new LiveResponseWaiter(context);
	}

	/** The items of the commands of a run that was not sent. */
	notSent(session: ItemSession, commands: LiveResponseCommand[], reason: string, { settings, itemIndex }: Wanted): Routed[] {
		const { computerDnsName = null, machineId = null } = knownOf(this.context, itemIndex, session.delivery);
		const unsent = readMachineAction({ id: NO_ACTION, machineId, computerDnsName, status: 'Pending' });
		if (!unsent) return [];
		const action = withSentCommands(unsent, commands);
		return commands.flatMap((_, commandIndex) =>
			this.fetcher.itemsWithoutResult(session, { action, commandIndex, settings, itemIndex }, 'notSent', reason),
		);
	}

	/**
	 * The items of all commands of a run, in their order.
	 *
	 * @throws Cancelled
	 */
	async itemsOf(session: ItemSession, started: SentRun, wanted: Wanted): Promise<Routed[]> {
		const { action: sent, identity } = started;
		const { request } = identity;
		const { settings, cancelOnTimeout, itemIndex } = wanted;
		const cancels = cancelOnTimeout !== 'never';
		const isUnwaited = needsNoPoll(session, started);
		const ended = async () => {
			const asUnfinished = (error: unknown): Observation => {
				// An action that is not visible can still be cancelled: its id is certain.
				if (cancels && error instanceof DefenderError) return { action: sent, ended: false, refusal: error };
				throw error;
			};
			const { action: seen, refusal } = isUnwaited
				? { action: sent, refusal: undefined }
				: await this.waiter.until(session, sent.id, itemIndex, wanted.waiting, { certain: true }).catch(asUnfinished);
			const difference = differenceOf(seen, request);
			if (difference !== undefined) {
				return new ResultFailure(`The machine action is not the one that was sent: ${difference}`, 'unreadable');
			}
			const overdue = cancels && !hasEnded(seen);
			return overdue
				? await whileCancelling(session, async () => await cancelOverdue(session, started, seen, cancelOnTimeout === 'ifNotStarted'))
				: { action: seen, errors: refusal ? [refusal.fullText] : [] };
		};
		const outcome = await ended().catch(toFailure);
		const failure = outcome instanceof ResultFailure ? outcome : undefined;
		const { action: seen, errors } = outcome instanceof ResultFailure ? { action: sent, errors: [] } : outcome;
		const action = withSentCommands(seen, request.commands);
		if (!failure && hasEnded(seen)) noteEnded(session, seen);
		const items = request.commands.map(async (_, commandIndex) => {
			const own = withOwnStats(session, session.stats);
			const resultRequest: ResultRequest = { action, commandIndex, settings, itemIndex, errors, isUnwaited };
			const fetched = failure ?? (await this.fetcher.fetch(own, resultRequest).catch(toFailure));
			if (!(fetched instanceof ResultFailure)) return fetched;
			// The result can still be asked for by the action's id, which the item has.
			return this.fetcher.itemsWithoutResult(own, resultRequest, failure?.outcome ?? 'unreadable', fetched.text);
		});
		return (await Promise.all(items)).flat();
	}
}
