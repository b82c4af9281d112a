/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { endedScript, GET_RESULT, runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

// The emulator counts calls as the service does: a hundred results a minute, ten runs a minute.
beforeAll(async () => {
	setting = await startSetting({ limits: 'real' }, {}, 15);
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => await setting.close());

it('brings more results than a minute allows without one refusal', async () => {
	const items = Array.from({ length: 230 }, () => ({ id: endedScript(setting.emulator) }));
	const started = setting.emulator.now();
	const { results } = await setting.runNode(GET_RESULT, { items });
	expect(results.map(({ outcome }) => outcome)).toEqual(items.map(() => 'succeeded'));
	expect(setting.emulator.requests.filter(({ status }) => status === 429)).toHaveLength(0);
	// 230 results need two full minutes; slow answers, which a busy machine makes slower, add to that.
	expect(setting.emulator.now() - started).toBeLessThan(600_000);
});

it('does not slow a small job down', async () => {
	// Another tenant: its limits are its own.
	const tenantId = 'contoso.example';
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData({ tenantId }));
	const items = Array.from({ length: 90 }, () => ({ id: endedScript(setting.emulator) }));
	const { results } = await setting.runNode({ ...GET_RESULT, simplify: false }, { items });
	const throttled = results.map(({ download }) => (download as { throttledMs: number }).throttledMs);
	expect(Math.max(...throttled)).toBeLessThan(5_000);
});

it('sends ten runs a minute and no more', async () => {
	const items = Array.from({ length: 13 }, (_, place) => {
		const { id } = setting.emulator.addDevice({ computerDnsName: `ws-${place}.contoso.example`, scripts: { [SCRIPT]: {} } });
		return { device: id };
	});
	await setting.runNode(runScript('={{ $json.device }}', { waitForCompletion: false }), { items });
	const sent = setting.requestsOf('run');
	expect(sent.map(({ status }) => status)).toEqual(items.map(() => 201));
	expect(sent[9].at - sent[0].at).toBeLessThan(30_000);
	expect(sent[10].at - sent[0].at).toBeGreaterThanOrEqual(60_000);
});

it('waits as long as the service says when another user used the limit up', async () => {
	const items = [{ id: endedScript(setting.emulator) }];
	setting.emulator.fault({ on: 'link', times: 3, effect: { kind: 'rateLimit', retryAfter: 20 } });
	const { results } = await setting.runNode({ ...GET_RESULT, simplify: false }, { items });
	expect(results[0]).toMatchObject({ outcome: 'succeeded' });
	const asked = setting.requestsOf('link').map(({ at }) => at);
	expect(asked).toHaveLength(4);
	expect(asked.slice(1).filter((at, i) => at - asked[i] < 20_000)).toEqual([]);
	// What it says it waited begins where the answer has been read.
	expect((results[0].download as { throttledMs: number }).throttledMs).toBeGreaterThan(59_000);
});

it('does not let the low limit of one workflow hold up another', async () => {
	const low = [{ id: endedScript(setting.emulator) }, { id: endedScript(setting.emulator) }];
	const slow = setting.runNode({ ...GET_RESULT, options: { callsPerMinute: 1 } }, { items: low });
	const { results } = await setting.runNode({ ...GET_RESULT, simplify: false }, { items: [{ id: endedScript(setting.emulator) }] });
	expect((results[0].download as { throttledMs: number }).throttledMs).toBeLessThan(30_000);
	await slow;
});

describe('calls of other kinds keep to the limits as well', () => {
	it.each([
		['action.get', { resource: 'machineAction', operation: 'get' }],
		['machine.get', { resource: 'machine', operation: 'get', machineId: '={{ $json.device }}' }],
		['library.list', { resource: 'libraryFile', operation: 'getMany' }],
	])('%s', async (operation, parameters) => {
		setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
		const id = endedScript(setting.emulator);
		const [{ id: device }] = setting.emulator.machines();
		// With a token at hand, and nothing on the service's count.
		await setting.runNode(parameters, { items: [{ id, device }] });
		setting.advance(2 * 60_000);
		setting.emulator.requests.length = 0;
		const items = Array.from({ length: 105 }, () => ({ id, device }));
		const running = setting.runNode(parameters, { items });
		while (setting.requestsOf(operation).length < 100) await new Promise((resolve) => setTimeout(resolve, 5));
		const skip = setInterval(() => setting.advance(10_000), 50);
		const { error } = await running;
		clearInterval(skip);
		expect(error).toBeUndefined();
		expect(setting.requestsOf(operation).map(({ status }) => status)).toEqual(items.map(() => 200));
	});
});

describe('a limit is kept', () => {
	const ONE = { ...GET_RESULT, options: { callsPerMinute: 1 } };

	/** The time between the results of two executions, of which the second one may have another credential. */
	async function between(other?: Record<string, string>): Promise<number> {
		setting.advance(2 * 60 * 60_000);
		const [first, second] = [endedScript(setting.emulator), endedScript(setting.emulator)];
		await setting.runNode(ONE, { items: [{ id: first }] });
		setting.engine.credentials.stored.set('second', setting.emulator.credentialData(other));
		const credentials = { microsoftDefenderOAuth2Api: { id: 'second', name: '' } };
		const skip = setInterval(() => setting.advance(5_000), 200);
		await setting.runNode(ONE, { items: [{ id: second }], node: { credentials } });
		clearInterval(skip);
		const [before, after] = setting.requestsOf('link').map(({ at }) => at);
		return after - before;
	}

	it('by all executions together', async () => {
		const { tenantId, clientId, clientSecret } = setting.emulator.app;
		setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
		expect(await between({ tenantId, clientId, clientSecret })).toBeGreaterThanOrEqual(60_000);
	});

	it('for each tenant by itself', async () => {
		setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
		expect(await between({ tenantId: 'contoso.example' })).toBeLessThan(60_000);
	});

	it('for each app by itself', async () => {
		setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
		const { clientId } = setting.emulator.apps.addApp({ secrets: [{ value: 'secret' }] });
		expect(await between({ clientId, clientSecret: 'secret' })).toBeLessThan(60_000);
	});
});
