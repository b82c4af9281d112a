import type { ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';
import { connect } from '../operations/connect';
import { toNodeError } from '../operations/nodeError';
import { DefenderError } from '../service/errors';
import { SERVICE_LIMITS } from '../service/pacing';
import type { Session } from '../service/session';

/** Entries on one page of a list in the editor. */
export const PAGE_SIZE = 50;

/** What the editor asks for. */
export interface Search {
	/** What the user typed, in lower case; empty for everything. */
	typed: string;
	/** How many entries the pages before this one had. */
	start: number;
}

/** A method that fills a list of the editor, as n8n calls it. */
type ListSearch = (
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
) => Promise<INodeListSearchResult>;

/**
 * A list of the editor. A refusal is shown there, with what to do.
 *
 * @param find the entries of one page, `PAGE_SIZE` at most; throws DefenderError
 */
export function picker(find: (session: Session, search: Search) => Promise<INodeListSearchItems[]>): ListSearch {
	return async function (filter, paginationToken) {
		const start = Number(paginationToken ?? 0);
		const finding = connect(this, SERVICE_LIMITS.results, undefined).then(
			async (session) => await find(session, { typed: filter?.trim().toLowerCase() ?? '', start }),
		);
		const results = await finding.catch((error: unknown) => {
			// There is little room: what to do, without what the service said.
			const short = error instanceof DefenderError ? new DefenderError(error.message, error.todo, error.failure) : error;
			throw toNodeError(this.getNode(), short);
		});
		return { results, paginationToken: results.length === PAGE_SIZE ? String(start + PAGE_SIZE) : undefined };
	};
}
