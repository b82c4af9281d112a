import type { IExecuteFunctions } from 'n8n-workflow';
import { sendOnce } from '../../host/sendOnce';
import type { ResponseActionRequest } from '../../service/actionRequest';
import type { Delivery } from '../../service/delivery';
import type { Limiter } from '../../service/limiter';
import { limiter } from '../../service/limiter';
import type { SentRun } from '../../service/lostRun';
import { responseRequest } from '../../service/responseAction';
import type { Session } from '../../service/session';
import { bySignIn } from '../../service/session';
import { startAction } from '../../service/startAction';

type Started = SentRun<ResponseActionRequest>;

/** What the items of a node ask of one device. */
interface Device {
	oneByOne: Limiter;
	/** By what is asked for. */
	asked: Map<string, { started: Promise<Started>; delivery: Delivery }>;
}

/**
 * Starts response actions: on each device one after the other, and once where several items ask for the very same, since
 * a device that is isolated for two alerts is isolated once.
 */
export class ResponseActions {
	private readonly devicesOf = bySignIn(() => new Map<string, Device>());

	constructor(private readonly context: IExecuteFunctions) {}

	/** @throws DefenderError, LostRun, Cancelled */
	async start(session: Session, request: ResponseActionRequest, itemIndex: number): Promise<Started> {
		const { oneByOne, asked } = this.deviceOf(session, request.machineId);
		const { kind, comment, field } = request;
		const key = JSON.stringify([kind.responseAction.type, comment, field]);
		const share = async (work: () => Promise<Started>) => {
			const first = asked.get(key);
			if (first) return await first.started.finally(() => Object.assign(session.delivery, first.delivery));
			const started = work();
			asked.set(key, { started, delivery: session.delivery });
			return await started;
		};
		return await oneByOne(
			async () =>
				await sendOnce(this.context, session, request, itemIndex, {
					send: async (run) => await startAction(session, run, { kind, ...responseRequest(request) }),
					answered: () => undefined,
					share,
				}),
		);
	}

	private deviceOf(session: Session, machineId: string): Device {
		const devices = this.devicesOf(session);
		const known = devices.get(machineId) ?? { oneByOne: limiter(1), asked: new Map() };
		devices.set(machineId, known);
		return known;
	}
}
