import { bytesOf, MAX_LIST_BYTES } from './answer';
import type { CallKind } from './calls';
import { ignoreStatus, listTooLong, unexpectedResponse } from './errors';
import { query } from './odata';
import { callApi } from './request';
import type { Session } from './session';

/** The largest page that the service gives. */
const MAX_PAGE = 10_000;

/** More pages than any tenant fills, so that a list has an end whatever the service says. */
const MAX_PAGES = 1_000;

/**
 * The query for the first page of a collection that can be filtered.
 *
 * @param filter OData filter of the entity's properties; empty for all
 * @param skip how many to leave out before the first
 */
export function firstPage(filter: string, limit: number, skip: number): string {
	return query({ filter, top: Math.min(limit, MAX_PAGE), skip: skip || undefined });
}

/** What to list. */
export interface Collection {
	kind: CallKind;
	/** Below `/api`. */
	path: string;
	/** `?$filter=…`, or empty. */
	search: string;
	/** More pages than this are not the service's. */
	maxPages?: number;
	/** Whether no call is repeated, and no token renewed for it. */
	once?: boolean;
	/** Whether the service answers 404 in place of a page without entities. */
	emptyIs404?: boolean;
	/** Of entities that the service cannot filter: which to give. */
	matches?(entity: unknown): boolean;
}

interface Page {
	value: unknown[];
	next?: string;
	bytes: number;
}

/** Of `@odata.nextLink` only the query is used: it can name another host, which must not get the token. */
function readPage(body: unknown): Page | undefined {
	const page = (body ?? {}) as Record<string, unknown>;
	if (!Array.isArray(page.value)) return undefined;
	const next = page['@odata.nextLink'];
	const bytes = bytesOf(page);
	return { value: page.value, bytes, next: typeof next === 'string' && next.includes('?') ? next.slice(next.indexOf('?')) : undefined };
}

/** What tells entities apart; undefined where nothing does. */
function keyOf(entity: unknown): string | undefined {
	const { id, fileName } = (entity ?? {}) as Record<string, unknown>;
	return [id, fileName].find((key) => typeof key === 'string' && key !== '') as string | undefined;
}

/**
 * The entities of a collection, page by page, as the service sent them. What comes twice is given once.
 *
 * @throws DefenderError, Cancelled
 */
export async function listEntities(
	session: Session,
	{ kind, path, search, maxPages = MAX_PAGES, once = false, emptyIs404 = false, matches = () => true }: Collection,
	limit: number,
): Promise<unknown[]> {
	const reading = { expected: `list of ${kind.subject}s`, read: readPage };
	const entities: unknown[] = [];
	const keys = new Set<string | undefined>();
	const requested = new Set<string | undefined>();
	let bytes = 0;
	let next: string | undefined = search;
	while (next !== undefined && entities.length < limit) {
		if (requested.size >= maxPages) throw unexpectedResponse(`list of ${kind.subject}s with an end`);
		requested.add(next);
		const asked: Promise<Page> = callApi(session, { kind, method: 'GET', path: `${path}${next}`, isFinal: () => once }, reading);
		const page = await (emptyIs404 ? asked.catch(ignoreStatus(404)) : asked);
		if (!page) break;
		let isNew = false;
		const before = entities.length;
		for (const entity of page.value) {
			// While pages are read the list may grow at its start, which moves what was read to the next page.
			const key = keyOf(entity);
			if (keys.has(key)) continue;
			if (key !== undefined) keys.add(key);
			isNew = true;
			if (matches(entity)) entities.push(entity);
		}
		// What is not kept is not counted.
		bytes += page.bytes * ((entities.length - before) / Math.max(1, page.value.length));
		if (bytes > MAX_LIST_BYTES) throw listTooLong(kind);
		// A page with nothing new, or a repeated page, would never end the list.
		next = isNew && !requested.has(page.next) ? page.next : undefined;
	}
	return entities.slice(0, limit);
}
