import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import { firstPage, listEntities } from '../../../nodes/DefenderLiveResponse/service/collection';
import { fakeSession } from './fakeSession';

describe('the query of a first page', () => {
	it.each<[string, number, number, string]>([
		["a eq 'b'", 50, 0, "?$filter=a eq 'b'&$top=50"],
		['', 50, 100, '?$top=50&$skip=100'],
		['', 10_000, 0, '?$top=10000'],
		// The service refuses a larger page.
		['', 10_001, 0, '?$top=10000'],
		['', Infinity, 0, '?$top=10000'],
	])('of "%s", %d after %d', (filter, most, skip, expected) => {
		expect(decodeURIComponent(firstPage(filter, most, skip))).toBe(expected);
	});
});

/** Lists a collection of these pages. */
function list(pages: unknown[], most = Infinity) {
	let asked = 0;
	const fake = fakeSession(() => pages[Math.min(asked++, pages.length - 1)]);
	const collection = { kind: CALLS.readMachines, path: '/machines', search: '?$top=2' };
	return { ...fake, run: async () => await listEntities(fake.session, collection, most) };
}
const page = (value: unknown[], next?: string) => ({ value, '@odata.nextLink': next });

it('gives the entities of all pages, in their order', async () => {
	const { run, calls } = list([
		page([1, 2], 'https://api.security.microsoft.com/api/machines?$skip=2'),
		page([3, 4], 'x?$skip=4'),
		page([5]),
	]);
	expect(await run()).toEqual([1, 2, 3, 4, 5]);
	expect(calls.map(({ method, path }) => [method, path])).toEqual([
		['GET', '/machines?$top=2'],
		['GET', '/machines?$skip=2'],
		['GET', '/machines?$skip=4'],
	]);
});

it('goes to no other host, whatever the link to the next page says', async () => {
	const { run, calls } = list([page([1], 'https://evil.example/steal?$skip=1'), page([2])]);
	expect(await run()).toEqual([1, 2]);
	expect(calls.map(({ url }) => new URL(url).host)).toEqual(['api.security.microsoft.com', 'api.security.microsoft.com']);
});

it('asks for no more pages than it needs, and gives no more than was asked for', async () => {
	const enough = list([page([1, 2], '?$skip=2'), page([3, 4], '?$skip=4')], 2);
	expect(await enough.run()).toEqual([1, 2]);
	expect(enough.calls).toHaveLength(1);
	expect(await list([page([1, 2], '?$skip=2'), page([3, 4])], 3).run()).toEqual([1, 2, 3]);
	const none = list([page([1])], 0);
	expect(await none.run()).toEqual([]);
	expect(none.calls).toEqual([]);
});

it('ends after the most pages that it may have', async () => {
	let asked = 0;
	const { session, calls } = fakeSession(() => page([++asked], `?$skip=${asked}`));
	const collection = { kind: CALLS.readMachines, path: '/machines', search: '', maxPages: 2 };
	await expect(listEntities(session, collection, Infinity)).rejects.toThrow('a valid list of devices with an end');
	expect(calls).toHaveLength(2);
});

it.each<[string, unknown[], unknown[]]>([
	['there is none', [page([1])], [1]],
	['its link has no query', [page([1], 'https://api.security.microsoft.com/api/machines')], [1]],
	['its link is not a text', [{ value: [1], '@odata.nextLink': 5 }], [1]],
	['a page is empty', [page([1], '?$skip=1'), page([], '?$skip=2')], [1]],
	['a page follows itself', [page([1], '?$skip=1'), page([2], '?$skip=1')], [1, 2]],
	['a page follows one before', [page([1], '?$skip=1'), page([2], '?$skip=2'), page([3], '?$skip=1')], [1, 2, 3]],
])('asks for no next page where %s', async (_, pages, expected) => {
	const { run, calls } = list(pages);
	expect(await run()).toEqual(expected);
	expect(calls).toHaveLength(pages.length);
});

it('gives once what comes twice, since the list grows while it is read, and everything without an ID', async () => {
	const entities = (...ids: unknown[]) => ids.map((id) => ({ id }));
	const pages = [
		page(entities('a', 'b', '', null), '?$skip=2'),
		page(entities('b', 'c', '', null), '?$skip=4'),
		page(entities('c', 'd', 'd')),
	];
	expect(await list(pages).run()).toEqual(entities('a', 'b', '', null, 'c', '', null, 'd'));
	expect(await list(pages, 5).run()).toEqual(entities('a', 'b', '', null, 'c'));
});

it.each([null, 'text', '<html>', {}, { value: 'x' }, { value: null }])('%j is not a list, and is reported', async (answer) => {
	await expect(list([answer]).run()).rejects.toMatchObject({
		message: 'Defender answered with something that is not a valid list of devices',
		advice: 'Check that the API base URL of the credential is that of Defender, and that no proxy answers in its place.',
	});
});
