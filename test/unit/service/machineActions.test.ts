import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import { DefenderError, describeFailure } from '../../../nodes/DefenderLiveResponse/service/errors';
import type { Failure } from '../../../nodes/DefenderLiveResponse/service/failure';
import { commandIndexes, isLiveResponse, subjectOf } from '../../../nodes/DefenderLiveResponse/service/machineAction';
import * as actions from '../../../nodes/DefenderLiveResponse/service/machineActions';
import type { Session } from '../../../nodes/DefenderLiveResponse/service/session';
import { ACTION_ID, actionEntity, actionOf } from '../result/entities';
import { fakeSession, refused } from './fakeSession';

const ENTITY = actionEntity('Pending', [{}]);

it('one action is asked for by its ID, in upper or lower case', async () => {
	const { session, calls } = fakeSession(() => ENTITY);
	expect((await actions.getMachineAction(session, ACTION_ID.toUpperCase())).entity).toEqual(ENTITY);
	expect(calls.map(({ method, path }) => [method, path])).toEqual([['GET', `/machineactions/${ACTION_ID.toUpperCase()}`]]);
});

it('an ID is one step of the path, whatever it holds', async () => {
	const { session, calls } = fakeSession(() => ENTITY);
	for (const id of ['a/../b', '..', '', 'a?b', 'a%2fb']) {
		await expect(actions.getMachineAction(session, id)).rejects.toThrow('not a valid ID of a machine action');
		await expect(actions.cancelMachineAction(session, id, 'x')).rejects.toThrow('not a valid ID of a machine action');
	}
	expect(calls).toEqual([]);
});

it('a cancel carries its comment, and gives the action as it is then', async () => {
	const { session, calls } = fakeSession(() => ENTITY);
	expect((await actions.cancelMachineAction(session, ACTION_ID, 'no longer needed')).entity).toEqual(ENTITY);
	expect(calls).toMatchObject([{ method: 'POST', path: `/machineactions/${ACTION_ID}/cancel`, body: { Comment: 'no longer needed' } }]);
});

it.each([null, {}, '<html>', actionEntity('Pending', [], 'another')])('%j is not the machine action that was asked for', async (answer) => {
	const { session } = fakeSession(() => answer);
	const message = 'Defender answered with something that is not a valid machine action';
	await expect(actions.getMachineAction(session, ACTION_ID)).rejects.toThrow(message);
	await expect(actions.cancelMachineAction(session, ACTION_ID, 'x')).rejects.toThrow(message);
});

describe('a list', () => {
	it('is asked for by filter, page and place, and leaves out what is not an action', async () => {
		const { session, calls } = fakeSession(() => ({ value: [ENTITY, null, { id: 5 }] }));
		const listed = await actions.listMachineActions(session, "type eq 'Isolate'", 50, { skip: 100 });
		expect(listed.map(({ id }) => id)).toEqual([ACTION_ID]);
		expect(calls.map(({ path }) => path)).toEqual(["/machineactions?$filter=type eq 'Isolate'&$top=50&$skip=100"]);
	});

	it('of what is still running is one call for the whole tenant', async () => {
		const { session, calls } = fakeSession(() => ({ value: [] }));
		await actions.listUnfinished(session);
		expect(calls.map(({ path }) => path)).toEqual([
			"/machineactions?$filter=type eq 'LiveResponse' and (status eq 'Pending' or status eq 'InProgress')&$top=10000",
		]);
	});

	it.each<[string, (session: Session) => Promise<unknown>]>([
		['of what is still running', actions.listUnfinished],
		['of IDs', async (session) => await actions.getMachineActionsById(session, [...'abcdefghijkl'])],
	])('%s ends after ten pages', async (_, list) => {
		let page = 0;
		const { session, calls } = fakeSession(() => ({ value: [{ id: `${++page}` }], '@odata.nextLink': `?$skip=${page}` }));
		await expect(list(session)).rejects.toThrow('a valid list of machine actions with an end');
		expect(calls).toHaveLength(10);
	});

	it('of IDs that is refused gives each action as soon as it is there', async () => {
		const { session } = fakeSession(({ path }) => {
			if (path.includes('?')) throw refused(400);
			return actionEntity('Pending', [], path.slice(-1));
		});
		const noted: string[] = [];
		await actions.getMachineActionsById(session, ['a', 'b'], (seen) => noted.push(...seen.map(({ id }) => id)));
		expect(noted).toEqual(['a', 'b']);
	});

	it('of IDs asks for those alone', async () => {
		const { session, calls } = fakeSession(() => ({ value: [ENTITY] }));
		await actions.getMachineActionsById(session, ['a', 'b']);
		expect(calls.map(({ path }) => path)).toEqual(["/machineactions?$filter=id in ('a','b')&$top=2"]);
	});
});

it.each<[Failure, boolean]>([
	[{ kind: 'refused', status: 400 }, true],
	[{ kind: 'refused', status: 404 }, true],
	[{ kind: 'refused', status: 302 }, false],
	[{ kind: 'refused', status: 401 }, false],
	[{ kind: 'refused', status: 403 }, false],
	[{ kind: 'refused', status: 429 }, false],
	[{ kind: 'refused', status: 503 }, false],
	[{ kind: 'signIn', message: 'no', status: 400 }, false],
	[{ kind: 'network', code: 'CERT_HAS_EXPIRED' }, false],
])('%j means that the service does not take a query: %s', (failure, expected) => {
	expect(actions.isQueryRefused(describeFailure(CALLS.readActions, failure, undefined, 'no'))).toBe(expected);
});

it('an error without a failure does not mean it', () => {
	expect(actions.isQueryRefused(new DefenderError('x', 'y'))).toBe(false);
});

it.each([
	['LiveResponse', true],
	[' live response ', true],
	['LiveResponses', false],
	['NoLiveResponse', false],
])('"%s" is the type of live responses: %s', (type, expected) => {
	expect(isLiveResponse(type)).toBe(expected);
});

describe('a command', () => {
	it('is about its script, file or path, whatever its arguments are', () => {
		expect(
			subjectOf({
				params: [
					{ key: 'Args', value: '-x' },
					{ key: 'ScriptName', value: 'a.ps1' },
				],
			}),
		).toBe('a.ps1');
		expect(subjectOf({ params: [{ key: 'Path', value: null }] })).toBeNull();
		for (const none of [undefined, null, { params: [] }, { params: [{ key: 'Args', value: '-x' }] }])
			expect(subjectOf(none)).toBeUndefined();
	});

	it('is asked for by its index; the first one also where none is listed', () => {
		expect(commandIndexes(actionOf('Succeeded', [{}, { index: 5 }]))).toEqual([0, 5]);
		expect(commandIndexes(actionOf('Succeeded', []))).toEqual([0]);
	});
});
