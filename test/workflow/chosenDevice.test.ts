import type { IDataObject } from 'n8n-workflow';
import { runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { NODE_TYPE, startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => await setting.close());

const HOUR_MS = 3_600_000;
const NAME = 'ws-01.contoso.example';
const ENTRA_ID = '5b1c8e6a-3f0e-4c7b-9a58-0d2f6f1a7c11';
const chosen = (mode: string, value: string) => ({ machineId: { __rl: true, mode, value } });
const run = async (mode: string, value: string, more: IDataObject = {}) =>
	await setting.runNode({ ...runScript('', { waitForCompletion: false }), ...chosen(mode, value) }, more);
/** A record of the device, seen this many hours ago. */
const record = (hours: number, more: IDataObject = {}) =>
	setting.emulator.addDevice({
		computerDnsName: NAME,
		lastSeen: setting.emulator.now() - hours * HOUR_MS,
		scripts: { [SCRIPT]: {} },
		...more,
	});

describe('of several records of one name, Run takes the one that can run it', () => {
	it.each<[string, IDataObject]>([
		['only discovered', { onboardingStatus: 'CanBeOnboarded' }],
		['not supported', { onboardingStatus: 'unsupported' }],
		['hardly known', { onboardingStatus: 'InsufficientInfo' }],
		['merged into another', { mergedIntoMachineId: 'a'.repeat(40) }],
		['excluded', { isExcluded: true }],
	])('before one that is %s and was seen later', async (_, other) => {
		const { id } = record(20, { onboardingStatus: 'onboarded' });
		record(1, other);
		for (const name of [NAME, 'ws-01', 'WS-01']) {
			setting.emulator.runs.forEach((each) => setting.emulator.addAction({ id: each.machineActionId, status: 'Succeeded' }));
			expect((await run('name', name)).error).toBeUndefined();
		}
		expect(setting.emulator.runs.map(({ machineId }) => machineId)).toEqual([id, id, id]);
	});

	it('also where a discovered record has another domain', async () => {
		const { id } = record(20);
		record(1, { computerDnsName: 'ws-01.workgroup', onboardingStatus: 'CanBeOnboarded' });
		await run('name', 'ws-01');
		expect(setting.emulator.runs.map(({ machineId }) => machineId)).toEqual([id]);
	});

	it('the newest, where the others are of earlier times', async () => {
		record(24 * 30, { healthStatus: 'Inactive' });
		const { id } = record(1);
		await run('name', NAME);
		expect(setting.emulator.runs.map(({ machineId }) => machineId)).toEqual([id]);
	});

	it('does not guess between several that are active', async () => {
		const ids = [record(20).id, record(1).id];
		const { error } = await run('name', NAME);
		expect(error).toMatchObject({ message: `Several devices are named "${NAME}"` });
		for (const id of ids) expect((error as { description?: string }).description).toContain(id);
		expect(setting.requestsOf('run')).toHaveLength(0);
		const { results } = await run('name', NAME, { node: { onError: 'continueRegularOutput' } });
		expect(results[0]).toMatchObject({ computerDnsName: NAME, outcome: 'refused', details: { code: 'ambiguous', sent: 'no' } });
	});
});

it('refuses a device that is only discovered before the request, and reads it', async () => {
	const { id } = record(1, { onboardingStatus: 'CanBeOnboarded' });
	const { results } = await run('name', NAME, { node: { onError: 'continueRegularOutput' } });
	expect(results[0]).toMatchObject({
		computerDnsName: NAME,
		outcome: 'refused',
		error: `No device named "${NAME}" is onboarded`,
		details: { code: 'notOnboarded', sent: 'no', description: expect.stringMatching(new RegExp(`only have discovered.*${id}`)) },
	});
	expect(setting.requestsOf('run')).toHaveLength(0);
	const read = await setting.runNode({ resource: 'machine', operation: 'get', ...chosen('name', NAME) });
	expect(read.results).toEqual([expect.objectContaining({ id })]);
});

it('says of an id that it may only have been discovered', async () => {
	const { id } = record(1, { onboardingStatus: 'CanBeOnboarded' });
	const { error } = await run('id', id);
	expect(error).toMatchObject({ description: expect.stringContaining('may only have been discovered') });
});

it.each(['x', '..', 'a'.repeat(39), `${'a'.repeat(40)}/isolate`])('posts to no id of a list that is not an id: %s', async (id) => {
	const machine = { id, computerDnsName: NAME, onboardingStatus: 'Onboarded', healthStatus: 'Active', lastSeen: '2026-01-01T00:00:00Z' };
	setting.emulator.fault({ on: 'machine.list', times: Infinity, effect: { kind: 'badBody', body: { value: [machine] } } });
	expect((await run('name', NAME)).error).toBeDefined();
	expect(setting.emulator.requests.filter(({ method }) => method === 'POST').map(({ operation }) => operation)).not.toContain('run');
	expect(setting.emulator.requests.map(({ operation }) => operation)).not.toContain('unknown');
});

it.each([{ toString: 1 }, ['x'], 5, true, null])('survives records whose fields are %j', async (odd) => {
	const machine = {
		id: 'b'.repeat(40),
		computerDnsName: NAME,
		onboardingStatus: odd,
		healthStatus: odd,
		lastSeen: odd,
		mergedIntoMachineId: null,
		isExcluded: odd,
		aadDeviceId: odd,
	};
	setting.emulator.fault({
		on: 'machine.list',
		times: Infinity,
		effect: { kind: 'badBody', body: { value: [{ ...machine, computerDnsName: odd }, machine] } },
	});
	for (const [mode, value] of [
		['name', NAME],
		['entraId', ENTRA_ID],
	]) {
		const { error } = await run(mode, value);
		expect(error?.message).toMatch(/^(No device|ws-01.contoso.example: Defender does not know this device)/);
	}
});

it('names the host name where the inventory has that alone', async () => {
	record(1, { computerDnsName: 'ws-01' });
	const { error } = await run('name', NAME);
	expect(error).toMatchObject({
		message: `No device named "${NAME}" was found`,
		description: expect.stringContaining('The inventory has ws-01: enter that name.'),
	});
});

describe('by the ID that Entra has for it', () => {
	it('finds the onboarded record', async () => {
		const { id } = record(20, { aadDeviceId: ENTRA_ID });
		record(1, { aadDeviceId: ENTRA_ID, onboardingStatus: 'CanBeOnboarded' });
		const { error } = await run('entraId', ENTRA_ID.toUpperCase());
		expect(error).toBeUndefined();
		expect(setting.emulator.runs.map(({ machineId }) => machineId)).toEqual([id]);
		expect(decodeURIComponent(setting.requestsOf('machine.list')[0].url)).toContain(`aadDeviceId eq ${ENTRA_ID}&`);
	});

	it('asks with quotes where the service wants them', async () => {
		const { id } = record(20, { aadDeviceId: ENTRA_ID });
		setting.emulator.fault({
			on: 'machine.list',
			effect: { kind: 'status', status: 400, body: { error: { code: 'ODataError', message: 'no' } } },
		});
		await run('entraId', ENTRA_ID);
		expect(setting.emulator.runs.map(({ machineId }) => machineId)).toEqual([id]);
	});

	it.each([
		['5b1c8e6a', "'Device' is not the Entra ID of a device [item 0]"],
		[ENTRA_ID, `No device with the Entra device ID ${ENTRA_ID} was found`],
	])('refuses %s', async (value, message) => {
		expect((await run('entraId', value)).error?.message).toBe(message);
		expect(setting.requestsOf('run')).toHaveLength(0);
	});
});

it('the list in the editor tells the records of one name apart', async () => {
	record(20.5);
	record(1.5, { onboardingStatus: 'CanBeOnboarded' });
	const credentials = { microsoftDefenderOAuth2Api: { id: 'defender', name: 'Defender' } };
	const { results } = await setting.engine.listSearch(NODE_TYPE, 'searchMachines', { credentials });
	expect(new Set(results.map(({ name }) => name)).size).toBe(2);
	expect(results.map(({ name }) => name).join()).toMatch(/seen 20 hours ago.*CanBeOnboarded, seen 1 hour ago/s);
});
