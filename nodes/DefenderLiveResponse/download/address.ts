import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

/** A query that is sent as it is written. n8n's helper asks a query of this class for its text. */
class WrittenQuery extends URLSearchParams {
	constructor(private readonly written: string) {
		super();
	}

	override toString(): string {
		return this.written;
	}
}

/**
 * Where a link leads, for n8n's helper, which would encode some characters of a query again (an apostrophe as `%27`); the
 * signature of a link covers its letters.
 *
 * @param link that has passed the link check
 */
export function addressOf(link: string): Pick<IHttpRequestOptions, 'url' | 'qs'> {
	const [, url, query] = /^([^?#]*)\?([^#]*)/.exec(link) ?? [];
	if (!query || new URL(link).search === `?${query}`) return { url: link };
	return { url, qs: new WrittenQuery(query) as unknown as IDataObject };
}
