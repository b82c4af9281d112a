import type { IBinaryKeyData, IExecuteFunctions } from 'n8n-workflow';
import type { StoreFile } from '../download/collectedFile';
import { fetchCommandResult } from '../result/commandResult';
import type { CommandResult } from '../result/item';
import { itemOf, splitItem } from '../result/item';
import { ROUTES, routeOf } from '../result/outcome';
import type { ResultSettings } from '../result/settings';
import type { Limiter } from '../service/limiter';
import { limiter } from '../service/limiter';
import type { MachineAction } from '../service/machineAction';
import type { Session } from '../service/session';
import type { Outputs, Routed } from './eachItem';
import { isTool } from './eachItem';
import { ONE_OUTPUT } from './entityItems';
import { readNodeFlag } from './parameters';

/**
 * Results fetched side by side. Each takes two short requests on connections of their own: with ten, the service's
 * limit (100 a minute) is reached even when an answer takes six seconds, and n8n stays responsive.
 */
const RESULTS_AT_ONCE = 10;

type PrepareBinaryData = IExecuteFunctions['helpers']['prepareBinaryData'];

/** What keeps a collected file: n8n's helper, of an execution or of a trigger's poll. */
interface BinaryKeeper {
	helpers: { prepareBinaryData: PrepareBinaryData };
}

/** One result to fetch. */
export interface ResultRequest {
	/** As last seen. */
	action: MachineAction;
	commandIndex: number;
	settings: ResultSettings;
	/** The input item that asks for it. */
	itemIndex: number;
	/** What it cost so far. */
	/** What is to be said beside what the service and the download say. */
	errors?: string[];
}

/** Fetches the results of all items of a node, and makes items of them. */
export class ResultFetcher {
	private readonly limited: Limiter = limiter(RESULTS_AT_ONCE);

	/** @param outputs of the node: one, or one for each route */
	constructor(
		private readonly context: BinaryKeeper,
		private readonly outputs: Outputs,
	) {}

	/**
	 * The items of one command.
	 *
	 * @throws DefenderError, Cancelled
	 */
	async fetch(session: Session, request: ResultRequest): Promise<Routed[]> {
		const { action, commandIndex, settings } = request;
		const binary: IBinaryKeyData = {};
		const store: StoreFile = async (stream, fileName, mimeType) => {
			binary[settings.binaryPropertyName] = await this.context.helpers.prepareBinaryData(
				stream as unknown as Parameters<PrepareBinaryData>[0],
				fileName,
				mimeType,
			);
		};
		const result = await this.limited(
			async () => await fetchCommandResult(session, action, commandIndex, settings, store),
		);
		return this.toItems(session, result, request, result.file && binary);
	}

	/**
	 * The items of a command whose result could not be fetched.
	 *
	 * @param outcome pending where nobody knows whether there is one
	 */
	unfetched(
		session: Session,
		request: ResultRequest,
		outcome: 'pending' | 'unreadable',
		reason: string,
	): Routed[] {
		const { action, commandIndex } = request;
		const command = action.commands.find(({ index }) => index === commandIndex);
		const known = { machineActionId: action.id, commandIndex, action, command };
		return this.toItems(session, { ...known, outcome, errors: [reason], warnings: [] }, request);
	}

	private toItems({ stats }: Session, result: CommandResult, request: ResultRequest, binary?: IBinaryKeyData): Routed[] {
		const { settings, itemIndex, errors = [] } = request;
		const json = itemOf({ ...result, errors: [...result.errors, ...errors] }, settings, stats);
		const jsons = settings.splitOutput ? splitItem(json) : [json];
		return jsons.map((each) => ({
			output: this.outputs.count > 1 ? routeOf(result.outcome) : 0,
			item: { json: each, pairedItem: { item: itemIndex }, ...(binary && { binary }) },
		}));
	}
}

/**
 * The node's outputs, which the editor draws by the same rule.
 *
 * @throws NodeOperationError for what says neither
 */
export function readOutputs(context: IExecuteFunctions): Outputs {
	// A tool has one output, whatever the node was set to before it became one.
	const routed = !isTool(context.getNode()) && readNodeFlag(context, 'routeByOutcome', 'Route by Outcome', false);
	return routed ? { count: ROUTES.length, forErrors: 1 } : ONE_OUTPUT;
}
