import type { Session } from '../../../nodes/DefenderLiveResponse/service/session';
import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import type { Observation, Wait } from '../../../nodes/DefenderLiveResponse/service/actionWatch';
import { ActionWatch } from '../../../nodes/DefenderLiveResponse/service/actionWatch';
import { actionEntity } from '../result/entities';
import type { Call } from './fakeSession';
import { fakeSession, refused } from './fakeSession';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const INTERVAL = 10 * SECOND;
export const MAX_WAIT = 20 * MINUTE;

export const idOf = (place: number) => `20d1de3f-0000-4715-8bed-${String(place).padStart(12, '0')}`;
export const idsOf = (count: number) => Array.from({ length: count }, (_, place) => idOf(place));
export const namedIn = (call: Call) => [...call.path.matchAll(/'([0-9a-f-]{36})'/gi)].map(([, id]) => id);
export const isById = (call: Call) => call.path.includes('id in (');
export const isUnfinished = (call: Call) => call.path.includes("status eq 'Pending'");
export const isSingle = (call: Call) => /^\/machineactions\/[^?]+$/.test(call.path);

/** A service whose actions end at their times (ms after the start); an action without a time is unknown. */
export function service(
	endsAfter: Map<string, number>,
	before: (call: Call, since: number) => void = () => undefined,
	signal?: AbortSignal,
) {
	const start = { at: 0 };
	const fake = fakeSession((call) => {
		const since = call.at - start.at;
		before(call, since);
		const entities = [...endsAfter].map(([id, ends]) => actionEntity(since >= ends ? 'Succeeded' : 'InProgress', [{}], id));
		if (isSingle(call)) {
			const entity = entities.find(({ id }) => call.path.endsWith(id));
			if (!entity) throw refused(404, { code: 'ResourceNotFound', message: 'not found' });
			return entity;
		}
		const named = namedIn(call).map((id) => id.toLowerCase());
		const value = entities.filter(({ id, status }) => (isById(call) ? named.includes(id.toLowerCase()) : status === 'InProgress'));
		return { value };
	}, signal);
	start.at = fake.clock.now();
	return { ...fake, start: start.at };
}

export interface TestWatch {
	/** @param maxWaitMs of this one */
	until(id: string, maxWaitMs?: number, more?: Partial<Wait>): Promise<Observation>;
}

/** @param maxWaitMs of those that have none of their own */
export function watchOf(session: Session, maxWaitMs = MAX_WAIT): TestWatch {
	const watch = new ActionWatch(session);
	return {
		until: async (id, own = maxWaitMs, more = {}) =>
			await watch.until(id, { deadline: new Deadline(session.clock, own), intervalMs: INTERVAL, ...more }),
	};
}

/** How each watch ended, and when. */
export async function ends(watch: Pick<TestWatch, 'until'>, ids: string[], now: () => number) {
	return await Promise.all(
		ids.map(
			async (id) =>
				await watch.until(id).then(
					(sighting: Observation) => ({ ended: sighting.ended, status: sighting.action.status, at: now(), error: undefined }),
					(error: unknown) => ({ ended: undefined, status: undefined, at: now(), error }),
				),
		),
	);
}
