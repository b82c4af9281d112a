/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IDataObject } from 'n8n-workflow';
import type { Emulator } from '../../playground/emulator';
import { endedFile, endedScript, GET_RESULT, runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	// At the pace of the real clock: users wait by theirs.
	setting = await startSetting({}, {}, 1);
});

beforeEach(() => {
	setting.emulator.reset();
	// An app of its own for each test: what holds one up must not hold up the next.
	const app = { clientId: crypto.randomUUID(), clientSecret: 'secret' };
	setting.emulator.apps.addApp({ clientId: app.clientId, secrets: [{ value: app.clientSecret }] });
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData(app));
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: {} } });
});

afterAll(async () => await setting.close());

/** What a node may wait for: its parameters, and what tells that it has begun to wait. */
type Waits = (emulator: Emulator) => { parameters: IDataObject; ids?: string[]; begun: [operation: string, times: number] };

const WAITS: Array<[string, Waits]> = [
	[
		'a live response to end',
		({ addAction }) => ({ parameters: { ...GET_RESULT }, ids: [addAction({ status: 'Pending' }).id], begun: ['action.list', 1] }),
	],
	[
		'a machine action to end',
		({ addAction }) => ({
			parameters: { resource: 'machineAction', operation: 'wait' },
			ids: [addAction({ status: 'Pending' }).id],
			begun: ['action.list', 1],
		}),
	],
	[
		'the service to work again',
		(emulator) => {
			emulator.fault({ on: 'link', times: Infinity, effect: { kind: 'status', status: 503, headers: { 'Retry-After': '60' } } });
			return { parameters: { ...GET_RESULT }, ids: [endedScript(emulator)], begun: ['link', 1] };
		},
	],
	[
		'the service to allow more calls',
		(emulator) => {
			emulator.fault({ on: 'link', times: Infinity, effect: { kind: 'rateLimit', retryAfter: 60 } });
			return { parameters: { ...GET_RESULT }, ids: [endedScript(emulator)], begun: ['link', 1] };
		},
	],
	[
		'its turn',
		(emulator) => ({
			parameters: { ...GET_RESULT, options: { callsPerMinute: 1 } },
			ids: [endedScript(emulator), endedScript(emulator)],
			begun: ['blob', 1],
		}),
	],
	[
		'a device that is busy',
		(emulator) => {
			const [{ id }] = emulator.machines();
			emulator.setPortalSession(id, true);
			return { parameters: runScript(id, { whenDeviceBusy: 'wait' }), begun: ['action.list', 1] };
		},
	],
	[
		'a result to appear',
		(emulator) => {
			const now = emulator.now();
			emulator.fault({ on: 'link', times: Infinity, effect: { kind: 'notFound' } });
			const { id } = emulator.addAction({ createdAt: now, endedAt: now, commands: [{ type: 'RunScript', name: SCRIPT, script: {} }] });
			return { parameters: { ...GET_RESULT }, ids: [id], begun: ['link', 2] };
		},
	],
	[
		'the storage to answer',
		(emulator) => {
			emulator.fault({ on: 'blob', times: Infinity, effect: { kind: 'delay', ms: 2_500 } });
			return { parameters: { ...GET_RESULT }, ids: [endedFile(emulator, { content: 'found' })], begun: ['link', 1] };
		},
	],
	[
		'the rest of a file',
		(emulator) => {
			emulator.fault({ on: 'blob', times: Infinity, effect: { kind: 'stall', afterBytes: 10 } });
			return { parameters: { ...GET_RESULT }, ids: [endedFile(emulator, { content: 'x'.repeat(1000) })], begun: ['blob', 1] };
		},
	],
];

it.each(WAITS)('stops within a second while it waits for %s', async (_, prepare) => {
	const {
		parameters,
		ids = [''],
		begun: [operation, times],
	} = prepare(setting.emulator);
	let cancel = () => {};
	const running = setting.runNode(parameters, { items: ids.map((id) => ({ id })), onStart: (stop) => (cancel = stop) });
	while (setting.requestsOf(operation).length < times) await new Promise((resolve) => setTimeout(resolve, 5));
	await new Promise((resolve) => setTimeout(resolve, 50));
	const before = setting.clock.elapsed();
	cancel();
	await running.catch(() => undefined);
	expect(setting.clock.elapsed() - before).toBeLessThan(1_000);
	const { length } = setting.emulator.requests;
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(setting.emulator.requests).toHaveLength(length);
});

it('stops within a second while it waits behind another workflow', async () => {
	const start = (ids: string[]) => {
		let cancel = () => {};
		const parameters = { ...GET_RESULT, options: { callsPerMinute: 1 } };
		const running = setting.runNode(parameters, { items: ids.map((id) => ({ id })), onStart: (stop) => (cancel = stop) });
		return { running: running.catch(() => undefined), cancel: () => cancel() };
	};
	const ids = [1, 2, 3].map(() => endedScript(setting.emulator));
	const first = start(ids.slice(0, 2));
	while (setting.requestsOf('blob').length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
	const second = start(ids.slice(2));
	while (setting.requestsOf('action.list').length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
	await new Promise((resolve) => setTimeout(resolve, 50));
	const before = setting.clock.elapsed();
	second.cancel();
	await second.running;
	expect(setting.clock.elapsed() - before).toBeLessThan(1_000);
	first.cancel();
	await first.running;
});
