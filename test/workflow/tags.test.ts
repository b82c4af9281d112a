import type { IDataObject, INode } from 'n8n-workflow';
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

const NAME = 'ws-01.contoso.example';
const ENTRA_ID = '5b1c8e6a-3f0e-4c7b-9a58-0d2f6f1a7c11';
const UNKNOWN = '0'.repeat(40);
const CONTINUE: { node: Partial<INode> } = { node: { onError: 'continueRegularOutput' } };
const ROW_KEYS = [
	'id',
	'computerDnsName',
	'osPlatform',
	'healthStatus',
	'onboardingStatus',
	'riskScore',
	'lastSeen',
	'lastIpAddress',
	'machineTags',
	'rbacGroupName',
];

const add = (more: IDataObject = {}) => setting.emulator.addDevice({ computerDnsName: NAME, ...more }).id;
const addMany = (count: number) => Array.from({ length: count }, (_, place) => add({ computerDnsName: `ws-${place}.contoso.example` }));
const change = async (operation: string, more: IDataObject, options: Parameters<Setting['runNode']>[1] = {}) =>
	await setting.runNode({ resource: 'machine', operation, tag: 'case 4711', ...more }, options);
const itemsOf = (ids: string[]) => ids.map((device) => ({ device }));
const tagsOf = (id: string) => setting.emulator.machines().find((machine) => machine.id === id)!.machineTags;

it.each([
	['list', (id: string) => id],
	['id', (id: string) => id.toUpperCase()],
	['name', () => 'ws-01'],
	['entraId', () => ENTRA_ID],
])('adds a tag to the device that is chosen by %s, and removes it again', async (mode, value) => {
	const id = add({ machineTags: ['finance'], aadDeviceId: ENTRA_ID });
	const machineId = { __rl: true, mode, value: value(id) };
	const added = await change('addTag', { machineId });
	expect(added.error).toBeUndefined();
	const [{ json, pairedItem }] = added.outputs('Defender')[0];
	expect(Object.keys(json)).toEqual(ROW_KEYS);
	expect(json).toMatchObject({ id, machineTags: ['finance', 'case 4711'] });
	expect(pairedItem).toEqual({ item: 0 });
	const removed = await change('removeTag', { machineId, simplify: false });
	expect(removed.results).toEqual([expect.objectContaining({ id, machineTags: ['finance'], exposureLevel: 'Low' })]);
	expect(tagsOf(id)).toEqual(['finance']);
});

it('changes the tag of all items in calls of up to 500 devices, each once', async () => {
	const ids = addMany(601);
	const { results, error } = await change('addTag', { machineId: '={{ $json.device }}' }, { items: itemsOf([...ids, ids[0]]) });
	expect(error).toBeUndefined();
	expect(results.map(({ id }) => id)).toEqual([...ids, ids[0]]);
	const sizes = setting.requestsOf('machine.tagMany').map(({ body }) => (JSON.parse(body) as { MachineIds: string[] }).MachineIds.length);
	expect(sizes.sort()).toEqual([101, 500]);
	expect(setting.requestsOf('machine.tag')).toEqual([]);
	expect(ids.every((id) => (tagsOf(id) as string[]).includes('case 4711'))).toBe(true);
});

it('calls for each tag by itself', async () => {
	const ids = addMany(4);
	const items = ids.map((device, place) => ({ device, tag: `tag ${place % 2}` }));
	const { results } = await change('addTag', { machineId: '={{ $json.device }}', tag: '={{ $json.tag }}' }, { items });
	expect(results.map(({ machineTags }) => machineTags)).toEqual([['tag 0'], ['tag 1'], ['tag 0'], ['tag 1']]);
	expect(setting.requestsOf('machine.tagMany')).toHaveLength(2);
});

it('halves a call that is refused until single devices are refused', async () => {
	const ids = addMany(40);
	const items = itemsOf([...ids.slice(0, 13), UNKNOWN, ...ids.slice(13)]);
	const { results } = await change('addTag', { machineId: '={{ $json.device }}' }, { items, ...CONTINUE });
	expect(results).toHaveLength(41);
	expect(results[13]).toMatchObject({ outcome: 'refused', machineId: UNKNOWN, details: { code: 'notFound', sent: 'no' } });
	expect(results.filter(({ machineTags }) => (machineTags as string[] | undefined)?.includes('case 4711'))).toHaveLength(40);
	expect(setting.requestsOf('machine.tagMany').length + setting.requestsOf('machine.tag').length).toBeLessThan(15);
});

describe('devices that the answer leaves out', () => {
	it.each([false, true])(
		'are read in one list, and asked for by themselves where that shows no change (lists refused: %s)',
		async (refusesIn) => {
			setting.emulator.settings.unknownInMany = 'leaveOut';
			setting.emulator.settings.refusesIn = refusesIn;
			const ids = addMany(3);
			const { results } = await change('addTag', { machineId: '={{ $json.device }}' }, { items: itemsOf([...ids, UNKNOWN]), ...CONTINUE });
			expect(results.slice(0, 3).map(({ machineTags }) => machineTags)).toEqual(Array(3).fill(['case 4711']));
			expect(results[3]).toMatchObject({ outcome: 'refused', details: { code: 'notFound' } });
			expect(setting.requestsOf('machine.tagMany')).toHaveLength(1);
		},
	);

	it('count as done where the list shows the change', async () => {
		const ids = addMany(3);
		setting.emulator.fault({
			on: 'machine.tagMany',
			effect: { kind: 'badBody', body: { value: [] }, tookEffect: true },
		});
		const { results, error } = await change('addTag', { machineId: '={{ $json.device }}' }, { items: itemsOf(ids) });
		expect(error).toBeUndefined();
		expect(results.map(({ machineTags }) => machineTags)).toEqual(Array(3).fill(['case 4711']));
		expect(setting.requestsOf('machine.list')).toHaveLength(1);
		expect(setting.requestsOf('machine.tag')).toEqual([]);
	});
});

it('does not halve a call that is refused for a missing permission', async () => {
	const { emulator, engine } = setting;
	const ids = addMany(20);
	emulator.apps.setRoles(emulator.app.clientId, ['Machine.Read.All']);
	engine.credentials.stored.set('defender', emulator.credentialData());
	const { results } = await change('addTag', { machineId: '={{ $json.device }}' }, { items: itemsOf(ids), ...CONTINUE });
	expect(results).toHaveLength(20);
	expect(results[7]).toMatchObject({
		error: 'Defender refused to change the tags of devices: a permission is missing',
		details: { code: 'permission', sent: 'no', description: expect.stringContaining('Machine.ReadWrite.All') },
	});
	expect(setting.requestsOf('machine.tagMany').length).toBeLessThanOrEqual(2);
});

it('is done although the first answer is lost', async () => {
	const ids = addMany(3);
	setting.emulator.fault({ on: 'machine.tagMany', effect: { kind: 'reset', phase: 'afterProcessing' } });
	const { results, error } = await change('removeTag', { machineId: '={{ $json.device }}' }, { items: itemsOf(ids) });
	expect(error).toBeUndefined();
	expect(results).toHaveLength(3);
});

it('is done once for those that succeeded while n8n tries again', async () => {
	const ids = addMany(2);
	setting.emulator.fault({
		on: 'machine.list',
		times: 1,
		effect: { kind: 'status', status: 409, body: { error: { code: 'Conflict', message: 'no' } } },
	});
	const machineId = { __rl: true, mode: '={{ $json.mode }}', value: '={{ $json.device }}' };
	const items = [
		// n8n tries again for an error of the first item.
		{ mode: 'name', device: 'ws-1' },
		{ mode: 'id', device: ids[0] },
	];
	const node = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1, onError: 'continueRegularOutput' as const };
	const { results } = await change('addTag', { machineId }, { items, node });
	expect(results.map(({ id }) => id)).toEqual([ids[1], ids[0]]);
	const named = setting.emulator.requests.filter(({ url, body }) => /tag/i.test(url) && `${url} ${body}`.includes(ids[0]));
	expect(named).toHaveLength(1);
});

it('keeps the devices of tenants apart', async () => {
	const other = setting.emulator.addTenant({ domain: 'fabrikam.example' });
	const here = addMany(2);
	const there = ['a', 'b'].map((computerDnsName) => other.addDevice({ computerDnsName }).id);
	storeByItem(setting);
	const items = [...here.map((device) => itemOf(setting.emulator, { device })), ...there.map((device) => itemOf(other, { device }))];
	const { results, error } = await change('addTag', { machineId: '={{ $json.device }}' }, { items });
	expect(error).toBeUndefined();
	expect(results.map(({ id }) => id)).toEqual([...here, ...there]);
	const owners = new Map([...here.map((id) => [id, setting.emulator] as const), ...there.map((id) => [id, other] as const)]);
	expect(strays(setting, owners)).toEqual([]);
});

it.each([
	['={{ " " }}', "'Tag' is empty [item 0]"],
	['={{ String($json.missing) }}', "'Tag' is not a text [item 0]"],
	['={{ $json.nope }}', "'Tag' is not a text [item 0]"],
	['={{ "x".repeat(201) }}', "'Tag' is too long [item 0]"],
])('refuses the tag %j before any request', async (tag, message) => {
	const { error } = await change('addTag', { machineId: add(), tag });
	expect(error?.message).toBe(message);
	expect(setting.emulator.requests).toEqual([]);
});
