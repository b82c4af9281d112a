import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import { listEntities } from '../../../nodes/DefenderLiveResponse/service/collection';
import { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import { cancelMachineAction, getMachineAction } from '../../../nodes/DefenderLiveResponse/service/machineActions';
import { findMachineByName } from '../../../nodes/DefenderLiveResponse/service/machines';
import { ACTION_ID, actionEntity } from '../result/entities';
import { fakeSession } from './fakeSession';

const ACTIONS = { kind: CALLS.readActions, path: '/machineactions', search: '?$top=2' };

/** What a service gives whose pages point to these one after the other. */
async function listed(links: unknown[], most = Infinity) {
	let page = 0;
	const { session, calls } = fakeSession(() => ({ value: [page], '@odata.nextLink': links[page++] }));
	const entities = await listEntities(session, ACTIONS, most);
	return { entities, asked: calls.map(({ path }) => path) };
}

describe('a list', () => {
	it('goes on with the query of the next page, whatever host and path it names', async () => {
		const { entities, asked } = await listed(['https://evil.example/api/users?$skip=1', undefined]);
		expect(entities).toEqual([0, 1]);
		expect(asked).toEqual(['/machineactions?$top=2', '/machineactions?$skip=1']);
	});

	it.each<[string, unknown[], number]>([
		['nothing', [undefined], 1],
		['no text', [{ href: '?x' }], 1],
		['no query', ['https://api/x'], 1],
		['the same page', ['https://api/x?$top=2'], 1],
		['the page before the last', ['?$skip=1', '?$skip=2', '?$skip=1'], 3],
	])('ends where the next page is %s', async (_, links, pages) => {
		expect((await listed(links)).entities).toHaveLength(pages);
	});

	it('gives no more than is asked for', async () => {
		const { entities, asked } = await listed(['?$skip=1', '?$skip=2', '?$skip=3'], 2);
		expect([entities, asked.length]).toEqual([[0, 1], 2]);
	});
});

const OTHER = '11111111-2222-4333-8444-555555555555';

describe('an answer about another action is none', () => {
	it.each([
		['that was asked for', async (id: string, session: ReturnType<typeof fakeSession>['session']) => await getMachineAction(session, id)],
		[
			'that was cancelled',
			async (id: string, session: ReturnType<typeof fakeSession>['session']) => await cancelMachineAction(session, id, 'why'),
		],
	])('%s', async (_, ask) => {
		const { session } = fakeSession(() => actionEntity('Succeeded', []));
		expect(await ask(ACTION_ID.toUpperCase(), session)).toMatchObject({ id: ACTION_ID });
		await expect(ask(OTHER, session)).rejects.toThrow('Defender answered with something that is not a valid machine action');
	});
});

it.each(['..', '.', '', 'a/b', 'a?b', 'a%2fb', '\ud800', 5, null])('a device named %j by the service is none', async (id) => {
	const { session } = fakeSession(() => ({ value: [{ id, computerDnsName: 'ws-01' }] }));
	await expect(findMachineByName(session, 'ws-01')).rejects.toThrow(DefenderError);
});
