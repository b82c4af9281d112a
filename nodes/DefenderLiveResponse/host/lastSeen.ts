import { ago } from '../service/ago';
import { pause } from '../service/clock';
import type { MachineAction } from '../service/machineAction';
import { normalizedWord } from '../service/machineAction';
import { listLastSeen } from '../service/machines';
import type { Session } from '../service/session';
import { serviceNow } from '../service/session';
import { within } from '../service/within';

/** Items whose wait ends together ask together, within this time in ms. */
const GATHER_MS = 250;

/** It is a help only: it is not waited for longer than this, in ms. */
const MAX_LIST_MS = 5_000;

/** When the devices of unfinished actions were last seen: one list for all items of a node, in each tenant. */
export class LastSeen {
	private readonly wanted = new Set<string>();

	private listed?: Promise<Map<string, string>>;

	/**
	 * As in "It was last seen 3 days ago", where the device has not started its action; empty where that is not
	 * known.
	 *
	 * @throws Cancelled
	 */
	async about(session: Session, { status, machineId }: MachineAction): Promise<string[]> {
		if (!machineId || normalizedWord(status) !== 'pending') return [];
		const id = machineId.toLowerCase();
		this.wanted.add(id);
		this.listed ??= this.list(session);
		const seen = ago((await this.listed).get(id) ?? '', serviceNow(session));
		return seen === '' ? [] : [`It was last seen ${seen}`];
	}

	private async list(session: Session): Promise<Map<string, string>> {
		await pause(session.clock, GATHER_MS, session.signal);
		const listed = await within(session, MAX_LIST_MS, async (brief) => await listLastSeen(brief, [...this.wanted]));
		return listed ?? new Map<string, string>();
	}
}
