import { claim, verdict } from '../claim';
import {
	ascending,
	byDate,
	byIds,
	byMachine,
	byRequestor,
	byStatuses,
	liveResponses,
	otherCase,
	second,
	someAction,
	unfinished,
} from '../observations/actions';
import type { Asker, Observation } from '../observation';
import { textOf, type Entity, type Page } from '../observations/entities';
import { say } from '../say';
import { answered, gives, some } from './judging';

/** A page beside the newest live response, whose values were asked for. */
function besideNewest(observation: Observation<Page>): Observation<{ page: Page; newest: Entity }> {
	return {
		asks: observation.asks,
		make: async (asker: Asker) => ({ page: await asker.see(observation), newest: await someAction(asker) }),
	};
}

const createdAt = (entity: Entity) => Date.parse(textOf(entity, 'creationDateTimeUtc') ?? '');
const inOrder = (times: number[], sign: 1 | -1) => times.every((time, i) => i === 0 || sign * (time - times[i - 1]) >= 0);
const same = (left: unknown, right: unknown) => String(left).toLowerCase() === String(right).toLowerCase();

export const QUERY_CLAIMS = [
	claim({
		id: 'query.order',
		claim: 'A list without `$orderby` is newest first.',
		source: 'examples, and one client (thevlad) that relies on it',
		affects: 'pickers and limits show the newest actions; the trigger reads from the newest on',
		ifNot: 'Lists that are cut off lack the newest actions: the node has to send `$orderby`.',
		emulator: 'actionsApi.ts',
		from: [liveResponses],
		judge({ entities }) {
			const times = some(entities, 'the tenant has no live response that was started over the API').map(createdAt);
			some(times.slice(1), 'the tenant has only one live response');
			const right = inOrder(times, -1);
			return verdict(right, right ? say`newest first, in ${times.length}` : inOrder(times, 1) ? say`oldest first` : say`no order`);
		},
	}),
	claim({
		id: 'query.orderby',
		claim: '`$orderby=creationDateTimeUtc asc` is accepted and sorts.',
		source: 'one client (Akto), with desc',
		affects: 'nothing yet: it is the way out if lists are not newest first',
		ifNot: 'If lists are not newest first either, only filters by date help.',
		emulator: 'odataList.ts',
		from: [ascending],
		judge: (page) =>
			gives(page, (entities) => inOrder(entities.map(createdAt), 1) && createdAt(entities[0]) < createdAt(entities[entities.length - 1])),
	}),
	claim({
		id: 'query.id-in',
		claim: '`id in (…)` with 40 ids is accepted; ids that do not exist are left out.',
		source: "one client (Elastic); the documentation's pages disagree on `id`",
		affects: 'many results are waited for in one call each round',
		ifNot: 'With 400 the node reads each action by its path: slower, and more calls of the limit.',
		emulator: 'settings.refusesIn',
		from: [byIds],
		judge: (page) =>
			gives(
				page,
				(entities) => entities.length === page.wanted.length && page.wanted.every((id) => entities.some((entity) => same(entity.id, id))),
			),
	}),
	claim({
		id: 'query.unfinished',
		claim: "`type eq 'LiveResponse' and (status eq 'Pending' or status eq 'InProgress')` is accepted and gives no other.",
		source: 'clients use the parts of it',
		affects: 'the filter *unfinished*, what keeps a device busy, counted sessions',
		ifNot: 'A busy device is not explained, and sessions are not counted.',
		emulator: 'odata.ts',
		from: [unfinished],
		judge: (page) =>
			gives(page, (entities) =>
				entities.every(({ type, status }) => type === 'LiveResponse' && (status === 'Pending' || status === 'InProgress')),
			),
	}),
	claim({
		id: 'query.status-in',
		claim: "`status in ('Succeeded','Failed')` is accepted and gives no other.",
		source: 'inferred from `id in (…)`',
		affects: 'nothing: the node joins statuses by `or`',
		ifNot: "Nothing for the node; a filter of one's own has to use `or`.",
		emulator: 'odata.ts',
		from: [byStatuses],
		judge: (page) => gives(page, (entities) => entities.every(({ status }) => status === 'Succeeded' || status === 'Failed')),
	}),
	claim({
		id: 'query.machine',
		claim: "`machineId eq '…'` is accepted and gives that device's actions.",
		source: 'documented',
		affects: 'what keeps a device busy; a run whose answer was lost is looked for so',
		ifNot: 'A lost answer cannot be found again: the item says that the result is unknown.',
		emulator: 'odata.ts',
		from: [besideNewest(byMachine)],
		judge: ({ page, newest }) =>
			gives(page, (entities) => entities.length > 0 && entities.every(({ machineId }) => same(machineId, newest.machineId))),
	}),
	claim({
		id: 'query.requestor',
		claim: "`requestor eq '…'` is accepted and gives that requestor's actions.",
		source: 'documented',
		affects: 'the filter Requestor of Get Many',
		ifNot: 'The filter cannot be used.',
		emulator: 'odata.ts',
		from: [besideNewest(byRequestor)],
		judge: ({ page, newest }) =>
			gives(page, (entities) => entities.length > 0 && entities.every(({ requestor }) => same(requestor, newest.requestor))),
	}),
	claim({
		id: 'query.date',
		claim: '`creationDateTimeUtc ge 2026-01-13T09:00:00.000Z`, without quotes, is accepted and gives what is newer.',
		source: 'clients; documented with fewer digits',
		affects: 'Created After and Created Before; the trigger asks for what is newer',
		ifNot: 'The trigger and both filters cannot be used.',
		emulator: 'odata.ts',
		from: [byDate],
		judge: (page) => gives(page, (entities) => entities.length > 0 && entities.every((entity) => createdAt(entity) >= page.since)),
	}),
	claim({
		id: 'query.skip',
		claim: '`$top=1&$skip=1` gives the second one alone.',
		source: 'documented',
		affects: 'pages of pickers and of Return All',
		ifNot: 'Lists repeat or lose entries.',
		emulator: 'odataList.ts',
		from: [second, liveResponses],
		// One that was started in between moves the others on.
		judge: (page, { entities: all }) =>
			gives(page, (entities) => entities.length === 1 && all.slice(0, 3).findIndex(({ id }) => id === entities[0].id) === 1),
	}),
	claim({
		id: 'query.count',
		claim: '`$count=true` adds `@odata.count`, a number.',
		source: 'one client (Elastic)',
		affects: 'nothing: the node counts what it gets',
		ifNot: 'Nothing for the node.',
		emulator: 'odataList.ts',
		from: [second],
		judge({ answer }) {
			const count = (answer.json as Entity | undefined)?.['@odata.count'];
			return verdict(
				typeof count === 'number',
				typeof count === 'number' ? say`a number` : answer.status === 200 ? say`a ${typeof count}` : answered(answer),
			);
		},
	}),
	claim({
		id: 'query.always-counts',
		claim: 'A list has `@odata.count` without being asked for it.',
		source: "a client generated from Microsoft's definition",
		affects: 'nothing: the node counts what it gets',
		ifNot: 'Nothing for the node.',
		emulator: 'settings.alwaysCounts',
		from: [liveResponses],
		judge({ answer }) {
			const count = (answer.json as Entity | undefined)?.['@odata.count'];
			return verdict(typeof count === 'number', typeof count === 'number' ? say`a number` : say`none`);
		},
	}),
	claim({
		id: 'query.next-link',
		claim: 'A list that `$top` cuts off has no `@odata.nextLink`.',
		source: 'inferred from OData',
		affects: 'when a list is at its end',
		ifNot: 'The node follows the link as far as its own limit: one call more than needed.',
		emulator: 'odataList.ts',
		from: [second],
		judge({ answer }) {
			const next = (answer.json as Entity | undefined)?.['@odata.nextLink'];
			return verdict(next === undefined, next === undefined ? say`none` : say`there is one`);
		},
	}),
	claim({
		id: 'query.case',
		claim: 'Names in `$filter` and `$orderby` may be written in upper or lower case.',
		source: 'clients (MDEAutomator, reporting tools)',
		affects: "filters of one's own; the node writes names as documented",
		ifNot: "Nothing for the node; a filter of one's own has to use the documented case.",
		emulator: 'odata.ts',
		from: [otherCase],
		judge: (page) => gives(page, (entities) => entities.every(({ type }) => type === 'LiveResponse')),
	}),
];
