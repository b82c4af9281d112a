import type { IExecuteFunctions } from 'n8n-workflow';
import type { ResultSettings } from '../../result/options';
import { Cancelled } from '../../service/clock';
import { DefenderError } from '../../service/errors';
import type { LiveResponseCommand } from '../../service/actionRequest';
import type { SentRun } from '../../service/lostRun';
import type { ActionCommand, MachineAction } from '../../service/machineAction';
import { hasEnded, readMachineAction, wordOf } from '../../service/machineAction';
import { differenceOf, inOrder } from '../../service/runIdentity';
import type { ItemSession } from '../../service/session';
import { withOwnStats } from '../../service/session';
import type { Sighting } from '../../service/watching';
import type { Outputs, Routed } from '../../host/eachItem';
import type { CancelOnTimeout } from './options';
import { cancelOverdue } from './overdue';
import type { Waiting } from '../../host/readSettings';
import { knownOf } from '../../host/knownItem';
import { ResultFetcher } from '../../host/resultFetcher';
import { LiveResponseWaiter } from '../liveResponse/waiter';

/** What went wrong after the commands were sent: nothing that should make n8n run them again. */
class WentWrong {
	/** @param outcome pending if their result is still unknown */
	constructor(
		readonly text: string,
		readonly outcome: 'pending' | 'unreadable' = 'pending',
	) {}
}

function afterSending(error: unknown): WentWrong {
	if (error instanceof Cancelled) throw error;
	if (error instanceof DefenderError) return new WentWrong(error.inFull);
	return new WentWrong(error instanceof Error ? error.message : String(error));
}

/** An action as it shows no commands: it succeeds only when all of them have completed. */
const untold = ({ status }: MachineAction, count: number): ActionCommand[] => {
	const commandStatus = wordOf(status) === 'succeeded' ? 'Completed' : null;
	return Array.from({ length: count }, (_, index) => ({ index, commandStatus, errors: [] }));
};

/**
 * An action with the commands that were sent, by their places: what the service says is only how they went. Its numbers,
 * types and names may be odd or missing.
 */
function withSent(action: MachineAction, sent: LiveResponseCommand[]): MachineAction {
	const told = action.commands.length > 0 ? action.commands : untold(action, sent.length);
	const places = new Map(inOrder(told).map((command, place) => [command, place]));
	const commands = told.flatMap((command) => {
		const index = places.get(command) ?? sent.length;
		return index < sent.length ? [{ ...command, index, command: { ...sent[index] } }] : [];
	});
	return { ...action, commands };
}

/**
 * Whether a run needs no further look: the list of keyed runs or the answer has shown it a moment ago, and it has ended, or
 * nothing is waited for. An answer that says that it has ended already is looked at again.
 */
function isSeen({ deadline }: ItemSession, { action, traits }: SentRun): boolean {
	const isListed = traits.tries.length === 0;
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
		const action = readMachineAction({ id: NO_ACTION, machineId, computerDnsName, status: 'Pending' });
		if (!action) return [];
		return commands.flatMap((_, commandIndex) =>
			this.fetcher.unfetched(session, { action: withSent(action, commands), commandIndex, settings, itemIndex }, 'notSent', reason),
		);
	}

	/**
	 * The items of all commands of a run, in their order.
	 *
	 * @throws Cancelled
	 */
	async of(session: ItemSession, started: SentRun, wanted: Wanted): Promise<Routed[]> {
		const {
			action: sent,
			traits: { request },
		} = started;
		const { settings, cancelOnTimeout, itemIndex } = wanted;
		const cancels = cancelOnTimeout !== 'never';
		const isGlance = isSeen(session, started);
		const ended = async () => {
			const unseen = (error: unknown): Sighting => {
				// An action that is not visible can still be cancelled: its id is certain.
				if (cancels && error instanceof DefenderError) return { action: sent, ended: false, refusal: error };
				throw error;
			};
			const { action: seen, refusal } = isGlance
				? { action: sent, refusal: undefined }
				: await this.waiter.until(session, sent.id, itemIndex, wanted.waiting, { certain: true }).catch(unseen);
			const difference = differenceOf(seen, request);
			if (difference !== undefined) {
				return new WentWrong(`The machine action is not the one that was sent: ${difference}`, 'unreadable');
			}
			const overdue = cancels && !hasEnded(seen);
			return overdue
				? await cancelOverdue(session, started, seen, cancelOnTimeout === 'ifNotStarted')
				: { action: seen, errors: refusal ? [refusal.inFull] : [] };
		};
		const outcome = await ended().catch(afterSending);
		const lost = outcome instanceof WentWrong ? outcome : undefined;
		const { action: seen, errors } = outcome instanceof WentWrong ? { action: sent, errors: [] } : outcome;
		const action = withSent(seen, request.commands);
		const items = request.commands.map(async (_, commandIndex) => {
			const own = withOwnStats(session, session.stats);
			const asked = { action, commandIndex, settings, itemIndex, errors, isGlance };
			const fetched = lost ?? (await this.fetcher.fetch(own, asked).catch(afterSending));
			if (!(fetched instanceof WentWrong)) return fetched;
			// The result can still be asked for by the action's id, which the item has.
			return this.fetcher.unfetched(own, asked, lost?.outcome ?? 'unreadable', fetched.text);
		});
		return (await Promise.all(items)).flat();
	}
}
