import type { IDataObject } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	// What the tests before have sent is forgotten.
	setting.advance(6 * 60_000);
});

afterAll(async () => await setting.close());

const device = (name: string, more: object = {}) =>
	setting.emulator.addDevice({ computerDnsName: `${name}.contoso.example`, scripts: { [SCRIPT]: {} }, ...more }).id;
const unfinished = (count: number, more: object = {}) => {
	for (let n = 0; n < count; n++) {
		const machineId = device(`busy-${n}`);
		const requestor = setting.emulator.app.clientId;
		setting.emulator.addAction({ machineId, requestor, status: 'Pending', commands: [{ type: 'RunScript', name: SCRIPT }], ...more });
	}
};
const run = async (ids: string[], maxSessions: number, more: IDataObject = {}) =>
	await setting.runNode(
		{ ...runScript('={{ $json.id }}', { options: { maxSessions }, maxWaitMinutes: 2, ...more }) },
		{ items: ids.map((id) => ({ id })) },
	);

it('never has more of its own live responses under way than it may', async () => {
	const ids = Array.from({ length: 8 }, (_, n) => device(`ws-0${n}`));
	setting.emulator.limits.setLimits({ concurrentSessions: 3 });
	const { results } = await run(ids, 3, { maxWaitMinutes: 20 });
	expect(results.map(({ outcome }) => outcome)).toEqual(ids.map(() => 'succeeded'));
	// The service refuses a fourth one.
	expect(setting.requestsOf('run').map(({ status }) => status)).toEqual(ids.map(() => 201));
	setting.emulator.limits.setLimits('none');
});

it('leaves what finds no place within Max Wait unsent, and says so in an item like all others', async () => {
	unfinished(4);
	const { results, error } = await run([device('ws-01')], 4);
	expect(error).toBeUndefined();
	expect(results).toEqual([
		expect.objectContaining({
			outcome: 'notSent',
			started: false,
			exit_code: null,
			script_name: SCRIPT,
			commandType: 'RunScript',
			commandIndex: 0,
			machineActionId: null,
			errors: [expect.stringMatching(/^Not sent: 4 live responses of this app are unfinished, and 'Rate: Max Sessions' is 4$/)],
		}),
	]);
	expect(setting.requestsOf('run')).toHaveLength(0);
});

it('leaves by Not Finished when routed', async () => {
	unfinished(1);
	const { jsonOutputs } = await run([device('ws-01')], 1, { routeByOutcome: true });
	expect(jsonOutputs.map((items) => items.length)).toEqual([0, 0, 1]);
});

it('is sent as soon as another one has ended', async () => {
	unfinished(1, { status: 'InProgress', endedAt: setting.emulator.now() + 30_000 });
	const { results } = await run([device('ws-01')], 1, { maxWaitMinutes: 20 });
	expect(results).toMatchObject([{ outcome: 'succeeded' }]);
});

it.each([
	['of another app', { requestor: 'analyst@contoso.example' }],
	['of another type', { type: 'Isolate', commands: [] }],
])('does not count actions %s', async (_, more) => {
	unfinished(3, more);
	expect((await run([device('ws-01')], 1)).results).toMatchObject([{ outcome: 'succeeded' }]);
});

it('knows the app by its display name as well', async () => {
	setting.emulator.settings.requestor = 'displayName';
	const [first, second] = [device('ws-01', { offline: true }), device('ws-02')];
	const { results } = await run([first, second], 1, { waitForCompletion: false });
	expect(results[0]).toMatchObject({ type: 'LiveResponse' });
	expect(results[1]).toMatchObject({ outcome: 'notSent' });
});

it('counts what was sent and is not listed yet', async () => {
	setting.emulator.settings.visibleAfterMs = 10 * 60_000;
	const ids = [1, 2, 3].map((n) => device(`ws-0${n}`, { offline: true }));
	const { results } = await run(ids, 2, { waitForCompletion: false });
	expect(results.map(({ outcome }) => outcome)).toEqual([undefined, undefined, 'notSent']);
	expect(setting.emulator.runs).toHaveLength(2);
});

it('is not stopped with another execution that was asking for the list', async () => {
	let cancel = (): void => undefined;
	const parameters = (id: string) => ({ ...runScript(id, { options: { maxSessions: 5 } }) });
	setting.emulator.fault({ on: 'action.list', effect: { kind: 'delay', ms: 2_000 } });
	const first = setting.runNode(parameters(device('ws-01')), { onStart: (stop) => (cancel = stop) });
	while (setting.requestsOf('action.list').length === 0) await sleep(5);
	const second = setting.runNode(parameters(device('ws-02')));
	void sleep(50).then(() => cancel());
	expect((await second).results).toMatchObject([{ outcome: 'succeeded' }]);
	await first;
	expect(setting.emulator.runs).toHaveLength(1);
});

it('needs no second place for what it has sent when n8n tries it again', async () => {
	const ids = [device('ws-01', { offline: true }), device('ws-02')];
	const body = { error: { code: 'ActiveRequestAlreadyExists', message: 'Action is already in progress' } };
	setting.emulator.fault({ on: 'run', when: { machineId: ids[1] }, effect: { kind: 'status', status: 400, body } });
	const { results } = await setting.runNode(runScript('={{ $json.id }}', { options: { maxSessions: 2 }, waitForCompletion: false }), {
		items: ids.map((id) => ({ id })),
		node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
	});
	expect(results).toMatchObject(ids.map((machineId) => ({ machineId, type: 'LiveResponse' })));
	expect(setting.emulator.runs).toHaveLength(2);
});

it('gives each item its own Max Wait for the list that all need', async () => {
	setting.emulator.fault({ on: 'action.list', effect: { kind: 'rateLimit', seconds: 100 } });
	const [hasty, patient] = [device('ws-01'), device('ws-02')];
	const { results } = await setting.runNode(
		runScript('={{ $json.id }}', { options: { maxSessions: 5 }, maxWaitMinutes: '={{ $json.minutes }}' }),
		{
			items: [
				{ id: hasty, minutes: 0 },
				{ id: patient, minutes: 20 },
			],
			node: { onError: 'continueRegularOutput' },
		},
	);
	expect(results).toMatchObject([{ outcome: 'refused', details: { code: 'rateLimit' } }, { outcome: 'succeeded' }]);
});

it('gives the place of a live response that is cancelled to one that waits for it in the same run', async () => {
	const off = device('ws-01', { offline: true });
	setting.emulator.addAction({
		machineId: off,
		requestor: setting.emulator.app.clientId,
		requestorComment: '[run key: once] before',
		status: 'Pending',
		commands: [{ type: 'RunScript', name: SCRIPT }],
	});
	const options = { maxSessions: 1, runKey: 'once', cancelOnTimeout: `={{ $json.id === '${off}' ? 'ifNotStarted' : 'never' }}` };
	const { results } = await run([off, device('ws-02')], 1, { maxWaitMinutes: 0, options });
	expect(results).toMatchObject([{ outcome: 'cancelled' }, { outcome: 'pending' }]);
	expect(setting.emulator.runs).toHaveLength(1);
});
