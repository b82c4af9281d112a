import type { IExecuteFunctions } from 'n8n-workflow';
import { sendOnce } from '../../host/sendOnce';
import type { ResponseActionRequest } from '../../service/actionRequest';
import type { Delivery } from '../../service/delivery';
import { DefenderError, refusal } from '../../service/errors';
import { getOrCreate } from '../../service/getOrCreate';
import type { Limiter } from '../../service/limiter';
import { limiter } from '../../service/limiter';
import type { Run, SentRun } from '../../service/lostRun';
import type { MachineAction } from '../../service/machineAction';
import { hasEnded } from '../../service/machineAction';
import { differenceOf } from '../../service/runIdentity';
import type { ItemSession, Session } from '../../service/session';
import { perSignIn } from '../../service/session';
import { startAction } from '../../service/startAction';
import { watches } from '../../service/actionWatch';

type Started = SentRun<ResponseActionRequest>;

/** What the items of a node ask of one device. */
interface Device {
	oneByOne: Limiter;
	/** By what is sharedStarts for. */
	sharedStarts: Map<string, { started: Promise<Started>; delivery: Delivery }>;
}

/** A started action when its wait ended. */
export interface StartedAction {
	action: MachineAction;
	ended: boolean;
	/** Why it could not be seen, where that is so. */
	errors: string[];
	/** Whether the service shows another action under its id. */
	isOther?: boolean;
}

/**
 * Starts response actions, and waits for those of all items together. On each device they start one after the other, and
 * once where several items ask for the very same, since a device that is isolated for two alerts is isolated once.
 */
export class ResponseActions {
	private readonly devicesOf = perSignIn(() => new Map<string, Device>());

	private readonly watchOf = watches();

	constructor(private readonly context: IExecuteFunctions) {}

	/** @throws DefenderError, LostRun, Cancelled */
	async start(session: Session, request: ResponseActionRequest, itemIndex: number): Promise<Started> {
		const { oneByOne, sharedStarts } = getOrCreate(this.devicesOf(session), request.machineId, () => ({
			oneByOne: limiter(1),
			sharedStarts: new Map(),
		}));
		const { kind, comment, field } = request;
		const key = JSON.stringify([kind.responseAction.type, comment, field]);
		const share = async (work: () => Promise<Started>) => {
			const first = sharedStarts.get(key);
			if (first) return await first.started.finally(() => Object.assign(session.delivery, first.delivery));
			const started = work();
			sharedStarts.set(key, { started, delivery: session.delivery });
			return await started;
		};
		const send = async (run: Run<ResponseActionRequest>) => await startAction(session, run);
		return await oneByOne(
			async () => await sendOnce(this.context, session, request, itemIndex, { send, answered: () => undefined, share }),
		);
	}

	/**
	 * The action when it has ended, or as last seen. If it is not visible, that is not an error: it was started.
	 *
	 * @throws Cancelled
	 */
	async until(session: ItemSession, { action: sent, identity }: Started, intervalMs: number): Promise<StartedAction> {
		const wait = { deadline: session.deadline, intervalMs, certain: true };
		const observation = await this.watchOf(session).until(sent.id, wait).catch(refusal);
		if (observation instanceof DefenderError) return { action: sent, ended: hasEnded(sent), errors: [observation.fullText] };
		const { action, ended, refusal: lastRefusal } = observation;
		const difference = differenceOf(action, identity.request);
		if (difference !== undefined) {
			return { action: sent, ended: false, errors: [`The machine action is not the one that was sent: ${difference}`], isOther: true };
		}
		return { action, ended, errors: !ended && lastRefusal ? [lastRefusal.fullText] : [] };
	}
}
