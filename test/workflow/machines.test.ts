import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

const ENTRA_ID = '5b1c8e6a-3f0e-4c7b-9a58-0d2f6f1a7c11';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => await setting.close());

const machine = (operation: string, more: object = {}) => ({ resource: 'machine', operation, ...more });

describe('get', () => {
	it('gives the device as the service sends it, by its id', async () => {
		const device = setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', osPlatform: 'Linux' });
		const ran = await setting.runNode(machine('get', { simplify: false, machineId: { __rl: true, mode: 'list', value: device.id } }));
		expect(ran.results).toEqual([expect.objectContaining({ ...device })]);
		expect(ran.outputs('Defender')[0][0].pairedItem).toEqual({ item: 0 });
	});

	it('takes a plain string in a saved workflow for the id', async () => {
		const { id } = setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
		expect((await setting.runNode(machine('get', { machineId: id }))).results[0].id).toBe(id);
	});

	it('finds it by its name, the one last seen', async () => {
		setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', lastSeen: '2026-01-01T00:00:00Z' });
		const newer = setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', lastSeen: '2026-02-01T00:00:00Z' });
		setting.emulator.addDevice({ computerDnsName: 'ws-012.contoso.example', lastSeen: '2026-03-01T00:00:00Z' });
		const ran = await setting.runNode(machine('get', { machineId: { __rl: true, mode: 'name', value: 'WS-01' } }));
		expect(ran.results.map(({ id }) => id)).toEqual([newer.id]);
	});

	it.each([
		['an id that the tenant does not know', { mode: 'id', value: 'a'.repeat(40) }, 'Defender does not know this device'],
		['a name that no device has', { mode: 'name', value: 'ws-99' }, 'No device named "ws-99" was found'],
	])('refuses %s', async (_, chosen, message) => {
		setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
		const { error } = await setting.runNode(machine('get', { machineId: { __rl: true, ...chosen } }));
		expect(error).toMatchObject({ message, description: expect.any(String) });
	});

	it('refuses what is not an id before any request', async () => {
		const { error } = await setting.runNode(machine('get', { machineId: '../machineactions' }));
		expect(error).toMatchObject({ name: 'NodeOperationError', message: "'Device' is not the ID of a device [item 0]" });
		expect(setting.emulator.requests).toHaveLength(0);
	});
});

describe('getMany', () => {
	const names = async (filters: object, more: object = {}) => {
		const { results, error } = await setting.runNode(machine('getMany', { filters, ...more }));
		expect(error).toBeUndefined();
		return results.map(({ computerDnsName }) => computerDnsName);
	};
	const add = (computerDnsName: string, more: object = {}) => setting.emulator.addDevice({ computerDnsName, ...more });

	it.each([
		['name', { computerDnsName: 'WS-01.contoso.example' }],
		['start of the name', { computerDnsName: 'ws-01.', match: 'startsWith' }],
		['IP address', { lastIpAddress: '10.9.9.9' }],
		['tag', { tag: "o'neil's" }],
		['health', { healthStatus: 'Inactive' }],
		['system', { osPlatform: 'macOS' }],
		['several at once', { tag: "o'neil's", osPlatform: 'macOS', computerDnsName: 'ws-', match: 'startsWith' }],
	])('filters by %s', async (_, filters) => {
		add('ws-01.contoso.example', {
			lastIpAddress: '10.9.9.9',
			machineTags: ['lab', "o'neil's"],
			healthStatus: 'Inactive',
			osPlatform: 'macOS',
		});
		add('ws-012.contoso.example', { machineTags: ['neil'] });
		expect(await names(filters)).toEqual(['ws-01.contoso.example']);
	});

	it.each([
		['onboarding', { onboardingStatus: 'CanBeOnboarded' }],
		['risk', { riskScore: 'High' }],
		['exposure', { exposureLevel: 'Medium' }],
		['the time it was last seen', { lastSeenAfter: '2026-06-01T00:00:00Z' }],
		['device group', { rbacGroupId: 7 }],
		['Entra device ID', { aadDeviceId: '5B1C8E6A-3f0e-4c7b-9a58-0d2f6f1a7c11' }],
		['a filter of one’s own', { odata: "riskScore eq 'High' or osPlatform eq 'none (''x'')'" }],
		['a filter of one’s own beside others', { healthStatus: 'Active', odata: "riskScore eq 'High' or osPlatform eq 'Windows11'" }],
	])('filters by %s', async (_, filters) => {
		add('ws-01.contoso.example', {
			onboardingStatus: 'CanBeOnboarded',
			riskScore: 'High',
			exposureLevel: 'Medium',
			lastSeen: '2026-07-01T00:00:00Z',
			rbacGroupId: 7,
			aadDeviceId: ENTRA_ID,
			healthStatus: 'Active',
			osPlatform: 'macOS',
		});
		const other = { riskScore: 'Low', exposureLevel: 'Low', lastSeen: '2026-05-01T00:00:00Z', healthStatus: 'Inactive' };
		add('ws-02.contoso.example', { ...other, onboardingStatus: 'Onboarded', rbacGroupId: 8, osPlatform: 'Windows11' });
		expect(await names(filters)).toEqual(['ws-01.contoso.example']);
	});

	it.each([
		['without quotes', { aadDeviceId: ENTRA_ID }, `aadDeviceId eq '${ENTRA_ID}'`],
		['without quotes beside others', { aadDeviceId: ENTRA_ID, riskScore: 'High' }, `(aadDeviceId eq '${ENTRA_ID}')`],
		['in quotes', { odata: `aadDeviceId eq '${ENTRA_ID}'` }, `aadDeviceId eq ${ENTRA_ID}`],
	])('asks for an Entra device ID in the other form where Defender refuses it %s', async (_, filters, other) => {
		add('ws-01.contoso.example', { aadDeviceId: ENTRA_ID, riskScore: 'High' });
		add('ws-02.contoso.example', { riskScore: 'High' });
		const body = { error: { code: 'ODataError', message: 'A binary operator with incompatible types was detected.' } };
		setting.emulator.fault({ on: 'machine.list', effect: { kind: 'status', status: 400, body } });
		expect(await names(filters)).toEqual(['ws-01.contoso.example']);
		const asked = setting.requestsOf('machine.list').map(({ url }) => decodeURIComponent(url));
		expect(asked).toHaveLength(2);
		expect(asked[1]).toContain(other);
	});

	it.each([
		["riskScore eq 'High') or (id ne ''", 'OData Filter', 'has a parenthesis or quote without its partner'],
		["(riskScore eq 'High'", 'OData Filter', 'has a parenthesis or quote without its partner'],
		["riskScore eq 'High", 'OData Filter', 'has a parenthesis or quote without its partner'],
	])('refuses a filter of one’s own that is not whole: %s', async (odata, label, what) => {
		const { error } = await setting.runNode(machine('getMany', { filters: { odata } }));
		expect(error?.message).toBe(`'${label}' ${what} [item 0]`);
		expect(setting.emulator.requests).toHaveLength(0);
	});

	it.each([
		[{ rbacGroupId: '7 or true' }, "'Device Group ID' is not a whole number [item 0]"],
		[{ aadDeviceId: 'x' }, "'Entra Device ID' is not a GUID [item 0]"],
	])('refuses %j, which is in the filter without quotes', async (filters, message) => {
		const { error } = await setting.runNode(machine('getMany', { filters }));
		expect(error?.message).toBe(message);
		expect(setting.emulator.requests).toHaveLength(0);
	});

	it('treats the name as the whole name by default', async () => {
		add('ws-01.contoso.example');
		expect(await names({ computerDnsName: 'ws-01' })).toEqual([]);
	});

	it('gives up to the limit, or all of all pages', async () => {
		for (let count = 0; count < 60; count++) add(`ws-${count}.contoso.example`);
		expect(await names({})).toHaveLength(50);
		expect(await names({}, { limit: 7 })).toHaveLength(7);
		setting.emulator.settings.pageSize = 25;
		expect(new Set(await names({}, { returnAll: true })).size).toBe(60);
	});

	it('gives no item where there is not a device', async () => {
		expect(await names({})).toEqual([]);
	});

	it.each([
		['nothing', '={{ $json.nope }}', 'gives no text'],
		['a list', '={{ ["finance"] }}', 'is not a text'],
	])('refuses a filter that gives %s, rather than giving every device', async (__, tag, what) => {
		const { error } = await setting.runNode(machine('getMany', { returnAll: true, filters: { tag } }));
		expect(error?.message).toBe(`'Tag' ${what} [item 0]`);
		expect(setting.emulator.requests).toHaveLength(0);
	});

	it('names a wrong choice before any request', async () => {
		const { error } = await setting.runNode(machine('getMany', { filters: { computerDnsName: 'ws', match: '={{ "like" }}' } }));
		expect(error?.message).toBe("'Match' is none of its choices [item 0]");
		expect(setting.emulator.requests).toHaveLength(0);
	});
});

it.each(['get', 'getMany'])('gives from %s, simplified, the fields of a device that people read', async (operation) => {
	const { id } = setting.emulator.addDevice({ computerDnsName: 'ws-01', novel: 1 });
	const { results } = await setting.runNode(machine(operation, { machineId: id }));
	expect(results.map((item) => Object.keys(item).join(' '))).toEqual([
		'id computerDnsName osPlatform healthStatus onboardingStatus riskScore lastSeen lastIpAddress machineTags rbacGroupName',
	]);
	expect(results[0]).toMatchObject({ id, computerDnsName: 'ws-01' });
});

it('gives devices as the service sends them, paired with the items of the input', async () => {
	const devices = ['ws-01', 'ws-02'].map((computerDnsName) => setting.emulator.addDevice({ computerDnsName, novel: { deep: [1, null] } }));
	const byId = await setting.runNode(machine('get', { simplify: false, machineId: '={{ $json.id }}' }), {
		items: devices.map(({ id }) => ({ id })),
	});
	expect(byId.results).toEqual(devices.map((device) => expect.objectContaining(device)));
	expect(byId.outputs('Defender')[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	const all = await setting.runNode(machine('getMany', { simplify: false }), { items: [{}, {}] });
	expect(all.results).toEqual([...devices, ...devices].map((device) => expect.objectContaining(device)));
	expect(all.outputs('Defender')[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }, { item: 1 }, { item: 1 }]);
});
