import { ODataError, compare, compileFilter, type Entity, type Value } from './odata';

export interface PageSettings {
	/** Largest page: a longer list goes on behind @odata.nextLink. */
	pageSize: number;
	/** Origin of @odata.nextLink, which may be a geo host other than the one that was called. */
	nextLinkOrigin: string;
	path: string;
}

/** Answers a list request: $filter, $orderby, $skip, $top, $count and the link to the next page. */
export function queryList(entities: Entity[], query: URLSearchParams, properties: readonly string[], page: PageSettings) {
	for (const option of query.keys()) {
		if (!['$filter', '$orderby', '$skip', '$top', '$count'].includes(option)) {
			throw new ODataError(`The query option '${option}' is not supported.`);
		}
	}
	const filter = query.get('$filter');
	let found = filter === null ? entities : entities.filter(compileFilter(filter, properties));
	const order = query.get('$orderby');
	if (order !== null) found = sorted(found, order, properties);
	const skip = wholeNumber(query, '$skip') ?? 0;
	const top = wholeNumber(query, '$top');
	if (top !== undefined && top > 10_000) throw new ODataError(`The limit of '10000' for Top query has been exceeded. The value from the incoming request is '${top}'.`);
	const wanted = found.slice(skip, top === undefined ? undefined : skip + top);
	const value = wanted.slice(0, page.pageSize);
	const next = new URLSearchParams(query);
	next.set('$skip', String(skip + value.length));
	if (top !== undefined) next.set('$top', String(top - value.length));
	return {
		...(query.get('$count')?.toLowerCase() === 'true' && { '@odata.count': found.length }),
		value,
		...(wanted.length > value.length && {
			'@odata.nextLink': `${page.nextLinkOrigin}${page.path}?${next.toString().replaceAll('%24', '$').replaceAll('+', '%20')}`,
		}),
	};
}

function sorted(entities: Entity[], order: string, properties: readonly string[]): Entity[] {
	const match = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(order);
	if (!match || !properties.includes(match[1])) throw new ODataError(`The $orderby '${order}' is not valid.`);
	const sign = match[2]?.toLowerCase() === 'desc' ? -1 : 1;
	return [...entities].sort((a, b) => sign * (compare(a[match[1]], b[match[1]] as Value) || 0));
}

function wholeNumber(query: URLSearchParams, option: string): number | undefined {
	const text = query.get(option);
	if (text === null) return undefined;
	if (!/^\d+$/.test(text)) throw new ODataError(`Invalid value '${text}' for ${option} query option.`);
	return Number(text);
}
