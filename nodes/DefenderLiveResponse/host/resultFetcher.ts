import type { IBinaryKeyData, IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { fetchCommandResult } from '../result/commandResult';
import { isType } from '../result/commandParams';
import { commandAt } from '../result/commandState';
import type { CommandResult } from '../result/item';
import { itemOf, withoutResult } from '../result/item';
import { ROUTES, routeOf } from '../result/outcome';
import { routeByOutcome } from '../result/fields';
import type { ResultSettings } from '../result/options';
import { splitItem } from '../result/splitItem';
import { systemClock } from '../service/clock';
import { fairPauses } from '../service/fairPauses';
import { limiter } from '../service/limiter';
import type { MachineAction } from '../service/machineAction';
import { commandIndexes } from '../service/machineAction';
import type { Session } from '../service/session';
import { perSignIn } from '../service/session';
import type { Outputs, Routed } from './eachItem';
import { ONE_OUTPUT } from './entityItems';
import type { BinaryKeeper, WhenNotStored } from './fileStore';
import { fileStore } from './fileStore';
import { isTool } from './isTool';
import { LastSeen } from './lastSeen';
import { readNodeFlag } from './readRows';
import { boundedResult } from './redactedItem';

/**
 * Transcripts fetched side by side: as many as the service's limit lets pass at once. What they hold together is bounded
 * in bytes. With more of them, more answers come at the same moment, and n8n does nothing else for longer.
 */
const TRANSCRIPTS_AT_ONCE = 100;

/** Files fetched side by side: each may be large, and is stored while it comes. */
const FILES_AT_ONCE = 10;

/** The most commands of one action whose results are fetched; people send a few. */
const MAX_COMMANDS = 500;

/** One result to fetch. */
export interface ResultRequest {
	/** As last seen. */
	action: MachineAction;
	commandIndex: number;
	settings: ResultSettings;
	itemIndex: number;
	/** What is to be said beside what the service and the download say. */
	errors?: string[];
	/** Whether nothing was waited for, so that the caller will ask again: an unfinished one costs no further call. */
	isUnwaited?: boolean;
}

/** An action with this many of its commands, also in the item's data: each of its items shows the whole action. */
function withFirstCommands(action: MachineAction, count: number): MachineAction {
	const { commands: sent } = action.entity;
	const entity = { ...action.entity, commands: Array.isArray(sent) ? sent.slice(0, count) : sent };
	return { ...action, commands: action.commands.slice(0, count), entity };
}

/** What to fetch for the results of all commands of an action; where they are too many, the last one says so. */
export function requestsForAll(seen: MachineAction, settings: ResultSettings, itemIndex: number): ResultRequest[] {
	const { length } = seen.commands;
	const action = length > MAX_COMMANDS ? withFirstCommands(seen, MAX_COMMANDS) : seen;
	const requests = commandIndexes(action).map((commandIndex): ResultRequest => ({ action, commandIndex, settings, itemIndex }));
	if (length > MAX_COMMANDS) {
		requests[requests.length - 1].errors = [
			`The machine action has ${length} commands; only the results of the first ${MAX_COMMANDS} are fetched`,
		];
	}
	return requests;
}

/** Fetches the results of all items of a node, and makes items of them. */
export class ResultFetcher {
	private readonly transcripts = limiter(TRANSCRIPTS_AT_ONCE);

	private readonly files = limiter(FILES_AT_ONCE);

	/** Many items start at the same moment. */
	private readonly pause = fairPauses(systemClock);

	private readonly lastSeenIn = perSignIn(() => new LastSeen());

	/** @param outputs of the node: one, or one for each route */
	constructor(
		private readonly context: BinaryKeeper,
		private readonly outputs: Outputs,
		private readonly whenNotStored: WhenNotStored = 'say',
	) {}

	/**
	 * The items of one command.
	 *
	 * @throws DefenderError, Cancelled
	 */
	async fetch(session: Session, request: ResultRequest): Promise<Routed[]> {
		const { action, commandIndex, settings } = request;
		const binary: IBinaryKeyData = {};
		const store = fileStore(this.context, binary, settings.binaryPropertyName, this.whenNotStored);
		// The wait for a place is the node's own.
		const resume = session.deadline.hold();
		const limited = isType(commandAt(action, commandIndex), 'GetFile') ? this.files : this.transcripts;
		const result = await limited(async () => {
			resume();
			await this.pause();
			return await fetchCommandResult(session, action, commandIndex, settings, store);
		});
		const seen = result.outcome === 'pending' && !request.isUnwaited ? await this.lastSeenIn(session).about(session, action) : [];
		const errors = seen.length > 0 ? [[...result.errors, ...seen].join('. ')] : result.errors;
		return this.toItems(session, { ...result, errors }, request, result.file && binary);
	}

	/**
	 * The items of a command whose result could not be fetched.
	 *
	 * @param outcome pending if it is unknown whether there is one; notSent where there is no action
	 */
	itemsWithoutResult(session: Session, request: ResultRequest, outcome: 'pending' | 'unreadable' | 'notSent', reason: string): Routed[] {
		const { action, commandIndex } = request;
		const machineActionId = outcome === 'notSent' ? null : action.id;
		const known = { machineActionId, commandIndex, action, command: commandAt(action, commandIndex) };
		const isStale = outcome === 'pending';
		return this.toItems(session, { ...known, outcome, isStale, errors: [reason], warnings: [] }, request);
	}

	private toItems({ stats }: Session, result: CommandResult, request: ResultRequest, binary?: IBinaryKeyData): Routed[] {
		const { settings, itemIndex, errors = [] } = request;
		const json = boundedResult(itemOf({ ...result, errors: [...result.errors, ...errors] }, settings, stats));
		const jsons = settings.splitOutput ? splitItem(json) : [json];
		return jsons.map((each, place) => ({
			output: this.outputs.count > 1 ? routeOf(result.outcome) : 0,
			item: { json: each, pairedItem: { item: itemIndex }, ...(binary && place === 0 && { binary }) },
		}));
	}
}

/** The keys of an item of a result, for one that is refused: also where its own parameters cannot be read. */
export function keysOfResults(context: IExecuteFunctions): IDataObject {
	const held = context.getNodeParameter('followLink', 0, true, { rawExpressions: true });
	return withoutResult({ followLink: held !== false });
}

/**
 * The node's outputs, which the editor draws by the same rule.
 *
 * @throws NodeOperationError for what says neither
 */
export function readOutputs(context: IExecuteFunctions): Outputs {
	// A tool has one output, whatever the node was set to before it became one.
	const routed = !isTool(context.getNode()) && readNodeFlag(context, 'routeByOutcome', routeByOutcome);
	return routed ? { count: ROUTES.length, forErrors: 1 } : ONE_OUTPUT;
}
