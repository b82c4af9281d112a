import type { GrantedPermissions } from '../../../nodes/DefenderLiveResponse/service/calls';
import type { Machine } from '../../../nodes/DefenderLiveResponse/service/chooseRecord';
import { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import { changeTag, MAX_TAGGED } from '../../../nodes/DefenderLiveResponse/service/tags';
import type { Call } from './fakeSession';
import { fakeSession, refused } from './fakeSession';

const MANY = '/machines/AddOrRemoveTagForMultipleMachines';
const LIST = /^\/machines\?/;

const device = (id: string, machineTags: unknown = []) => ({ id, computerDnsName: `${id}.contoso.com`, machineTags });
const idsOf = (call: Call) => (call.body as { MachineIds: string[] }).MachineIds;

interface Service {
	/** What the call of many answers; by default each of its devices as it is afterwards. */
	many?: (call: Call) => unknown;
	/** The same of the call of one device. */
	one?: (id: string) => unknown;
	list?: () => unknown;
	adds?: boolean;
	/** What the token allows, if it shows that. */
	granted?: GrantedPermissions;
}

/** Changes the tag "Case 1" of devices. */
async function change(ids: string[], { many, one, list, adds = true, ...more }: Service = {}) {
	const tags = adds ? ['Case 1'] : [];
	const { session, calls } = fakeSession((call) => {
		if (call.path === MANY) return many ? many(call) : { value: idsOf(call).map((id) => device(id, tags)) };
		if (LIST.test(call.path)) return list ? list() : { value: [] };
		const [, id] = /^\/machines\/([^/]+)\/tags$/.exec(call.path) ?? [];
		return one ? one(id) : device(id, tags);
	});
	if ('granted' in more) session.transport.grantedPermissions = () => more.granted;
	const sentAt: number[] = [];
	const changed = await changeTag(session, ids, { tag: 'Case 1', adds, onSend: (at) => sentAt.push(at) });
	/** By device: its name, or why it was not changed. */
	const shown = Object.fromEntries(
		[...changed].map(([id, result]) => [id, result instanceof DefenderError ? result.message : result.computerDnsName]),
	);
	const made = calls.map(({ method, path, body }) => ({ method, path, body }));
	return {
		changed,
		shown,
		made,
		sentAt,
		calls,
		asked: calls.map(({ path, body }) => [path, (body as { MachineIds?: string[] })?.MachineIds]),
	};
}

const REFUSED = 'Defender refused to change the tags of devices';
const refuse = (status: number) => () => {
	throw refused(status, { code: 'BadRequest', message: 'One of the devices is not known' });
};

it('takes 500 devices in a call, as Microsoft says', () => {
	expect(MAX_TAGGED).toBe(500);
});

describe('one device', () => {
	it.each([
		[true, 'Add'],
		[false, 'Remove'],
	])('has its tag changed by a call of its own (adds: %s)', async (adds, Action) => {
		const { changed, made, sentAt, calls } = await change(['a1'], { adds });
		expect(made).toEqual([{ method: 'POST', path: '/machines/a1/tags', body: { Value: 'Case 1', Action } }]);
		expect([...changed]).toEqual([['a1', expect.objectContaining({ id: 'a1', entity: device('a1', adds ? ['Case 1'] : []) })]]);
		expect(sentAt).toEqual([calls[0].at]);
	});

	it('that is refused is not tried in another way', async () => {
		const { shown, made } = await change(['a1'], { one: refuse(400) });
		expect(shown).toEqual({ a1: REFUSED });
		expect(made).toHaveLength(1);
	});

	it('is not another one', async () => {
		expect((await change(['a1'], { one: () => device('b2') })).shown).toEqual({
			a1: 'Defender answered with something that is not a valid device',
		});
	});
});

describe('several devices', () => {
	it.each([
		[true, 'Add'],
		[false, 'Remove'],
	])('have their tag changed by one call (adds: %s)', async (adds, Action) => {
		const { shown, made, sentAt } = await change(['a1', 'b2', 'c3'], { adds });
		expect(made).toEqual([{ method: 'POST', path: MANY, body: { Value: 'Case 1', Action, MachineIds: ['a1', 'b2', 'c3'] } }]);
		expect(shown).toEqual({ a1: 'a1.contoso.com', b2: 'b2.contoso.com', c3: 'c3.contoso.com' });
		expect(sentAt).toHaveLength(1);
	});

	it('are found in the answer by their IDs in upper or lower case; others in it are left out', async () => {
		const { changed, made } = await change(['a1', 'b2'], { many: () => ({ value: [device('B2'), device('A1'), device('c3')] }) });
		expect([...changed.keys()].sort()).toEqual(['a1', 'b2']);
		expect((changed.get('a1') as Machine).id).toBe('A1');
		expect(made).toHaveLength(1);
	});

	it.each([null, {}, { value: {} }, '<html>'])('are not changed for certain where the answer is %j', async (answer) => {
		const { shown } = await change(['a1', 'b2'], { many: () => answer });
		const message = 'Defender answered with something that is not a valid list of devices';
		expect(shown).toEqual({ a1: message, b2: message });
	});

	it('are halved where they are refused, until those that are refused are alone', async () => {
		const many = (call: Call) => {
			if (idsOf(call).includes('d4')) throw refused(404, { code: 'ResourceNotFound', message: 'no such device' });
			return { value: idsOf(call).map((id) => device(id)) };
		};
		const one = (id: string) => {
			if (id === 'd4') throw refused(404, { code: 'ResourceNotFound', message: 'no such device' });
			return device(id);
		};
		const { shown, asked } = await change(['a1', 'b2', 'c3', 'd4', 'e5'], { many, one });
		expect(shown).toEqual({
			a1: 'a1.contoso.com',
			b2: 'b2.contoso.com',
			c3: 'c3.contoso.com',
			d4: 'Defender does not know this device',
			e5: 'e5.contoso.com',
		});
		expect(asked).toEqual([
			[MANY, ['a1', 'b2', 'c3', 'd4', 'e5']],
			[MANY, ['a1', 'b2', 'c3']],
			[MANY, ['d4', 'e5']],
			['/machines/d4/tags', undefined],
			['/machines/e5/tags', undefined],
		]);
	});

	it.each<[string, number]>([
		['the sign-in was not accepted', 401],
		['the service is down', 503],
	])('are not halved where %s', async (_, status) => {
		const { shown, asked } = await change(['a1', 'b2'], { many: refuse(status) });
		expect(new Set(asked.map(([path]) => path))).toEqual(new Set([MANY]));
		expect(Object.keys(shown)).toEqual(['a1', 'b2']);
		expect(new Set(Object.values(shown)).size).toBe(1);
	});

	it.each<[string, GrantedPermissions | undefined, boolean]>([
		['an app whose token allows it', { kind: 'application', names: ['Alert.Read.All', 'Machine.ReadWrite.All'] }, true],
		['an app whose token does not allow it', { kind: 'application', names: ['Alert.Read.All', 'Machine.ReadWrite'] }, false],
		['a user whose token allows it', { kind: 'delegated', names: ['Alert.Read', 'Machine.ReadWrite'] }, true],
		['a user whose token does not allow it', { kind: 'delegated', names: ['Alert.Read', 'Machine.ReadWrite.All'] }, false],
		['a token that does not show what it allows', undefined, false],
	])('that are refused with 403 are halved or not: %s', async (_, granted, halved) => {
		const { shown, asked } = await change(['a1', 'b2'], {
			many: () => {
				throw refused(403, { code: 'Forbidden', message: 'not this one' });
			},
			granted,
		});
		expect(asked.some(([path]) => path === '/machines/a1/tags')).toBe(halved);
		expect(Object.values(shown).every((text) => text.endsWith('.contoso.com'))).toBe(halved);
	});
});

describe('devices that the answer leaves out', () => {
	const leavesOut = () => ({ value: [device('a1')] });

	it.each([
		[true, ['x', 'Case 1'], ['x']],
		[false, ['x'], ['x', 'Case 1']],
	])('are read in one list, and those that it shows without the change are asked for alone (adds: %s)', async (adds, after, before) => {
		const { shown, asked } = await change(['a1', 'b2', 'c3', 'd4', 'e5'], {
			adds,
			many: leavesOut,
			list: () => ({ value: [device('B2', after), device('c3', before), device('d4', null)] }),
		});
		expect(asked.slice(0, 2)).toEqual([
			[MANY, ['a1', 'b2', 'c3', 'd4', 'e5']],
			["/machines?$filter=id in ('b2','c3','d4','e5')&$top=4", undefined],
		]);
		expect(asked.slice(2).map(([path]) => path)).toEqual(['/machines/c3/tags', '/machines/d4/tags', '/machines/e5/tags']);
		expect(shown).toEqual({
			a1: 'a1.contoso.com',
			b2: 'B2.contoso.com',
			c3: 'c3.contoso.com',
			d4: 'd4.contoso.com',
			e5: 'e5.contoso.com',
		});
	});

	it('are asked for alone where the list is refused, and say why they were not changed', async () => {
		const { shown, asked } = await change(['a1', 'b2'], { many: leavesOut, list: refuse(401), one: refuse(400) });
		expect(asked.at(-1)).toEqual(['/machines/b2/tags', undefined]);
		expect(shown).toEqual({ a1: 'a1.contoso.com', b2: REFUSED });
	});
});

it('an execution that was cancelled changes nothing more', async () => {
	const stopped = fakeSession(() => device('a1'), AbortSignal.abort());
	const tag = { tag: 'Case 1', adds: true, onSend: () => undefined };
	await expect(changeTag(stopped.session, ['a1'], tag)).rejects.toThrow('The execution was cancelled');
	await expect(changeTag(stopped.session, ['a1', 'b2'], tag)).rejects.toThrow('The execution was cancelled');
	expect(stopped.calls).toEqual([]);
});
