import { ODataError, compare, compileFilter, propertyIn, type Entity, type Value } from './odata';
import type { Settings } from './settings';

export interface ListRules {
	/** Properties that the collection can be filtered and ordered by. */
	properties: readonly string[];
	/** As the client called it: origin of @odata.nextLink, which may be a geo host instead. */
	origin: string;
	path: string;
	settings: Pick<Settings, 'pageSize' | 'nextLinkOrigin' | 'alwaysCounts' | 'refusesIn'>;
	/** Whether the collection takes $select: seen for machines; for others unknown, so refused. */
	selects?: boolean;
}

/** Answers a list request: $filter, $orderby, $select, $skip, $top, $count and the link to the next page. */
export function queryList(entities: Entity[], query: URLSearchParams, { properties, origin, path, settings, selects = false }: ListRules) {
	for (const option of query.keys()) {
		if (!['$filter', '$orderby', '$skip', '$top', '$count', ...(selects ? ['$select'] : [])].includes(option)) {
			throw new ODataError(`The query option '${option}' is not supported.`);
		}
	}
	const filter = query.get('$filter');
	let found = filter === null ? entities : entities.filter(compileFilter(filter, properties, settings));
	const order = query.get('$orderby');
	if (order !== null) found = sorted(found, order, properties);
	const skip = wholeNumber(query, '$skip') ?? 0;
	const top = wholeNumber(query, '$top');
	if (top !== undefined && top > 10_000)
		throw new ODataError(`The limit of '10000' for Top query has been exceeded. The value from the incoming request is '${top}'.`);
	const wanted = found.slice(skip, top === undefined ? undefined : skip + top);
	const page = wanted.slice(0, settings.pageSize);
	const select = query.get('$select');
	const next = new URLSearchParams(query);
	next.set('$skip', String(skip + page.length));
	if (top !== undefined) next.set('$top', String(top - page.length));
	return {
		...((settings.alwaysCounts || query.get('$count')?.toLowerCase() === 'true') && { '@odata.count': found.length }),
		value: select === null ? page : page.map((entity) => selected(entity, select)),
		...(wanted.length > page.length && {
			'@odata.nextLink': `${settings.nextLinkOrigin ?? origin}${path}?${next.toString().replaceAll('%24', '$').replaceAll('+', '%20')}`,
		}),
	};
}

/** The named properties of an entity, in the entity's order. */
function selected(entity: Entity, select: string): Entity {
	const names = select.split(',').map((name) => {
		const known = propertyIn(Object.keys(entity), name.trim());
		if (known === undefined)
			throw new ODataError(`The query specified in the URI is not valid. Could not find a property named '${name.trim()}'.`);
		return known;
	});
	return Object.fromEntries(Object.entries(entity).filter(([name]) => names.includes(name)));
}

function sorted(entities: Entity[], order: string, properties: readonly string[]): Entity[] {
	const match = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(order);
	const property = match && propertyIn(properties, match[1]);
	if (!match || property === undefined || property === null) throw new ODataError(`The $orderby '${order}' is not valid.`);
	const sign = match[2]?.toLowerCase() === 'desc' ? -1 : 1;
	return [...entities].sort((a, b) => sign * (compare(a[property], b[property] as Value) || 0));
}

function wholeNumber(query: URLSearchParams, option: string): number | undefined {
	const text = query.get(option);
	if (text === null) return undefined;
	if (!/^\d+$/.test(text)) throw new ODataError(`Invalid value '${text}' for ${option} query option.`);
	return Number(text);
}
