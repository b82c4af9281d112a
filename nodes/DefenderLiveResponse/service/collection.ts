import type { CallKind } from './calls';
import type { Sent } from './errors';
import { DefenderError } from './errors';
import { query } from './odata';
import { callApi } from './request';
import type { Session } from './session';

/** The largest page that the service gives. */
const MAX_PAGE = 10_000;

/** More pages than any tenant fills: a service that went on for ever would fill the memory. */
const MAX_PAGES = 10_000;

/**
 * The query for the first page of a collection that can be filtered.
 *
 * @param filter OData filter of the entity's properties; empty for all
 * @param most how many to give
 * @param skip how many to leave out before them
 */
export function firstPage(filter: string, most: number, skip: number): string {
	return query({ filter, top: Math.min(most, MAX_PAGE), skip: skip || undefined });
}

/** What to list. */
export interface Collection {
	kind: CallKind;
	/** Below `/api`. */
	path: string;
	/** `?$filter=…`, or empty. */
	search: string;
}

/**
 * The refusal of an answer that is not the service's.
 *
 * @param sent whether the service may have done what it was asked for
 */
export function unexpectedResponse(what: string, sent: Sent = 'no'): DefenderError {
	return new DefenderError(
		`Defender answered with something that is no ${what}`,
		'Check that the API base URL of the credential is that of Defender, and that no proxy answers in its place.',
		undefined,
		'',
		sent,
	);
}

/**
 * The entities of a collection, page by page.
 * Of `@odata.nextLink` only the query is used: it can name another host, which must not get the token.
 *
 * @param most how many to give
 * @throws DefenderError, Cancelled
 */
export async function listEntities(
	session: Session,
	{ kind, path, search }: Collection,
	most: number,
): Promise<unknown[]> {
	const entities: unknown[] = [];
	const pages = new Set<string>();
	let asked: string | undefined = search;
	while (asked !== undefined && entities.length < most) {
		if (pages.size >= MAX_PAGES) throw unexpectedResponse(`list of ${kind.subject}s with an end`);
		pages.add(asked);
		const request = { kind, method: 'GET' as const, path: `${path}${asked}` };
		const page = (await callApi(session, request)) as Record<string, unknown> | null;
		if (!Array.isArray(page?.value)) throw unexpectedResponse(`list of ${kind.subject}s`);
		for (const entity of page.value) entities.push(entity);
		const next: unknown = page['@odata.nextLink'];
		const following = typeof next === 'string' && next.includes('?') ? next.slice(next.indexOf('?')) : undefined;
		// A page without entities, or one that came before, would go on for ever.
		asked = page.value.length > 0 && following !== undefined && !pages.has(following) ? following : undefined;
	}
	return entities.slice(0, most);
}
