import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { connect } from '../operations/connect';
import { toNodeError } from '../operations/nodeError';
import { SERVICE_LIMITS } from '../service/pacing';
import type { Session } from '../service/session';

/** Entries on one page of a list in the editor. */
export const PAGE_SIZE = 50;

/**
 * Fills a list of the editor; a refusal is shown there with what to do.
 *
 * @throws NodeApiError, NodeOperationError
 */
export async function fillList(
	context: ILoadOptionsFunctions,
	fill: (session: Session) => Promise<INodeListSearchResult>,
): Promise<INodeListSearchResult> {
	const filling = connect(context, SERVICE_LIMITS.results, undefined).then(fill);
	return await filling.catch((error: unknown) => {
		throw toNodeError(context.getNode(), error);
	});
}

/** Where the page starts that the editor asks for. */
export function pageStart(paginationToken: string | undefined): number {
	return Number(paginationToken ?? 0);
}

/** The token of the page behind this one; undefined where it was the last. */
export function nextPage(start: number, found: number): string | undefined {
	return found === PAGE_SIZE ? String(start + PAGE_SIZE) : undefined;
}
