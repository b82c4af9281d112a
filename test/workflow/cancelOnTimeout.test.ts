import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';
import { runScript, SCRIPT } from '../support/actions';

let setting: Setting;
let machineId: string;

beforeAll(async () => {
	setting = await startSetting({}, {}, 60);
});

beforeEach(() => {
	setting.emulator.reset();
	machineId = setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: { exitCode: 3 } } }).id;
});

afterAll(async () => await setting.close());

describe('when Max Wait has ended', () => {
	const impatient = { maxWaitMinutes: 0.3, options: { cancelOnTimeout: 'always' }, comment: '=case 4711, execution {{ $execution.id }}' };

	it('cancels its own action if asked to', async () => {
		setting.emulator.setOffline(machineId, true);
		const { results, error } = await setting.runNode(runScript(machineId, impatient));
		expect(error).toBeUndefined();
		expect(results).toEqual([expect.objectContaining({ outcome: 'cancelled', errors: [] })]);
		const { body } = setting.requestsOf('action.cancel')[0];
		expect(JSON.parse(body)).toEqual({ Comment: expect.stringMatching(/^Not finished in time \(case 4711, execution \d+\)$/) });
	});

	it('cancels what no one may check', async () => {
		setting.emulator.setOffline(machineId, true);
		const body = { error: { code: 'Forbidden', message: 'no' } };
		setting.emulator.fault({ on: ['action.list', 'action.get'], times: Infinity, effect: { kind: 'status', status: 403, body } });
		const { results } = await setting.runNode(runScript(machineId, impatient));
		expect(results).toEqual([expect.objectContaining({ outcome: 'cancelled' })]);
		expect(setting.requestsOf('action.cancel')).toHaveLength(1);
	});

	it('leaves it alone otherwise', async () => {
		setting.emulator.setOffline(machineId, true);
		const { results } = await setting.runNode(runScript(machineId, { maxWaitMinutes: 0.3 }));
		expect(results).toEqual([expect.objectContaining({ outcome: 'pending' })]);
		expect(setting.requestsOf('action.cancel')).toHaveLength(0);
	});

	it('takes the result where the action ended just before it was cancelled', async () => {
		const { emulator } = setting;
		emulator.setOffline(machineId, true);
		emulator.fault({
			on: 'action.cancel',
			effect: {
				kind: 'status',
				status: 400,
				// The device ends it at the moment at which the cancel comes.
				get body() {
					const [{ machineActionId: id, comment }] = emulator.runs;
					emulator.addAction({
						id,
						machineId,
						requestorComment: comment,
						commands: [{ type: 'RunScript', name: SCRIPT, script: { exitCode: 7 } }],
					});
					return { error: { code: 'BadRequest', message: 'The action has ended' } };
				},
			},
		});
		const { results } = await setting.runNode(runScript(machineId, impatient));
		expect(setting.requestsOf('action.cancel')).toEqual([expect.objectContaining({ status: 400 })]);
		expect(results).toEqual([expect.objectContaining({ outcome: 'scriptFailed', exit_code: 7, errors: [] })]);
	});

	it('says so where it cannot be cancelled', async () => {
		setting.emulator.setOffline(machineId, true);
		setting.emulator.fault({
			on: 'action.cancel',
			times: Infinity,
			effect: { kind: 'status', status: 400, body: { error: { code: 'BadRequest', message: 'no' } } },
		});
		const { results } = await setting.runNode(runScript(machineId, impatient));
		expect(results).toEqual([
			expect.objectContaining({
				outcome: 'pending',
				errors: [expect.stringContaining('Pending'), expect.stringContaining('Defender refused to cancel the machine action')],
			}),
		]);
	});

	it('never cancels what another execution may have started with the same words', async () => {
		setting.emulator.setOffline(machineId, true);
		const earlier = setting.emulator.addAction({
			machineId,
			status: 'Pending',
			createdAt: setting.emulator.now() - 600_000,
			requestorComment: 'case 4711',
			commands: [{ type: 'RunScript', name: SCRIPT }],
		});
		const entity = (await setting.runNode({ resource: 'machineAction', operation: 'get', machineActionId: earlier.id })).results[0];
		setting.emulator.fault({ on: 'run', effect: { kind: 'badBody', body: entity } });
		const { results } = await setting.runNode(runScript(machineId, { ...impatient, comment: 'case 4711' }));
		expect(setting.requestsOf('action.cancel')).toHaveLength(0);
		expect(results[0]).toMatchObject({
			machineActionId: earlier.id,
			outcome: 'pending',
			errors: [expect.stringContaining('Pending'), expect.stringContaining('It was not cancelled')],
		});
	});

	describe('and only what has not started is to be cancelled', () => {
		const careful = { ...impatient, options: { cancelOnTimeout: 'ifNotStarted' } };

		it('cancels what waits for the device', async () => {
			setting.emulator.setOffline(machineId, true);
			const { results } = await setting.runNode(runScript(machineId, careful));
			expect(results).toEqual([expect.objectContaining({ outcome: 'cancelled', errors: [] })]);
			expect(setting.requestsOf('action.cancel')).toHaveLength(1);
		});

		it('leaves alone what the device has started, and says so', async () => {
			const slow = { computerDnsName: 'ws-02.contoso.example', life: { pendingMs: 0, runMs: 600_000 } };
			const { id } = setting.emulator.addDevice(slow);
			const { results } = await setting.runNode(runScript(id, careful));
			expect(results).toEqual([
				expect.objectContaining({
					outcome: 'pending',
					started: true,
					errors: expect.arrayContaining(['It was not cancelled, since the device has started it']),
				}),
			]);
			expect(setting.requestsOf('action.cancel')).toHaveLength(0);
		});

		it('does not look again at what was seen to have started', async () => {
			const commands = [{ type: 'RunScript' as const, name: SCRIPT, status: 'Executing' }];
			setting.emulator.addAction({ machineId, status: 'InProgress', requestorComment: '[run key: once] before', commands });
			const options = { runKey: 'once', cancelOnTimeout: 'ifNotStarted' };
			const { results } = await setting.runNode(runScript(machineId, { maxWaitMinutes: 0, options }));
			expect(results).toMatchObject([{ outcome: 'pending', started: true }]);
			expect(setting.emulator.requests.map(({ operation }) => operation).filter((operation) => operation !== 'token')).toEqual([
				'action.list',
			]);
		});

		it('leaves alone what no one may check', async () => {
			setting.emulator.setOffline(machineId, true);
			const body = { error: { code: 'Forbidden', message: 'no' } };
			setting.emulator.fault({ on: ['action.list', 'action.get'], times: Infinity, effect: { kind: 'status', status: 403, body } });
			const { results } = await setting.runNode(runScript(machineId, careful));
			expect(results).toEqual([
				expect.objectContaining({
					outcome: 'pending',
					errors: expect.arrayContaining([expect.stringContaining('it is unknown whether it has started')]),
				}),
			]);
			expect(setting.requestsOf('action.cancel')).toHaveLength(0);
		});
	});

	it.each([
		[true, 1],
		['={{ "true" }}', 1],
		[false, 0],
	])('reads %j, as it was saved before there were choices', async (cancelOnTimeout, cancels) => {
		setting.emulator.setOffline(machineId, true);
		await setting.runNode(runScript(machineId, { ...impatient, options: { cancelOnTimeout } }));
		expect(setting.requestsOf('action.cancel')).toHaveLength(cancels);
	});

	it('looks what happens to a cancel whose answer was lost', async () => {
		setting.emulator.setOffline(machineId, true);
		setting.emulator.fault({ on: 'action.cancel', effect: { kind: 'status', status: 522, tookEffect: true } });
		const { results } = await setting.runNode(runScript(machineId, impatient));
		expect(results).toEqual([expect.objectContaining({ outcome: 'cancelled', errors: [] })]);
		expect(setting.requestsOf('action.cancel')).toHaveLength(1);
	});
});
