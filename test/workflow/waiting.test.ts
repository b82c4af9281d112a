/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { systemClock } from '../../nodes/DefenderLiveResponse/service/clock';
import { endedScript, GET_RESULT, runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting({}, {}, 60);
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => await setting.close());

/** An action of the emulator that ends this many milliseconds from now. */
function endsIn(ms: number, output = ''): string {
	const { emulator } = setting;
	const { id } = emulator.addAction({
		status: 'Succeeded',
		createdAt: emulator.now(),
		endedAt: emulator.now() + ms,
		commands: [{ type: 'RunScript', name: SCRIPT, script: { output } }],
	});
	return id;
}

it('waits until the action has ended', async () => {
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const items = [{ id: endsIn(65_000, 'late\n') }];
	const { results } = await setting.runNode(GET_RESULT, { items });
	expect(results[0]).toMatchObject({ outcome: 'succeeded', script_output: 'late\n' });
});

it('gives what is not finished as pending when the wait has ended', async () => {
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const items = [{ id: endsIn(10 * 60_000) }, { id: endsIn(1_000) }];
	const { results, error } = await setting.runNode({ ...GET_RESULT, maxWaitMinutes: 1 }, { items });
	expect(error).toBeUndefined();
	expect(results.map(({ outcome }) => outcome)).toEqual(['pending', 'succeeded']);
});

it('looks once when it is not to wait', async () => {
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const items = [{ id: endsIn(600_000) }];
	const { results } = await setting.runNode({ ...GET_RESULT, waitForCompletion: false }, { items });
	expect(results[0].outcome).toBe('pending');
	expect(setting.requestsOf('action.list')).toHaveLength(1);
});

it('asks for few actions with one call a look', async () => {
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const items = Array.from({ length: 12 }, () => ({ id: endsIn(25_000) }));
	await setting.runNode(GET_RESULT, { items });
	expect(setting.requestsOf('action.list').length).toBeLessThanOrEqual(5);
	expect(setting.requestsOf('action.get')).toHaveLength(0);
});

it('asks for many actions with one call for what is unfinished, in short URLs', async () => {
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const items = Array.from({ length: 200 }, (_, place) => ({ id: endsIn(place < 100 ? 0 : 180_000) }));
	const { results, error } = await setting.runNode({ ...GET_RESULT, options: { callsPerMinute: 0, callsPerHour: 0 } }, { items });
	expect(error).toBeUndefined();
	expect(results.map(({ outcome }) => outcome)).toEqual(items.map(() => 'succeeded'));
	const looks = setting.requestsOf('action.list');
	const tenantWide = looks.filter(({ url }) => decodeURIComponent(url).includes("status eq 'Pending' or status eq 'InProgress'"));
	expect(tenantWide.length).toBeGreaterThan(1);
	// 200 ids, each asked for by name once, some forty a call.
	expect(looks.length - tenantWide.length).toBeLessThanOrEqual(8);
	for (const { url } of looks) expect(setting.emulator.apiUrl.length + url.length).toBeLessThan(2000);
});

it('fetches results while it still waits for others', async () => {
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const [early, late] = [endsIn(0), endsIn(300_000)];
	await setting.runNode(GET_RESULT, { items: [{ id: late }, { id: early }] });
	const links = setting.requestsOf('link').map(({ url, at }) => ({ early: url.includes(early), at }));
	const lastLook = setting.requestsOf('action.list').at(-1)?.at ?? 0;
	expect(links[0].early).toBe(true);
	expect(links[0].at).toBeLessThan(lastLook - 30_000);
});

it('asks for an action once although several items want its commands', async () => {
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const id = endsIn(0);
	const { results } = await setting.runNode(GET_RESULT, { items: [{ id }, { id: id.toUpperCase() }] });
	expect(results).toHaveLength(2);
	expect(setting.requestsOf('action.list')).toHaveLength(1);
});

it('keeps looking when the service is down for a while', async () => {
	const id = endedScript(setting.emulator);
	setting.emulator.fault({ on: 'action.list', times: 10, effect: { kind: 'status', status: 503 } });
	const { results } = await setting.runNode(GET_RESULT, { items: [{ id }] });
	expect(results[0].outcome).toBe('succeeded');
});

it('takes an action that the service shows with a delay for new, not for wrong', async () => {
	const { emulator } = setting;
	const { id: machineId } = emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: {} } });
	emulator.fault({ on: ['action.list', 'action.get'], times: 3, effect: { kind: 'badBody', body: { value: [] } } });
	const { results } = await setting.runNode(runScript(machineId));
	expect(results[0].outcome).toBe('succeeded');
});

it('says that an action does not exist', async () => {
	const id = '00000000-0000-4000-8000-00000000dead';
	const { error } = await setting.runNode(GET_RESULT, { items: [{ id }] });
	expect(error).toMatchObject({
		name: 'NodeApiError',
		message: 'Defender does not know this machine action',
		httpCode: '404',
		description: expect.stringContaining('Check the ID or name'),
	});
});

describe('looks', () => {
	const WAIT = { resource: 'machineAction', operation: 'wait' };
	const GET_MANY = { resource: 'liveResponse', operation: 'getManyResults' };

	/** The shortest time between two polls, and how many there were, while an action took two minutes. */
	async function looks(parameters: object) {
		const { id: machineId } = setting.emulator.addDevice({
			computerDnsName: 'ws-01.contoso.example',
			scripts: { [SCRIPT]: {} },
			life: { pendingMs: 0, runMs: 120_000 },
		});
		await setting.runNode({ ...runScript(machineId), ...parameters } as never, { items: [{ id: endsIn(120_000) }] });
		const times = setting.requestsOf('action.list').map(({ at }) => at);
		return { shortest: Math.min(...times.slice(1).map((at, place) => at - times[place])), count: times.length };
	}

	it.each([
		['every ten seconds by default', GET_RESULT, {}, 10_000],
		['as seldom as its options say', GET_RESULT, { pollInterval: 60 }, 60_000],
		['as seldom as its options say, for many results', GET_MANY, { pollInterval: 60 }, 60_000],
		['as seldom as its options say, for a run', {}, { pollInterval: 60 }, 60_000],
		['as seldom as its options say, for an action', WAIT, { pollInterval: 60 }, 60_000],
		['never more often than every five seconds', GET_RESULT, { pollInterval: 1 }, 5_000],
	])('%s', async (_, parameters, options, ms) => {
		const { shortest, count } = await looks({ ...parameters, options });
		expect(shortest).toBeGreaterThanOrEqual(ms);
		// A busy machine makes the times between them longer.
		expect(count).toBeGreaterThan(120_000 / ms / 3);
	});
});

it.each([
	['twenty minutes by default', {}, 20],
	['the minutes of Max Wait', { maxWaitMinutes: 3 }, 3],
])('waits %s', async (_, parameters, minutes) => {
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const id = endsIn(10 * 60 * 60_000);
	const started = setting.emulator.now();
	const skip = setInterval(() => setting.advance(10_000), 5);
	const { results } = await setting.runNode({ ...GET_RESULT, ...parameters }, { items: [{ id }] });
	clearInterval(skip);
	const waited = setting.emulator.now() - started;
	expect(results[0].outcome).toBe('pending');
	expect(waited).toBeGreaterThanOrEqual(minutes * 60_000);
	expect(waited).toBeLessThan((minutes + 3) * 60_000);
});

describe('what failed together comes back apart', () => {
	afterEach(() => Object.assign(systemClock, { random: () => 0.5 }));

	it.each([
		[0, 8_000],
		[0.999, 15_900],
	])('with a chance of %d after the fifth failure in %i ms or more', async (random, least) => {
		Object.assign(systemClock, { random: () => random });
		const id = endedScript(setting.emulator);
		setting.emulator.fault({ on: 'link', times: 5, effect: { kind: 'status', status: 503 } });
		await setting.runNode(GET_RESULT, { items: [{ id }] });
		const [before, last] = setting.requestsOf('link').slice(-2);
		expect(last.at - before.at).toBeGreaterThanOrEqual(least);
		expect(last.at - before.at).toBeLessThan(least + 7_000);
	});
});
