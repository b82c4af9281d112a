import { pause } from '../../service/clock';
import { DeviceBusy } from '../../service/deviceBusy';
import { refusal } from '../../service/errors';
import { getOrCreate } from '../../service/getOrCreate';
import type { Limiter } from '../../service/limiter';
import { limiter } from '../../service/limiter';
import type { SentRun } from '../../service/lostRun';
import type { ItemSession } from '../../service/session';
import { perSignIn } from '../../service/session';
import { watches } from '../../service/actionWatch';
import type { Choice } from '../../fields/locator';

/**
 * Time between two tries if it is unknown when a device becomes free, in ms: a session in the Defender portal is
 * not visible, and of ten runs a minute some should be left for other devices.
 */
const RETRY_INTERVAL_MS = 30_000;

/** The items that are for one device: one after the other. */
interface Queue {
	oneByOne: Limiter;
	/** What the device was sent last, and is busy with. */
	lastId?: string;
}

/**
 * Sends to devices, to each one item after the other; where a device is busy, it can wait until it is free. The actions
 * that keep devices busy are watched together.
 */
export class BusyDevices {
	private readonly watchOf = watches();

	/** By device; devices of two tenants may have one name. */
	private readonly queuesOf = perSignIn(() => new Map<string, Queue>());

	/** Calls `send` when the items before this one for the same device have been sent, or could not be. */
	async sendInOrder(session: ItemSession, device: Choice, send: () => Promise<SentRun>): Promise<SentRun> {
		return await this.queueOf(session, device).oneByOne(send);
	}

	/**
	 * The same, and calls `send` until the device takes the commands.
	 *
	 * @throws DeviceBusy when it is still busy in the end; what `send` throws; Cancelled
	 */
	async sendWhenFree(session: ItemSession, device: Choice, intervalMs: number, send: () => Promise<SentRun>): Promise<SentRun> {
		const queue = this.queueOf(session, device);
		return await queue.oneByOne(async () => {
			const waitedFor = new Set<string>();
			if (queue.lastId !== undefined) await this.wait(session, queue.lastId, intervalMs, waitedFor);
			const started = await this.sendInTime(session, intervalMs, send, waitedFor);
			queue.lastId = started.action.id;
			return started;
		});
	}

	private queueOf(session: ItemSession, { mode, value }: Choice): Queue {
		return getOrCreate(this.queuesOf(session), `${mode} ${value}`, () => ({ oneByOne: limiter(1) }));
	}

	private async sendInTime(
		session: ItemSession,
		intervalMs: number,
		send: () => Promise<SentRun>,
		waitedFor: Set<string>,
	): Promise<SentRun> {
		const { clock, signal, deadline } = session;
		for (;;) {
			const sent = await send().catch((error: unknown) => {
				if (!(error instanceof DeviceBusy) || deadline.waitLeftMs() <= 0) throw error;
				return error;
			});
			if (!(sent instanceof DeviceBusy)) return sent;
			const { blockerId } = sent;
			if (blockerId !== undefined && !waitedFor.has(blockerId)) await this.wait(session, blockerId, intervalMs, waitedFor);
			else await pause(clock, Math.min(RETRY_INTERVAL_MS, Math.max(0, deadline.waitLeftMs())), signal);
		}
	}

	private async wait(session: ItemSession, id: string, intervalMs: number, waitedFor: Set<string>): Promise<void> {
		waitedFor.add(id);
		// An action that cannot be read may still have ended.
		await this.watchOf(session).until(id, { deadline: session.deadline, intervalMs }).catch(refusal);
	}
}
