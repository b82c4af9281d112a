import type { Effect } from '../../playground/emulator/effects';
import { runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;
let machineId: string;

const NAMED = '=case 4711, execution {{ $execution.id }}';
const WAIT = { whenDeviceBusy: 'wait' };
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };
const HTML = { body: '<html>gateway</html>', contentType: 'text/html' };

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	machineId = setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: { output: 'mine\n' } } }).id;
});

afterAll(async () => await setting.close());

const status = (code: number, more: object = {}): Effect => ({ kind: 'status', status: code, tookEffect: true, ...more });

it.each<[string, Effect]>([
	...[204, 301, 304, 404, 408, 425, 444, 499, 500, 501, 502, 503, 504, 505, 507, 520, 521, 522, 523, 524, 525, 529, 598, 599, 999].map(
		(code): [string, Effect] => [String(code), status(code, code === 204 || code === 304 ? {} : HTML)],
	),
	['503 with Retry-After', status(503, { headers: { 'Retry-After': '5' } })],
	['500 in its own words', status(500, { body: { error: { code: 'InternalServerError', message: 'no' } } })],
	['400 of a gateway', status(400, HTML)],
	['403 of a gateway', status(403, HTML)],
	['a 200 of a proxy', status(200, HTML)],
	['a 200 with null', { kind: 'badBody', tookEffect: true, body: 'null' }],
	['a 200 with an empty object', { kind: 'badBody', tookEffect: true, body: {} }],
	['a 200 with a list', { kind: 'badBody', tookEffect: true, body: { value: [] } }],
	['half a status line', { kind: 'raw', tookEffect: true, bytes: 'HTTP/1.1 2' }],
])('a run that took effect and was answered with %s is sent once, and adopted', async (_, effect) => {
	setting.emulator.fault({ on: 'run', effect });
	const { results, error } = await setting.runNode(runScript(machineId, { comment: NAMED }), { node: RETRY });
	expect(error).toBeUndefined();
	expect(results).toEqual([expect.objectContaining({ outcome: 'succeeded', script_output: 'mine\n' })]);
	expect(setting.requestsOf('run')).toHaveLength(1);
	expect(setting.emulator.runs).toHaveLength(1);
});

describe('a run that took effect although it was refused', () => {
	it.each([
		['429, its action named', { kind: 'rateLimit', retryAfter: 5, tookEffect: true } as const, true, {}],
		['429', { kind: 'rateLimit', retryAfter: 5, tookEffect: true } as const, false, {}],
		['429, waiting for the device', { kind: 'rateLimit', retryAfter: 5, tookEffect: true } as const, false, WAIT],
		['429 of a gateway', status(429, HTML), true, WAIT],
	])('with %s: the device that is busy with it is not waited for', async (_, effect, nameActiveAction, more) => {
		const { emulator } = setting;
		emulator.settings.nameActiveAction = nameActiveAction;
		// Still running when the second request comes, however slow the machine is.
		machineId = emulator.addDevice({
			computerDnsName: 'ws-02.contoso.example',
			scripts: { [SCRIPT]: { output: 'mine\n', durationMs: 300_000 } },
		}).id;
		emulator.fault({ on: 'run', effect });
		const { results, error } = await setting.runNode(runScript(machineId, { comment: NAMED, ...more }), { node: RETRY });
		expect(error).toBeUndefined();
		expect(results).toEqual([expect.objectContaining({ outcome: 'succeeded', script_output: 'mine\n' })]);
		expect(emulator.runs).toHaveLength(1);
		expect(setting.requestsOf('run')).toHaveLength(2);
	});

	it('with 429 is not sent again when the device that is busy with it is free, although lists have not shown it meanwhile', async () => {
		const { emulator } = setting;
		Object.assign(emulator.settings, { nameActiveAction: true, visibleAfterMs: 100_000 });
		const scripts = { [SCRIPT]: { output: 'mine\n', durationMs: 150_000 } };
		machineId = emulator.addDevice({ computerDnsName: 'ws-02.contoso.example', scripts }).id;
		emulator.fault({ on: 'run', effect: { kind: 'rateLimit', retryAfter: 5, tookEffect: true } });
		const { results } = await setting.runNode(runScript(machineId, { comment: NAMED, ...WAIT }));
		expect(results).toEqual([expect.objectContaining({ outcome: 'succeeded', script_output: 'mine\n' })]);
		expect(emulator.runs).toHaveLength(1);
	});

	it('with 429 is adopted although it has ended when it is sent again', async () => {
		const { emulator } = setting;
		emulator.fault({ on: 'run', effect: { kind: 'rateLimit', retryAfter: 5, tookEffect: true } });
		emulator.settings.answersWithEarlierMs = 60_000;
		const { results } = await setting.runNode(runScript(machineId, { comment: NAMED }));
		expect(results).toEqual([expect.objectContaining({ outcome: 'succeeded', script_output: 'mine\n' })]);
		expect(emulator.runs).toHaveLength(1);
	});
});

it('a run of another execution with the same words, and a Date of 15 minutes ago, is not the answer that was lost', async () => {
	const { emulator } = setting;
	emulator.fault({ on: 'run', effect: { kind: 'reset', phase: 'beforeHeaders' } });
	emulator.fault({
		on: ['action.list', 'action.get'],
		times: Infinity,
		effect: { kind: 'headers', headers: { Date: new Date(emulator.now() - 900_000).toUTCString() } },
	});
	emulator.addAction({
		machineId,
		createdAt: emulator.now() - 900_000,
		requestorComment: 'case 4711',
		commands: [{ type: 'RunScript', name: SCRIPT }],
	});
	const { results, error } = await setting.runNode(runScript(machineId), { node: RETRY });
	expect(results).toEqual([]);
	expect(error?.message).toMatch(/^The answer to the run request was lost/);
	expect(emulator.runs).toHaveLength(0);
});

it('a permission that is missing costs two of the ten runs of a minute, however often n8n tries', async () => {
	const body = { error: { code: 'Forbidden', message: 'Missing application roles' } };
	setting.emulator.fault({ on: 'run', times: Infinity, effect: { kind: 'status', status: 403, body } });
	const { error } = await setting.runNode(runScript(machineId));
	expect(error?.message).toMatch(/^Defender refused to run live response/);
	expect(setting.requestsOf('run').length).toBeLessThanOrEqual(2);
});
