import type { ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';
import { connect } from '../host/connect';
import { toNodeError } from '../host/nodeError';
import { Cancelled, systemClock, timeLimit } from '../service/clock';
import { DefenderError } from '../service/errors';
import { SERVICE_LIMITS } from '../service/pacing';
import type { Session } from '../service/session';

/** Entries on one page of a list in the editor. */
export const PAGE_SIZE = 50;

/** Characters of a name in the list; a comment may be longer than any screen. */
const MAX_NAME = 300;

/** The maximum time to fill a list, in ms: a user does not wait longer, and at its limits the service may ask for an hour. */
const MAX_MS = 20_000;

/** There is little room in a list: what to do, without what the service said. */
function shortened(error: unknown): unknown {
	if (error instanceof Cancelled) {
		return new DefenderError(
			'Defender did not answer in time',
			'It may be at its rate limit. Try again in a minute, or enter the ID or name.',
		);
	}
	return error instanceof DefenderError ? new DefenderError(error.message, error.advice, { failure: error.failure }) : error;
}

/** What the editor asks for. */
export interface Search {
	/** What the user typed, in lower case; empty for everything. */
	typed: string;
	/** How many entries the pages before this one had. */
	start: number;
}

/** Entries of one page. */
export interface Found {
	entries: INodeListSearchItems[];
	/** Whether there may be a page after it. */
	hasMore: boolean;
}

/** The page that begins at a place of a list. */
export function pageOf<T>(all: T[], start: number): { entries: T[]; hasMore: boolean } {
	return { entries: all.slice(start, start + PAGE_SIZE), hasMore: all.length > start + PAGE_SIZE };
}

/** A method that fills a list of the editor, as n8n calls it. */
type ListSearch = (this: ILoadOptionsFunctions, filter?: string, paginationToken?: string) => Promise<INodeListSearchResult>;

/**
 * A list of the editor. A refusal is shown there, with what to do.
 *
 * @param find the entries of one page, `PAGE_SIZE` at most; throws DefenderError
 */
export function picker(find: (session: Session, search: Search) => Promise<Found>): ListSearch {
	return async function (filter, paginationToken) {
		const start = Math.max(0, Math.floor(Number(paginationToken ?? 0))) || 0;
		const limit = timeLimit(systemClock, MAX_MS);
		const finding = connect(this, SERVICE_LIMITS.results, limit.signal).then(async (session) => {
			const { entries, hasMore } = await find(session, { typed: filter?.trim().toLowerCase() ?? '', start });
			return { hasMore, results: entries.map((entry) => ({ ...entry, name: session.secrets.quote(entry.name, MAX_NAME) })) };
		});
		const { results, hasMore } = await finding
			.catch((error: unknown) => {
				throw toNodeError(this.getNode(), shortened(error));
			})
			.finally(limit.end);
		return { results, paginationToken: hasMore ? String(start + PAGE_SIZE) : undefined };
	};
}
