import { actionKey, hasEnded, readMachineAction } from '../../service/machineAction';
import { pacerFor } from '../../service/pacing';
import { LIVE_RESPONSES, listActionEntities } from '../../service/machineActions';
import { isKeyed } from '../../service/runKey';
import type { Session } from '../../service/session';
import { earlierNow, serviceNow } from '../../service/session';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../service/time';
import { textOrEmpty } from '../../service/textOrEmpty';

/** How long a key is remembered, in ms: Defender lists live responses for months. */
const KEY_LIFETIME_MS = 30 * DAY_MS;

/** The service accepts 10 runs a minute, so a month has 44 pages of 10,000 at most. */
const MAX_PAGES = 100;

/** Lists show what was started at the latest after so long, in ms. */
const MAX_LIST_LAG_MS = 5 * MINUTE_MS;

/** What has ended can change for so long after its start, in ms: a script that was cancelled may show that it ran. */
const CHANGES_MS = 3 * HOUR_MS;

/** How many are kept, of all tenants together; each takes about 2 kB. */
const MAX_REMEMBERED = 50_000;

/** A live response that has a key, as the service listed it. */
export interface Keyed {
	/** In lower case. */
	id: string;
	machineId?: string | null;
	comment: string;
	/** In ms since the epoch; NaN where it cannot be read. */
	createdAt: number;
	ended: boolean;
	entity: unknown;
}

/** By ID. */
export type KeyedList = Map<string, Keyed>;

/** What was listed, and when. */
interface Listed {
	list: KeyedList;
	/** In ms of `Clock.elapsed`. */
	at: number;
	/** The same in the service's time: n8n's clock may be wrong, and before the first answer it is unknown by how much. */
	serviceAt: number;
}

/** What executions of this process have listed, by tenant and app. */
const remembered = new Map<string, Listed>();

function remember(application: string, listed: Listed): void {
	remembered.delete(application);
	remembered.set(application, listed);
	let count = [...remembered.values()].reduce((sum, each) => sum + each.list.size, 0);
	// A map keeps the order of insertion: what was not used for the longest time is read again.
	for (const [oldest, { list: dropped }] of remembered) {
		if (count <= MAX_REMEMBERED) break;
		remembered.delete(oldest);
		count -= dropped.size;
	}
}

/** Whether an entity may be a run with a key: of a month of a large tenant nothing else is kept. */
function hasKey(entity: unknown): boolean {
	return isKeyed(textOrEmpty((entity as { requestorComment?: unknown } | null)?.requestorComment));
}

function readKeyed(entity: unknown): Keyed | undefined {
	const action = readMachineAction(entity);
	return (
		action && {
			id: actionKey(action.id),
			machineId: action.machineId,
			comment: action.requestorComment ?? '',
			createdAt: Date.parse(action.creationDateTimeUtc ?? ''),
			ended: hasEnded(action),
			entity,
		}
	);
}

async function listAfter(session: Session, since: number): Promise<Keyed[]> {
	const filter = `${LIVE_RESPONSES} and creationDateTimeUtc gt ${new Date(since).toISOString()}`;
	const entities = await listActionEntities(session, filter, Infinity, { matches: hasKey, maxPages: MAX_PAGES });
	return entities.map(readKeyed).filter((keyed) => keyed !== undefined);
}

/** The live responses with a key that were started within the last milliseconds. */
export async function listRecentKeyed(session: Session, lastMs: number): Promise<Keyed[]> {
	return await listAfter(session, earlierNow(session) - lastMs);
}

/** Since when something may have changed, in ms since the epoch; undefined where that is unknown. */
function changedSince({ list, at, serviceAt }: Listed, session: Session): number | undefined {
	const now = Math.min(earlierNow(session), serviceAt + session.clock.elapsed() - at);
	let since = Math.min(now - CHANGES_MS, now - (session.clock.elapsed() - at) - MAX_LIST_LAG_MS);
	for (const { ended, createdAt } of list.values()) {
		if (Number.isNaN(createdAt)) return undefined;
		if (!ended) since = Math.min(since, createdAt - 1);
	}
	return since;
}

/** Where n8n was started again, the service still counts the runs of the minute before. */
function countEarlierRuns(session: Session, list: KeyedList): void {
	const { clock, application } = session;
	const ages = [...list.values()].map(({ createdAt }) => Math.max(0, serviceNow(session) - createdAt));
	const recent = ages.filter((age) => age < MINUTE_MS).sort((a, b) => b - a);
	pacerFor(application, 'run').startAfter(recent.map((age) => clock.elapsed() - age));
}

/**
 * All live responses with a key of the last 30 days. What this process has listed before and what cannot change any more
 * is not read again: a large tenant has several pages of them, and a schedule may ask each minute.
 *
 * @throws DefenderError, Cancelled
 */
export async function listKeyed(session: Session): Promise<KeyedList> {
	const began = session.clock.elapsed();
	const oldest = earlierNow(session) - KEY_LIFETIME_MS;
	const before = remembered.get(session.application);
	const since = Math.max(oldest, (before && changedSince(before, session)) ?? oldest);
	const unchanged = [...(before?.list ?? [])].filter(([, { createdAt }]) => createdAt > oldest && createdAt <= since);
	const list = new Map(unchanged);
	for (const keyed of await listAfter(session, since)) list.set(keyed.id, keyed);
	if (!before) countEarlierRuns(session, list);
	const serviceAt = serviceNow(session) - (session.clock.elapsed() - began);
	remember(session.application, { list, at: began, serviceAt });
	return list;
}
