import type { ActionInput, WholeAnswer } from '../../playground/emulator';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
});

afterAll(async () => await setting.close());

const add = (input: ActionInput = {}) => setting.emulator.addAction({ commands: [{ type: 'RunScript', name: 'check.ps1' }], ...input }).id;

const machineAction = (operation: string, more: object = {}) => ({ resource: 'machineAction', operation, ...more });

const UNKNOWN = '00000000-0000-4000-8000-00000000dead';

describe('get', () => {
	it('gives the action as the service sends it', async () => {
		const id = add({ requestorComment: 'case 4711' });
		const ran = await setting.runNode(machineAction('get', { simplify: false }), { items: [{ id }] });
		expect(ran.results[0]).toMatchObject({
			id,
			type: 'LiveResponse',
			status: 'Succeeded',
			requestorComment: 'case 4711',
			requestSource: 'PublicApi',
		});
		expect(ran.outputs('Defender')[0][0].pairedItem).toEqual({ item: 0 });
	});

	it('says that there is none', async () => {
		const { error } = await setting.runNode(machineAction('get'), { items: [{ id: UNKNOWN }] });
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '404', message: 'Defender does not know this machine action' });
	});
});

describe('getMany', () => {
	const ids = async (filters: object, more: object = {}) => {
		const { results, error } = await setting.runNode(machineAction('getMany', { filters, ...more }));
		expect(error).toBeUndefined();
		return results.map(({ id }) => id);
	};

	it('gives live responses only, by default', async () => {
		const live = add();
		const isolation = add({ type: 'Isolate', commands: [] });
		expect(await ids({})).toEqual([live]);
		expect(await ids({ type: 'Isolate' })).toEqual([isolation]);
		expect((await ids({ type: 'any' })).sort()).toEqual([live, isolation].sort());
	});

	it('filters by status, device, requestor and time', async () => {
		const { emulator } = setting;
		const other = emulator.addDevice({ computerDnsName: 'ws-02.contoso.example' });
		const old = add({ status: 'Failed', createdAt: Date.parse('2026-01-01T00:00:00Z') });
		const quoted = add({ requestor: "o'neil@contoso.example", createdAt: Date.parse('2026-02-01T00:00:00Z') });
		const there = add({ machineId: other.id, createdAt: Date.parse('2026-03-01T00:00:00Z') });
		expect(await ids({ status: ['Failed'] })).toEqual([old]);
		expect(await ids({ status: '={{ "Failed" }}' })).toEqual([old]);
		expect(await ids({ requestor: "o'neil@contoso.example" })).toEqual([quoted]);
		expect(await ids({ machineId: other.id })).toEqual([there]);
		expect(await ids({ createdAfter: '2026-01-15T00:00:00Z', createdBefore: '2026-02-15T00:00:00Z' })).toEqual([quoted]);
	});

	it('filters by several statuses, of which unfinished means two, and by the others as well', async () => {
		const failed = add({ status: 'Failed' });
		const pending = add({ status: 'Pending', requestor: 'second@contoso.example' });
		const running = add({ status: 'InProgress' });
		add({ status: 'Succeeded' });
		add({ status: 'Pending', type: 'Isolate', commands: [] });
		expect((await ids({ status: ['unfinished'] })).sort()).toEqual([pending, running].sort());
		expect((await ids({ status: ['unfinished', 'Failed'] })).sort()).toEqual([failed, pending, running].sort());
		expect(await ids({ status: ['unfinished', 'Failed'], requestor: 'second@contoso.example' })).toEqual([pending]);
	});

	it('searches comments, on all pages and up to the limit', async () => {
		const found = ['Case 4711', 'see case 4711, again', 'case 4711'].map((requestorComment) => add({ requestorComment }));
		for (let count = 0; count < 30; count++) add({ requestorComment: 'another case' });
		add({ requestorComment: null as unknown as string });
		setting.emulator.settings.pageSize = 10;
		expect((await ids({ commentContains: 'CASE 4711' })).sort()).toEqual([...found].sort());
		expect(await ids({ commentContains: 'case 4711' }, { limit: 2 })).toHaveLength(2);
		expect(await ids({ commentContains: '' }, { limit: 5 })).toHaveLength(5);
	});

	it('gives up to the limit, or all of all pages', async () => {
		for (let count = 0; count < 60; count++) add();
		expect(await ids({})).toHaveLength(50);
		expect(await ids({}, { limit: 7 })).toHaveLength(7);
		setting.emulator.settings.pageSize = 25;
		// A next page that names another host is asked of our own.
		setting.emulator.settings.nextLinkOrigin = 'https://api-us3.securitycenter.microsoft.com';
		expect(new Set(await ids({}, { returnAll: true })).size).toBe(60);
		expect(await ids({}, { limit: 30 })).toHaveLength(30);
	});

	it('refuses a filter that gives nothing', async () => {
		const { error } = await setting.runNode(machineAction('getMany', { filters: { machineId: '={{ $json.nope }}' } }));
		expect(error?.message).toBe("'Device ID' gives no text [item 0]");
		expect(setting.emulator.requests).toHaveLength(0);
	});

	it('names a wrong date before any request', async () => {
		const { error } = await setting.runNode(machineAction('getMany', { filters: { createdAfter: 'yesterday-ish' } }));
		expect(error).toMatchObject({ name: 'NodeOperationError', message: "'Created After' is not a date [item 0]" });
		expect(setting.emulator.requests).toHaveLength(0);
	});
});

describe('cancel', () => {
	const parameters = machineAction('cancel', { comment: 'device is offline' });

	it('cancels an action that is still running', async () => {
		const id = add({ status: 'Pending' });
		const { results } = await setting.runNode({ ...parameters, simplify: false }, { items: [{ id }] });
		expect(results[0]).toMatchObject({ id, status: 'Cancelled', cancellationComment: 'device is offline' });
	});

	it('passes on why one that has ended cannot be cancelled', async () => {
		const { error } = await setting.runNode(parameters, { items: [{ id: add() }] });
		expect(error).toMatchObject({ name: 'NodeApiError', message: 'Defender refused to cancel the machine action' });
	});

	describe('only if it has not started', () => {
		const careful = { ...parameters, onlyIfNotStarted: true };

		it('cancels what waits, and says so', async () => {
			const id = add({ status: 'Pending' });
			const { results } = await setting.runNode(careful, { items: [{ id }] });
			expect(results).toEqual([expect.objectContaining({ id, status: 'Cancelled', cancelled: true, reason: '' })]);
		});

		it.each([
			['may have started', { status: 'InProgress' as const }, 'The device may have started it'],
			['has ended', {}, 'It has ended (Succeeded)'],
			['was cancelled', { status: 'Cancelled' as const }, 'It had been cancelled before'],
		])('leaves alone what %s', async (_, input, reason) => {
			const id = add(input);
			const { results, error } = await setting.runNode(careful, { items: [{ id }] });
			expect(error).toBeUndefined();
			expect(results).toEqual([expect.objectContaining({ id, cancelled: false, reason })]);
			expect(setting.requestsOf('action.cancel')).toHaveLength(0);
		});

		it('says what happened where it ends between the look and the cancel', async () => {
			const { emulator } = setting;
			const id = add({ status: 'Pending' });
			emulator.fault({
				on: 'action.cancel',
				effect: {
					kind: 'status',
					status: 400,
					get body() {
						emulator.addAction({ id, commands: [{ type: 'RunScript', name: 'check.ps1' }] });
						return { error: { code: 'BadRequest', message: 'The action has ended' } };
					},
				},
			});
			const { results } = await setting.runNode(careful, { items: [{ id }] });
			expect(results).toEqual([expect.objectContaining({ cancelled: false, started: true, reason: 'It has ended (Succeeded)' })]);
		});

		describe('where the answer shows it as still running', () => {
			it('waits until it has ended', async () => {
				const id = add({ status: 'Pending' });
				const asRunning = (body: Buffer) => Buffer.from(JSON.stringify({ ...JSON.parse(String(body)), status: 'InProgress' }));
				const by = (answer: WholeAnswer) => ({ ...answer, body: asRunning(answer.body) });
				setting.emulator.fault({ on: 'action.cancel', effect: { kind: 'rewritten', by } });
				const { results } = await setting.runNode(careful, { items: [{ id }] });
				expect(results).toEqual([expect.objectContaining({ id, status: 'Cancelled', cancelled: true, reason: '' })]);
			});

			it('does not say that it was cancelled where it goes on', async () => {
				const id = add({ status: 'Pending' });
				setting.emulator.fault({ on: 'action.cancel', effect: { kind: 'badBody', body: { id, status: 'Pending' } } });
				const { results, error } = await setting.runNode(careful, { items: [{ id }] });
				expect(error).toBeUndefined();
				const reason = 'Defender accepted the cancellation, and it is still running';
				expect(results).toEqual([expect.objectContaining({ id, status: 'Pending', cancelled: false, reason })]);
			});
		});

		it('fails where Defender refuses, and it still has not started', async () => {
			const body = { error: { code: 'BadRequest', message: 'no' } };
			setting.emulator.fault({ on: 'action.cancel', effect: { kind: 'status', status: 400, body } });
			const { error } = await setting.runNode(careful, { items: [{ id: add({ status: 'Pending' }) }] });
			expect(error?.message).toBe('Defender refused to cancel the machine action');
		});
	});

	it('wants a comment', async () => {
		const { error } = await setting.runNode({ ...parameters, comment: ' ' }, { items: [{ id: add({ status: 'Pending' }) }] });
		expect(error?.message).toBe("'Comment' is empty [item 0]");
		expect(setting.emulator.requests).toHaveLength(0);
	});
});

describe('wait', () => {
	it('waits for all items together, and says of each whether it has ended', async () => {
		const { emulator } = setting;
		const soon = add({ createdAt: emulator.now(), endedAt: emulator.now() + 15_000 });
		const never = add({ status: 'Pending' });
		const { results, error } = await setting.runNode(machineAction('wait', { maxWaitMinutes: 1 }), {
			items: [{ id: soon }, { id: never }],
		});
		expect(error).toBeUndefined();
		expect(results.map(({ id, status, finished }) => [id, status, finished])).toEqual([
			[soon, 'Succeeded', true],
			[never, 'Pending', false],
		]);
		expect(setting.requestsOf('action.list').length).toBeLessThanOrEqual(8);
		expect(setting.requestsOf('action.get')).toHaveLength(0);
	});

	it('feeds Get Result without any change', async () => {
		const id = add({ commands: [{ type: 'RunScript', name: 'check.ps1', script: { exitCode: 5 } }] });
		const waited = await setting.runNode(machineAction('wait'), { items: [{ id }] });
		const { results } = await setting.runNode({ resource: 'liveResponse', operation: 'getResult' }, { items: waited.results });
		expect(results[0]).toMatchObject({ outcome: 'scriptFailed', exit_code: 5 });
	});
});

describe('simplified, an action has the fields that people read', () => {
	const KEYS =
		'id type status machineId computerDnsName requestor requestorComment creationDateTimeUtc lastUpdateDateTimeUtc commands'.split(' ');

	it.each([
		['get', []],
		['getMany', []],
		['cancel', []],
		['wait', ['finished']],
	])('from %s', async (operation, more) => {
		const id = add({ status: 'Pending', fields: { novel: 1 } });
		const { results } = await setting.runNode(machineAction(operation, { maxWaitMinutes: 0, comment: 'case 4711' }), { items: [{ id }] });
		expect(results.map((item) => Object.keys(item))).toEqual([[...KEYS, ...more]]);
		expect(results[0]).toMatchObject({ id, commands: [expect.anything()] });
	});

	it('from cancel, with what its condition did', async () => {
		const parameters = machineAction('cancel', { comment: 'case 4711', onlyIfNotStarted: true });
		const { results } = await setting.runNode(parameters, { items: [{ id: add({ status: 'Pending' }) }] });
		expect(results.map((item) => Object.keys(item))).toEqual([[...KEYS, 'cancelled', 'started', 'reason']]);
	});

	it('passes an entity of unexpected form on as it came', async () => {
		const odd = [{ id: 7, novel: 1 }, 'text', { id: 'a-1', novel: 1 }];
		setting.emulator.fault({ on: 'action.list', effect: { kind: 'badBody', body: { value: odd } } });
		const { results } = await setting.runNode(machineAction('getMany'));
		expect(results).toEqual([{ id: 7, novel: 1 }, { value: 'text' }, { ...Object.fromEntries(KEYS.map((key) => [key, null])), id: 'a-1' }]);
	});
});

describe('the action comes as the service sends it, whatever that is', () => {
	const fields = { commands: null, novel: { deep: [1, null] } };

	it.each(['get', 'getMany', 'cancel', 'wait'])('from %s', async (operation) => {
		const id = add({ status: 'Pending', fields });
		const given = await setting.runNode(
			machineAction(operation, { maxWaitMinutes: 0, comment: 'case 4711', filters: {}, simplify: false }),
			{
				items: [{ id }],
			},
		);
		expect(given.results).toEqual([
			expect.objectContaining({
				id,
				type: 'LiveResponse',
				requestSource: 'PublicApi',
				errorHResult: 0,
				cancellationComment: operation === 'cancel' ? 'case 4711' : null,
				...fields,
			}),
		]);
	});
});

it.each([
	['get', [0, 1]],
	['getMany', [0, 0, 1, 1]],
	['cancel', [0, 1]],
	['wait', [0, 1]],
])('%s pairs its items with those of the input', async (operation, inputs) => {
	const items = [{ id: add({ status: 'Pending' }) }, { id: add({ status: 'Pending' }) }];
	const ran = await setting.runNode(machineAction(operation, { maxWaitMinutes: 0, comment: 'case 4711' }), { items });
	expect(ran.outputs('Defender')[0].map(({ pairedItem }) => pairedItem)).toEqual(inputs.map((item) => ({ item })));
});

it.each([
	['get', 'action.get'],
	['wait', 'action.list'],
])('%s asks for an id in lower case, as the service writes it, since a filter may tell the case apart', async (operation, asked) => {
	const id = add();
	const { results } = await setting.runNode(machineAction(operation), { items: [{ id: id.toUpperCase() }] });
	expect(results).toMatchObject([{ id }]);
	expect(setting.requestsOf(asked).map(({ url }) => url)).toEqual([expect.stringContaining(id)]);
});

it('wait gives an item for each input item, also for the same action', async () => {
	const id = add();
	const ran = await setting.runNode(machineAction('wait'), { items: [{ id }, { id: id.toUpperCase() }] });
	expect(ran.results.map((item) => [item.id, item.finished])).toEqual([
		[id, true],
		[id, true],
	]);
});
