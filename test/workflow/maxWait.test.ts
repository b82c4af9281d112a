import type { Fault } from '../../playground/emulator';
import { endedFile, endedScript, GET_RESULT, runScript, SCRIPT } from '../support/actions';
import type { NodeRun, Setting } from '../support/setting';
import { startSetting } from '../support/setting';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting({}, {}, 40);
});

beforeEach(async () => {
	setting.emulator.reset();
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	// With a token at hand: its making takes seconds of the fast clock.
	await setting.runNode(GET_RESULT, { items: [{ id: endedScript(setting.emulator) }] });
	setting.emulator.requests.length = 0;
	// Nothing is left of what the service asked for in another test.
	setting.advance(2 * MINUTE);
});

afterAll(async () => await setting.close());

/** What a run gave, and how long it took from its first request on, in ms. */
async function timed(run: () => Promise<NodeRun>) {
	setting.emulator.requests.length = 0;
	const ran = await run();
	return { ...ran, took: setting.emulator.now() - setting.emulator.requests[0].at };
}

const status = (code: number, headers: Record<string, string> = {}): Fault['effect'] => ({ kind: 'status', status: code, headers });
const always = (on: Fault['on'], effect: Fault['effect']) => setting.emulator.fault({ on, times: Infinity, effect });

const TROUBLE: Array<[string, Fault['effect'], string]> = [
	['429 for 50 minutes', status(429, { 'Retry-After': '3000' }), 'rate limit'],
	['429 for some seconds', status(429, { 'Retry-After': '7' }), 'rate limit'],
	['429 without a time', status(429), 'rate limit'],
	['503 for an hour', status(503, { 'Retry-After': '3600' }), 'at the moment'],
	['503 for a day', status(503, { 'Retry-After': '86400' }), 'at the moment'],
	['522', status(522), 'at the moment'],
	['an answer that cannot be read', { kind: 'badBody', body: '{"value":[' }, 'not a valid'],
	['no answer', { kind: 'stall' }, 'could not be reached'],
];

describe.each([
	[0, TROUBLE],
	[1, TROUBLE.filter(([name]) => /50 minutes|for a day|cannot be read/.test(name))],
] as const)('Max Wait %i', (maxWaitMinutes, trouble) => {
	const bound = maxWaitMinutes * MINUTE + 30 * SECOND;

	it.each(trouble)('bounds the wait for the status: %s', async (_, effect, why) => {
		always('action.list', effect);
		const items = [{ id: endedScript(setting.emulator) }];
		const { error, took } = await timed(async () => await setting.runNode({ ...GET_RESULT, maxWaitMinutes }, { items }));
		expect(error?.message).toContain(why);
		expect(took).toBeLessThanOrEqual(bound);
	});

	it.each(trouble)('bounds the wait for the link: %s', async (_, effect, why) => {
		always('link', effect);
		const items = [{ id: endedScript(setting.emulator) }];
		const { error, took } = await timed(async () => await setting.runNode({ ...GET_RESULT, maxWaitMinutes }, { items }));
		expect(error?.message).toContain(why);
		expect(took).toBeLessThanOrEqual(bound);
	});

	it.each<[string, Fault['effect']]>([
		['503 for an hour', status(503, { 'Retry-After': '3600' })],
		['no answer', { kind: 'stall' }],
		['a byte every 20 seconds', { kind: 'slow', bytesPerSecond: 5 }],
	])('bounds the wait for the file: %s', async (_, effect) => {
		always('blob', effect);
		const items = [{ id: endedFile(setting.emulator, { content: 'evidence, '.repeat(50_000), container: 'raw' }) }];
		const { results, error, took } = await timed(async () => await setting.runNode({ ...GET_RESULT, maxWaitMinutes }, { items }));
		expect(error).toBeUndefined();
		expect(results[0]).toMatchObject({ outcome: 'unreadable', errors: [expect.stringContaining('could not be downloaded')] });
		expect(took).toBeLessThanOrEqual(bound);
	});
});

it('is of each item, by its own expression', async () => {
	const { emulator } = setting;
	const now = emulator.now();
	const { id } = emulator.addAction({
		createdAt: now,
		endedAt: now + 3 * MINUTE,
		commands: [{ type: 'RunScript', name: SCRIPT, script: {} }],
	});
	const { id: other } = emulator.addAction({
		createdAt: now,
		endedAt: now + 60 * MINUTE,
		commands: [{ type: 'RunScript', name: SCRIPT, script: {} }],
	});
	const items = [
		{ id, w: 0 },
		{ id, w: 20 },
		{ id: other, w: 1 },
		{ id: other, w: 0 },
	];
	const { results, took } = await timed(async () => await setting.runNode({ ...GET_RESULT, maxWaitMinutes: '={{ $json.w }}' }, { items }));
	expect(results.map(({ outcome }) => outcome)).toEqual(['pending', 'succeeded', 'pending', 'pending']);
	expect(took).toBeGreaterThanOrEqual(2 * MINUTE);
	expect(took).toBeLessThan(6 * MINUTE);
});

it('ends although a page follows itself without end, and what the list does not show is asked for by its path', async () => {
	always('action.list', {
		kind: 'badBody',
		body: { value: [{ id: '00000000-0000-4000-8000-000000000001', status: 'Pending' }], '@odata.nextLink': 'https://x/?$skip=1' },
	});
	const items = [{ id: endedScript(setting.emulator) }];
	const { results, took } = await timed(async () => await setting.runNode({ ...GET_RESULT, maxWaitMinutes: 1 }, { items }));
	expect(results[0].outcome).toBe('succeeded');
	expect(took).toBeLessThanOrEqual(90 * SECOND);
});

it('what an item waited for is said when the wait has ended', async () => {
	const { emulator } = setting;
	const device = emulator.addDevice({ computerDnsName: 'ws-02.contoso.example', scripts: { [SCRIPT]: {} } });
	always('action.list', status(429, { 'Retry-After': '3000' }));
	const { results, took } = await timed(async () => await setting.runNode(runScript(device.id, { maxWaitMinutes: 1 })));
	expect(results[0]).toMatchObject({ outcome: 'pending', errors: [expect.stringMatching(/rate limit.*50 minutes/)] });
	expect(results[0].errors).not.toEqual([expect.stringContaining('Calls per Minute')]);
	expect(took).toBeGreaterThanOrEqual(50 * SECOND);
	expect(took).toBeLessThanOrEqual(90 * SECOND);
});

describe('operations without Max Wait', () => {
	it.each([
		['get', { resource: 'machineAction', operation: 'get' }, 'action.get'],
		['get many', { resource: 'machineAction', operation: 'getMany' }, 'action.list'],
		['devices', { resource: 'machine', operation: 'getMany' }, 'machine.list'],
		['files', { resource: 'libraryFile', operation: 'getMany' }, 'library.list'],
		['cancel', { resource: 'machineAction', operation: 'cancel', comment: 'why' }, 'action.cancel'],
	] as const)('end within minutes: %s', async (_, parameters, on) => {
		always(on, status(429, { 'Retry-After': '60' }));
		const items = [{ id: endedScript(setting.emulator) }];
		const { error, took } = await timed(async () => await setting.runNode(parameters, { items }));
		expect(error?.message).toContain('rate limit');
		expect(took).toBeLessThanOrEqual(6 * MINUTE);
	});
});

describe('sessions', () => {
	const limits = { perMinute: Infinity, perHour: Infinity, runPerMinute: 10, concurrentSessions: 25 };

	/** Live responses that wait for devices that are offline. */
	function pending(count: number): string[] {
		return Array.from({ length: count }, (_, place) => {
			const device = setting.emulator.addDevice({ computerDnsName: `off-${place}.contoso.example` });
			setting.emulator.setOffline(device.id, true);
			return setting.emulator.addAction({ machineId: device.id, status: 'Pending', commands: [{ type: 'RunScript', name: SCRIPT }] }).id;
		});
	}

	it('that are all in use are waited for within Max Wait, and said to be the reason', async () => {
		setting.emulator.limits.setLimits(limits);
		pending(26);
		const { id } = setting.emulator.addDevice({ computerDnsName: 'ws-02.contoso.example', scripts: { [SCRIPT]: {} } });
		const node = { onError: 'continueRegularOutput' as const };
		const { results, took } = await timed(async () => await setting.runNode(runScript(id, { maxWaitMinutes: 5 }), { node }));
		expect(results[0]).toMatchObject({
			error: 'Defender has no session left for another live response',
			details: {
				code: 'sessionLimit',
				sent: 'no',
				description: expect.stringMatching(/^26 live responses of the tenant are unfinished.*cancel/),
			},
		});
		expect(took).toBeLessThanOrEqual(5.5 * MINUTE);
		expect(setting.requestsOf('run').length).toBeLessThanOrEqual(4);
	});

	it('are waited for by many items side by side', async () => {
		setting.emulator.limits.setLimits(limits);
		pending(26);
		const items = Array.from({ length: 8 }, (_, place) => ({
			device: setting.emulator.addDevice({ computerDnsName: `ws-1${place}.contoso.example`, scripts: { [SCRIPT]: {} } }).id,
		}));
		const node = { onError: 'continueRegularOutput' as const };
		const { results, took } = await timed(
			async () => await setting.runNode(runScript('={{ $json.device }}', { maxWaitMinutes: 1 }), { items, node }),
		);
		expect(results.map(({ details }) => (details as { code: string }).code)).toEqual(items.map(() => 'sessionLimit'));
		expect(took).toBeLessThanOrEqual(3 * MINUTE);
		expect(setting.requestsOf('run').length).toBeLessThanOrEqual(20);
	});

	it('are used as soon as one is free', async () => {
		setting.emulator.limits.setLimits(limits);
		const [first] = pending(25);
		const { id } = setting.emulator.addDevice({ computerDnsName: 'ws-02.contoso.example', scripts: { [SCRIPT]: {} } });
		const running = setting.runNode(runScript(id, { maxWaitMinutes: 10 }));
		while (setting.requestsOf('run').length === 0) await setting.clock.sleep(SECOND);
		await setting.runNode({ resource: 'machineAction', operation: 'cancel', comment: 'why' }, { items: [{ id: first }] });
		const { results } = await running;
		expect(results[0]).toMatchObject({ outcome: 'succeeded' });
	});

	it('are not taken for calls, whose limit is waited out', async () => {
		const { id } = setting.emulator.addDevice({ computerDnsName: 'ws-02.contoso.example', scripts: { [SCRIPT]: {} } });
		const body = { error: { code: '429', message: 'API calls quota exceeded! maximum allowed 10 per 00:01:00' } };
		setting.emulator.fault({ on: 'run', times: 2, effect: { kind: 'status', status: 429, body, headers: { 'Retry-After': '5' } } });
		const { results } = await setting.runNode(runScript(id));
		expect(results[0]).toMatchObject({ outcome: 'succeeded' });
		expect(setting.emulator.runs).toHaveLength(1);
	});
});
