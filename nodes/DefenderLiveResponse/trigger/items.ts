import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { ONE_OUTPUT } from '../operations/entityItems';
import { ResultFetcher } from '../operations/liveResponse/results';
import { Cancelled } from '../service/clock';
import { DefenderError } from '../service/errors';
import type { MachineAction } from '../service/machineAction';
import { actionKey } from '../service/machineAction';
import type { Session } from '../service/session';
import { newTally } from '../service/tally';
import type { TriggerSettings } from './settings';

/** Items of ended actions, and what could not be made items now. */
export interface Emitted {
	items: INodeExecutionData[];
	/** Keys of the actions whose results are still to be fetched. */
	left: Set<string>;
	/** Why, where the service refused. */
	refusal?: DefenderError;
}

function actionItem({ entity }: MachineAction): INodeExecutionData {
	return { json: entity as IDataObject };
}

/** The results of all commands of an action. */
async function resultItems(
	session: Session,
	fetcher: ResultFetcher,
	action: MachineAction,
	{ result: settings }: TriggerSettings,
): Promise<INodeExecutionData[]> {
	// An ended live response without its commands may have a first one all the same.
	const indexes = action.commands.length > 0 ? action.commands.map(({ index }) => index) : [0];
	const fetched = indexes.map(
		async (commandIndex) =>
			await fetcher.fetch(session, { action, commandIndex, settings, itemIndex: 0, tally: newTally() }),
	);
	// A trigger has no input to pair its items with.
	return (await Promise.all(fetched)).flat().map(({ item: { json, binary } }) => ({ json, ...(binary && { binary }) }));
}

/**
 * Makes items of ended actions. What cannot be fetched before the session's signal, or is refused, is left for later.
 */
export async function itemsOf(
	context: IPollFunctions,
	session: Session,
	actions: MachineAction[],
	settings: TriggerSettings,
): Promise<Emitted> {
	if (settings.emit === 'actions') return { items: actions.map(actionItem), left: new Set() };
	const fetcher = new ResultFetcher(context, ONE_OUTPUT);
	const left = new Set<string>();
	let refusal: DefenderError | undefined;
	const fetched = actions.map(async (action) => {
		const items = await resultItems(session, fetcher, action, settings).catch((error: unknown) => {
			if (error instanceof DefenderError) refusal = error;
			else if (!(error instanceof Cancelled)) throw error;
			left.add(actionKey(action.id));
			return [];
		});
		return items;
	});
	return { items: (await Promise.all(fetched)).flat(), left, refusal };
}
