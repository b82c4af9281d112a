import type { Asker } from '../observation';
import { isEntity, textOf, type Entity } from '../observations/entities';
import { NotAsked } from '../notAsked';

const POLL_MS = 15_000;
const UNFINISHED = ['Pending', 'InProgress'];

/** An action as it was seen while it was waited for. */
export interface Watched {
	/** As last seen. */
	entity: Entity;
	/** Every poll, in order. */
	looks: Entity[];
	/** When it was first seen ended, on this machine's clock. */
	endedAt: number;
}

/** Polls an action every 15 s until it has ended. @throws NotAsked where that takes too long */
export async function watch(asker: Asker, id: string, what: string, maxMs: number): Promise<Watched> {
	const startedAt = asker.now();
	const looks: Entity[] = [];
	for (;;) {
		await asker.calls.wait(POLL_MS);
		const { status, json } = await asker.api('GET', `/machineactions/${id}`, `waiting for ${what}: ${waited(asker.now() - startedAt)}`, {
			poll: true,
		});
		// An answer without the action (a late index, an empty body) does not count as a poll.
		if (status === 200 && isEntity(json) && textOf(json, 'status') !== undefined) {
			looks.push(json);
			if (!UNFINISHED.includes(String(json.status))) return { entity: json, looks, endedAt: asker.now() };
		}
		if (asker.now() - startedAt > maxMs) {
			throw new NotAsked(`${what} was unfinished after ${Math.round(maxMs / 60_000)} minutes: the device may be offline or slow`);
		}
	}
}

function waited(ms: number): string {
	const seconds = Math.round(ms / 1000);
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
