import type { IDataObject, INode } from 'n8n-workflow';
import type { WholeAnswer } from '../../playground/emulator';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';
import { itemOf, storeByItem, strays } from '../support/tenants';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
});

afterAll(async () => await setting.close());

const SHA1 = 'ab'.repeat(20);
const NAME = 'ws-01.contoso.example';
const ENTRA_ID = '5b1c8e6a-3f0e-4c7b-9a58-0d2f6f1a7c11';
const CONTINUE: { node: Partial<INode> } = { node: { onError: 'continueRegularOutput' } };

/** Operation, its own parameters, its name, its path, the request's fields, the action's type and its permission. */
const ACTIONS: Array<[string, IDataObject, string, string, IDataObject, string, string]> = [
	['isolate', {}, 'Isolate Device', 'isolate', { IsolationType: 'Full' }, 'Isolate', 'Machine.Isolate'],
	['isolate', { isolationType: 'Selective' }, 'Isolate Device', 'isolate', { IsolationType: 'Selective' }, 'Isolate', 'Machine.Isolate'],
	['release', {}, 'Release From Isolation', 'unisolate', {}, 'Unisolate', 'Machine.Isolate'],
	['runAntivirusScan', {}, 'Run Antivirus Scan', 'runAntiVirusScan', { ScanType: 'Quick' }, 'RunAntiVirusScan', 'Machine.Scan'],
	[
		'runAntivirusScan',
		{ scanType: 'Full' },
		'Run Antivirus Scan',
		'runAntiVirusScan',
		{ ScanType: 'Full' },
		'RunAntiVirusScan',
		'Machine.Scan',
	],
	['restrictApps', {}, 'Restrict App Execution', 'restrictCodeExecution', {}, 'RestrictCodeExecution', 'Machine.RestrictExecution'],
	['unrestrictApps', {}, 'Remove App Restrictions', 'unrestrictCodeExecution', {}, 'UnrestrictCodeExecution', 'Machine.RestrictExecution'],
	[
		'quarantineFile',
		{ sha1: SHA1.toUpperCase() },
		'Stop and Quarantine File',
		'StopAndQuarantineFile',
		{ Sha1: SHA1 },
		'StopAndQuarantineFile',
		'Machine.StopAndQuarantine',
	],
];

const ROW_KEYS = [
	'id',
	'type',
	'status',
	'machineId',
	'computerDnsName',
	'requestor',
	'requestorComment',
	'creationDateTimeUtc',
	'lastUpdateDateTimeUtc',
	'commands',
];

const chosen = (mode: string, value: string) => ({ machineId: { __rl: true, mode, value } });
const add = (more: IDataObject = {}) => setting.emulator.addDevice({ computerDnsName: NAME, ...more }).id;
const respond = async (operation: string, more: IDataObject, options: Parameters<Setting['runNode']>[1] = {}) =>
	await setting.runNode({ resource: 'machine', operation, comment: 'case 4711', ...more }, options);
const posted = () => setting.emulator.requests.filter(({ half, method }) => half === 'api' && method === 'POST');
const status = (code: number, error: object) => ({ kind: 'status' as const, status: code, body: { error } });

describe.each(ACTIONS)('%s %j', (operation, own, name, path, fields, type, permission) => {
	it.each([
		['list', (id: string) => id],
		['id', (id: string) => id.toUpperCase()],
		['name', () => 'WS-01'],
		['entraId', () => ENTRA_ID.toUpperCase()],
	])('starts the action on the device that is chosen by %s', async (mode, value) => {
		add({ computerDnsName: 'ws-02.contoso.example', aadDeviceId: '00000000-3f0e-4c7b-9a58-0d2f6f1a7c11' });
		const id = add({ aadDeviceId: ENTRA_ID });
		const ran = await respond(operation, { ...own, ...chosen(mode, value(id)) });
		expect(ran.error).toBeUndefined();
		expect(posted().map(({ url, body }) => [url.toLowerCase(), JSON.parse(body)])).toEqual([
			[`/api/machines/${id}/${path}`.toLowerCase(), { Comment: 'case 4711', ...fields }],
		]);
		expect(setting.emulator.responses).toEqual([expect.objectContaining({ machineId: id, type, comment: 'case 4711' })]);
		const [{ json, pairedItem }] = ran.outputs('Defender')[0];
		expect(Object.keys(json)).toEqual(ROW_KEYS);
		expect(json).toMatchObject({ type, status: 'Pending', machineId: id, computerDnsName: NAME, requestorComment: 'case 4711' });
		expect(pairedItem).toEqual({ item: 0 });
	});

	it('shows the request of a dry run and sends nothing', async () => {
		const id = add();
		const { results } = await respond(operation, { ...own, ...chosen('name', NAME), options: { dryRun: true } });
		expect(results).toEqual([
			{
				dryRun: true,
				method: 'POST',
				url: `${setting.emulator.apiUrl}/api/machines/${id}/${path}`,
				body: { Comment: 'case 4711', ...fields },
			},
		]);
		expect(posted()).toEqual([]);
	});

	it('waits for its end where it is to, and gives the action as the service sends it where it is not to simplify', async () => {
		const id = add();
		const { results } = await respond(operation, { ...own, machineId: id, waitForCompletion: true, simplify: false });
		expect(results).toEqual([expect.objectContaining({ type, status: 'Succeeded', finished: true, requestSource: 'PublicApi' })]);
		expect(results[0]).not.toHaveProperty('errors');
	});

	it('gives the action as last seen when the wait has ended', async () => {
		const id = add({ offline: true });
		const { results, error } = await respond(operation, { ...own, machineId: id, waitForCompletion: true, maxWaitMinutes: 1 });
		expect(error).toBeUndefined();
		expect(results).toEqual([expect.objectContaining({ type, status: 'Pending', finished: false })]);
	});

	it('is sent once although its answer is lost, and its action is found', async () => {
		const id = add();
		setting.emulator.fault({ on: posts(path), effect: { kind: 'reset', phase: 'afterProcessing' } });
		// The default comment names the execution as well: it distinguishes the action from others however long the answer takes.
		const { results, error } = await respond(operation, { ...own, machineId: id, comment: '=execution {{ $execution.id }}' });
		expect(error).toBeUndefined();
		expect(setting.emulator.responses).toHaveLength(1);
		expect(results).toEqual([expect.objectContaining({ id: setting.emulator.responses[0].machineActionId })]);
	});

	it('is not sent again where it is unknown whether it arrived, however often n8n tries', async () => {
		const id = add();
		setting.emulator.fault({ on: posts(path), effect: { kind: 'reset', phase: 'beforeHeaders' } });
		const node = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1, onError: 'continueRegularOutput' as const };
		const { results } = await respond(operation, { ...own, machineId: id }, { node });
		expect(posted()).toHaveLength(1);
		expect(results).toEqual([
			expect.objectContaining({
				outcome: 'refused',
				machineId: id,
				error: expect.stringMatching(/^The answer was lost when Defender was asked to .*, so it is not known whether it does$/),
				details: expect.objectContaining({ code: 'answerLost', sent: 'maybe' }),
			}),
		]);
	});

	it('is done once for each device while n8n tries again', async () => {
		const ids = ['a', 'b', 'c'].map((computerDnsName) => add({ computerDnsName }));
		setting.emulator.fault({ on: posts(path), skip: 1, times: 2, effect: status(409, { code: 'Conflict', message: 'no' }) });
		const node = { retryOnFail: true, maxTries: 4, waitBetweenTries: 1 };
		const parameters = { ...own, machineId: '={{ $json.device }}', comment: '=at {{ $now.toMillis() }}' };
		const { results, error } = await respond(operation, parameters, { items: ids.map((device) => ({ device })), node });
		expect(error).toBeUndefined();
		expect(results.map(({ machineId }) => machineId)).toEqual(ids);
		expect(setting.emulator.responses.map(({ machineId }) => machineId).sort()).toEqual([...ids].sort());
	});

	it("reports another's action, and what it is", async () => {
		const id = add();
		const other = setting.emulator.addAction({ machineId: id, type, status: 'InProgress', requestor: 'analyst@contoso.example' }).id;
		const { results } = await respond(operation, { ...own, machineId: id }, CONTINUE);
		expect(results).toEqual([
			expect.objectContaining({
				outcome: 'refused',
				machineId: id,
				error: `The device has an unfinished action of this kind already: ${name}`,
				details: expect.objectContaining({
					code: 'deviceBusy',
					sent: 'no',
					description: expect.stringMatching(new RegExp(`analyst@contoso.example.*${other}`)),
				}),
			}),
		]);
	});

	it("does not take another's action for its own where the service answers with it", async () => {
		const id = add();
		const other = setting.emulator.addAction({
			machineId: id,
			type,
			status: 'Pending',
			createdAt: setting.emulator.now(),
			requestorComment: 'case 12',
		}).id;
		setting.emulator.settings.answersWithEarlierMs = 60_000;
		const { error } = await respond(operation, { ...own, machineId: id });
		expect(error).toMatchObject({
			message: `The device has an unfinished action of this kind already: ${name}`,
			description: expect.stringContaining(other),
		});
	});

	it('names the permission to an app that lacks it', async () => {
		const { emulator, engine } = setting;
		const { app } = emulator;
		emulator.apps.setRoles(app.clientId, ['Alert.Read.All']);
		engine.credentials.stored.set('defender', emulator.credentialData());
		const { error } = await respond(operation, { ...own, machineId: add() });
		expect(error).toMatchObject({
			message: expect.stringMatching(/^Defender refused to .*: a permission is missing$/),
			description: expect.stringContaining(`Add ${permission} of the API WindowsDefenderATP`),
		});
		expect(emulator.responses).toEqual([]);
	});

	it('refuses only the item that is refused with Continue', async () => {
		const id = add();
		const items = [{ device: '0'.repeat(40) }, { device: id }, { device: 'nonsense' }];
		const { results } = await respond(operation, { ...own, machineId: '={{ $json.device }}' }, { items, ...CONTINUE });
		expect(results).toEqual([
			expect.objectContaining({ outcome: 'refused', details: expect.objectContaining({ code: 'notFound', sent: 'no' }) }),
			expect.objectContaining({ type, machineId: id }),
			expect.objectContaining({ outcome: 'refused', details: expect.objectContaining({ code: 'parameter', sent: 'no' }) }),
		]);
	});

	it('is asked for in the tenant of each item', async () => {
		const other = setting.emulator.addTenant({ domain: 'fabrikam.example' });
		const here = add();
		const there = other.addDevice({ computerDnsName: NAME }).id;
		storeByItem(setting);
		const items = [itemOf(setting.emulator), itemOf(other)];
		const { results, error } = await respond(operation, { ...own, ...chosen('name', NAME) }, { items });
		expect(error).toBeUndefined();
		expect(results.map(({ machineId }) => machineId)).toEqual([here, there]);
		expect(setting.emulator.responses).toHaveLength(1);
		expect(other.responses).toHaveLength(1);
		const owners = new Map([
			[here, setting.emulator],
			[there, other],
		]);
		expect(strays(setting, owners)).toEqual([]);
	});
});

/** The emulator's name of an operation by its path. */
function posts(path: string) {
	const names = {
		isolate: 'isolate',
		unisolate: 'unisolate',
		runAntiVirusScan: 'scan',
		restrictCodeExecution: 'restrict',
		unrestrictCodeExecution: 'unrestrict',
		StopAndQuarantineFile: 'quarantine',
	} as const;
	return names[path as keyof typeof names];
}

describe('a device that several items name', () => {
	it.each([
		['refuses a repeat', 0],
		['answers a repeat with the pending action', 60_000],
	])('is isolated once where they ask for the same, and the service %s', async (_, answersWithEarlierMs) => {
		const id = add();
		setting.emulator.settings.answersWithEarlierMs = answersWithEarlierMs;
		const { results, error } = await respond(
			'isolate',
			{ ...chosen('={{ $json.mode }}', '={{ $json.device }}') },
			{
				items: [
					{ mode: 'id', device: id },
					{ mode: 'name', device: NAME },
				],
			},
		);
		expect(error).toBeUndefined();
		expect(posted()).toHaveLength(1);
		expect(results.map((item) => item.id)).toEqual(Array(2).fill(setting.emulator.responses[0].machineActionId));
	});

	it('is isolated once although their comments differ, and the second item says so', async () => {
		// It is still busy, however slow the machine is.
		const id = add({ life: { pendingMs: 3_600_000 } });
		// Two quick requests can both be accepted.
		setting.emulator.settings.busyAfterMs = 1;
		const { results } = await respond(
			'isolate',
			{ machineId: id, comment: '={{ $json.alert }}' },
			{
				items: [{ alert: 'alert 1' }, { alert: 'alert 2' }],
				...CONTINUE,
			},
		);
		expect(setting.emulator.responses).toHaveLength(1);
		expect(results.map(({ outcome }) => outcome)).toEqual([undefined, 'refused']);
	});

	it('gets no second request where the answer to the first is lost', async () => {
		const id = add();
		setting.emulator.fault({ on: 'isolate', effect: { kind: 'reset', phase: 'beforeHeaders' } });
		const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1, onError: 'continueRegularOutput' as const };
		const { results } = await respond('isolate', { machineId: id }, { items: [{}, {}], node });
		expect(posted()).toHaveLength(1);
		expect(results.map(({ details }) => (details as IDataObject).sent)).toEqual(['maybe', 'maybe']);
	});
});

it('accepts no action of another scope for the one whose answer was lost', async () => {
	const id = add();
	const { emulator } = setting;
	emulator.addAction({
		machineId: id,
		type: 'Isolate',
		createdAt: emulator.now(),
		requestorComment: 'case 4711',
		fields: { scope: 'Full' },
	});
	emulator.fault({ on: 'isolate', effect: { kind: 'reset', phase: 'beforeHeaders' } });
	const { error } = await respond('isolate', { machineId: id, isolationType: 'Selective' });
	expect(error?.message).toMatch(/^The answer was lost when Defender was asked to isolate the device/);
});

describe('containing a device', () => {
	const contain = async (more: IDataObject, options = {}) =>
		await respond('isolate', { isolationType: 'UnManagedDevice', ...more }, options);

	it.each([
		['name', NAME],
		['entraId', ENTRA_ID],
	])('counts only records that are not onboarded: by %s', async (mode, value) => {
		const { emulator } = setting;
		add({ aadDeviceId: ENTRA_ID, healthStatus: 'Inactive' });
		const id = add({ aadDeviceId: ENTRA_ID, onboardingStatus: 'CanBeOnboarded', lastSeen: emulator.now() - 3_600_000 });
		const { results, error } = await contain(chosen(mode, value));
		expect(error).toBeUndefined();
		expect(results).toEqual([expect.objectContaining({ machineId: id })]);
		expect(emulator.responses).toEqual([expect.objectContaining({ machineId: id, scope: 'UnManagedDevice' })]);
	});

	it('is refused before any request where every record is onboarded', async () => {
		add();
		const { error } = await contain(chosen('name', NAME));
		expect(error).toMatchObject({ message: `Every device named "${NAME}" is onboarded` });
		expect(posted()).toEqual([]);
	});

	it('does not guess between several that are active', async () => {
		for (const seen of [1, 2]) add({ onboardingStatus: 'CanBeOnboarded', lastSeen: setting.emulator.now() - seen * 3_600_000 });
		const { results } = await contain(chosen('name', NAME), CONTINUE);
		expect(results).toEqual([expect.objectContaining({ details: expect.objectContaining({ code: 'ambiguous', sent: 'no' }) })]);
		expect(posted()).toEqual([]);
	});

	it('is ended by a release of the same record', async () => {
		const id = add({ onboardingStatus: 'CanBeOnboarded' });
		setting.emulator.settings.refusingStatuses = [];
		const { error } = await respond('release', chosen('name', NAME));
		expect(error).toBeUndefined();
		expect(setting.emulator.responses).toEqual([expect.objectContaining({ machineId: id, type: 'Unisolate' })]);
	});
});

it('is refused before any request where no record is onboarded', async () => {
	add({ onboardingStatus: 'CanBeOnboarded' });
	const { results } = await respond('isolate', chosen('name', NAME), CONTINUE);
	expect(results).toEqual([expect.objectContaining({ details: expect.objectContaining({ code: 'notOnboarded', sent: 'no' }) })]);
	expect(posted()).toEqual([]);
});

it('says which systems an action is for', async () => {
	const { results } = await respond('isolate', { machineId: add({ osPlatform: 'macOS' }) }, CONTINUE);
	expect(results).toEqual([
		expect.objectContaining({
			error: "The device's operating system does not support Isolate Device",
			details: expect.objectContaining({ code: 'notAllowed', sent: 'no', description: expect.stringContaining('Not macOS') }),
		}),
	]);
});

it.each<[string, IDataObject, string]>([
	['quarantineFile', { sha1: '={{ $json.nope }}' }, "'SHA-1' is not a text [item 0]"],
	['quarantineFile', { sha1: 'a'.repeat(64) }, "'SHA-1' is not the SHA-1 digest of a file [item 0]"],
	['isolate', { isolationType: '={{ "full" }}' }, "'Isolation Type' is none of its choices [item 0]"],
	['isolate', { isolationType: '={{ $json.nope }}' }, "'Isolation Type' is none of its choices [item 0]"],
	['runAntivirusScan', { scanType: '={{ $json.nope }}' }, "'Scan Type' is none of its choices [item 0]"],
	['isolate', { comment: ' ' }, "'Comment' is empty [item 0]"],
	['isolate', { options: { dryRun: '={{ $json.nope }}' } }, "'Dry Run' gives nothing [item 0]"],
	['isolate', { machineId: 'ws-01' }, "'Device' is not the ID of a device [item 0]"],
])('refuses %s with %j before any request', async (operation, more, message) => {
	const { error } = await respond(operation, { machineId: add(), ...more });
	expect(error?.message).toBe(message);
	expect(setting.emulator.requests).toEqual([]);
});

it('comes out with the reason where what it became cannot be seen', async () => {
	const { emulator, engine } = setting;
	emulator.apps.setRoles(emulator.app.clientId, ['Machine.Isolate']);
	engine.credentials.stored.set('defender', emulator.credentialData());
	const { results, error } = await respond('isolate', { machineId: add(), waitForCompletion: true });
	expect(error).toBeUndefined();
	expect(results).toEqual([
		expect.objectContaining({ type: 'Isolate', finished: false, errors: [expect.stringContaining('Machine.ReadWrite.All')] }),
	]);
});

it('has not finished where the service shows an action of another device under the id', async () => {
	const [own, other] = ['ws-01', 'ws-02'].map((name) => setting.emulator.addDevice({ computerDnsName: name }).id);
	const by = (answer: WholeAnswer) => ({ ...answer, body: Buffer.from(answer.body.toString().replaceAll(own, other)) });
	setting.emulator.fault({ on: ['action.list', 'action.get'], times: Infinity, effect: { kind: 'rewritten', by } });
	const { results } = await setting.runNode({
		resource: 'machine',
		operation: 'isolate',
		machineId: own,
		comment: 'case 4711',
		waitForCompletion: true,
	});
	expect(results).toMatchObject([{ machineId: own, finished: false, errors: [expect.stringContaining('is not the one that was sent')] }]);
});

it('names the actions that other items had started when the node stops at one', async () => {
	const id = add();
	const parameters = { machineId: '={{ $json.device }}' };
	setting.emulator.fault({ on: 'isolate', when: { machineId: '0'.repeat(40) }, effect: { kind: 'delay', ms: 1_000 } });
	const { error } = await respond('isolate', parameters, { items: [{ device: id }, { device: '0'.repeat(40) }] });
	expect(error).toMatchObject({
		description: expect.stringContaining(
			`This node has already sent: Isolate Device ${setting.emulator.responses[0].machineActionId} on ${NAME}.`,
		),
	});
});

it.each([
	['device', { machineId: 'b'.repeat(40) }],
	['type', { type: 'Unisolate' }],
	['scope', { scope: 'Selective' }],
	['comment', { requestorComment: 'case 12' }],
])('never takes for its own an action that is answered with another %s', async (_, other) => {
	const machineId = add();
	const id = '00000000-0000-4000-8000-000000000001';
	const body = { id, type: 'Isolate', status: 'Pending', machineId, scope: 'Full', requestorComment: 'case 4711', ...other };
	setting.emulator.fault({ on: 'isolate', effect: { kind: 'badBody', body } });
	const { results, error } = await respond('isolate', { machineId });
	expect(results).toEqual([]);
	expect(error).toMatchObject({ description: expect.stringContaining(id) });
});

it.each([500, 502, 503, 408, 499, 401])('isolates a device once although a request that took effect is answered with %i', async (code) => {
	const machineId = add();
	setting.emulator.fault({ on: 'isolate', effect: { kind: 'status', status: code, body: '<html>', tookEffect: true } });
	const node = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
	const { results, error } = await respond('isolate', { machineId, comment: '=execution {{ $execution.id }}' }, { node });
	expect(error).toBeUndefined();
	expect(setting.requestsOf('isolate')).toHaveLength(1);
	expect(results).toEqual([expect.objectContaining({ id: setting.emulator.responses[0].machineActionId })]);
});
