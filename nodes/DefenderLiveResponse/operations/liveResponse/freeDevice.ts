import { pause } from '../../service/clock';
import { DeviceBusy } from '../../service/deviceBusy';
import { DefenderError } from '../../service/errors';
import type { Session } from '../../service/session';
import { newTally } from '../../service/tally';
import { ActionWatch } from '../../service/watching';
import type { Waiting } from './readSettings';

/**
 * Time between two tries when it is not to be seen when a device becomes free, in ms: a session in the Defender
 * portal shows nowhere, and of ten runs a minute some should be left for other devices.
 */
const TRY_AGAIN_MS = 30_000;

/** Sends to devices as soon as they are free: the actions that keep them busy are watched together. */
export class BusyDevices {
	private watch: ActionWatch | undefined;

	constructor(private readonly waiting: Waiting) {}

	/**
	 * Calls `send` until the device takes the commands.
	 *
	 * @throws DeviceBusy when it is still busy in the end; what `send` throws; Cancelled
	 */
	async sendWhenFree<T>(session: Session, send: () => Promise<T>): Promise<T> {
		const { clock, signal } = session;
		const { intervalMs, maxBusyMs } = this.waiting;
		const deadline = clock.now() + maxBusyMs;
		const waitedFor = new Set<string>();
		for (;;) {
			const sent = await send().catch((error: unknown) => {
				if (error instanceof DeviceBusy && clock.now() < deadline) return error;
				throw error;
			});
			if (!(sent instanceof DeviceBusy)) return sent;
			const { blockerId } = sent;
			if (blockerId !== undefined && !waitedFor.has(blockerId)) {
				waitedFor.add(blockerId);
				this.watch ??= new ActionWatch(session, intervalMs, maxBusyMs, newTally());
				// An action that cannot be read may have ended all the same.
				await this.watch.until(blockerId).catch((error: unknown) => {
					if (!(error instanceof DefenderError)) throw error;
				});
			} else {
				await pause(clock, Math.min(TRY_AGAIN_MS, Math.max(0, deadline - clock.now())), signal);
			}
		}
	}
}
