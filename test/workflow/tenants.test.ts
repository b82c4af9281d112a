import type { EmulatorTenant } from '../../playground/emulator';
import type { IDataObject } from 'n8n-workflow';
import { endedScript, GET_RESULT, SCRIPT, runScript } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';
import { itemOf, signIns, storeByItem, strays } from '../support/tenants';

let setting: Setting;

afterEach(async () => await setting.close());

/** An ended script of a tenant whose output names the tenant. */
function endedIn(tenant: EmulatorTenant): string {
	return endedScript(tenant as never, { output: `I am of ${tenant.app.tenantId}` });
}

/** Tenants, each with an ended script for each item: the items, mixed, and whose each is. */
function resultsOf(tenants: EmulatorTenant[], each: number) {
	const owners = new Map<string, EmulatorTenant>();
	const items: IDataObject[] = [];
	for (let count = 0; count < each; count++) {
		for (const tenant of tenants) {
			const id = endedIn(tenant);
			owners.set(id, tenant);
			items.push(itemOf(tenant, { id }));
		}
	}
	return { owners, items };
}

const outputOf = ({ tenantId }: IDataObject) => `I am of ${String(tenantId)}`;
const outputs = (results: IDataObject[]) => results.map(({ script_output: output }) => output);
const once = (tenants: EmulatorTenant[]) => new Map(tenants.map(({ app }) => [app.tenantId, 1]));
const addTenants = (count: number, app?: { clientId: string; clientSecret: string }) =>
	Array.from({ length: count }, (_, i) => setting.emulator.addTenant({ domain: `customer-${i}.example`, ...(app && { app }) }));

const TOKEN_LIFE_MS = 600_000;

/** Does something each time that this many requests of an operation have come, at once; returns how often it has. */
function whenRequests(operation: string, counts: number[], ...actions: Array<() => void>): () => number {
	const { requests } = setting.emulator;
	let done = 0;
	requests.push = (...added) => {
		const length = Array.prototype.push.apply(requests, added);
		if (done < counts.length && setting.requestsOf(operation).length >= counts[done]) actions[done++]();
		return length;
	};
	return () => done;
}

it('each item is served in its own tenant, with one sign-in for each', async () => {
	setting = await startSetting();
	const tenants = addTenants(3);
	const { items, owners } = resultsOf(tenants, 5);
	storeByItem(setting);
	const { results, error } = await setting.runNode(GET_RESULT, { items });
	expect(error).toBeUndefined();
	expect(outputs(results)).toEqual(items.map(outputOf));
	expect(strays(setting, owners)).toEqual([]);
	expect(signIns(setting)).toEqual(once(tenants));
});

it('so it is where all tenants have one app and are named by their domains, whatever n8n has stored', async () => {
	setting = await startSetting();
	const tenants = addTenants(3, { clientId: '99999999-9999-4999-8999-999999999999', clientSecret: 'one~secret~for~all' });
	for (let run = 0; run < 2; run++) {
		const { items, owners } = resultsOf(tenants, 2);
		const named = items.map((item) => ({
			...item,
			tenantId: `customer-${tenants.findIndex(({ app }) => app.tenantId === item.tenantId)}.example`,
		}));
		if (run === 0) storeByItem(setting);
		// The second execution begins with the token of the first one's last tenant.
		const { results } = await setting.runNode(GET_RESULT, { items: [...named].reverse() });
		expect(outputs(results)).toEqual([...items].reverse().map(outputOf));
		expect(strays(setting, owners)).toEqual([]);
	}
});

it('runs by device name go to the tenant of the item, though another tenant has a device of that name', async () => {
	setting = await startSetting();
	const tenants = addTenants(3);
	for (const tenant of tenants)
		tenant.addDevice({ computerDnsName: 'ws-01.example', scripts: { [SCRIPT]: { output: `I am of ${tenant.app.tenantId}` } } });
	storeByItem(setting);
	const machineId = { __rl: true, mode: 'name', value: 'ws-01.example' };
	const items = tenants.map((tenant) => itemOf(tenant));
	const { results, error } = await setting.runNode(runScript(machineId as never), { items });
	expect(error).toBeUndefined();
	expect(outputs(results)).toEqual(items.map(outputOf));
	expect(tenants.map(({ runs }) => runs.length)).toEqual([1, 1, 1]);
	expect(signIns(setting)).toEqual(once(tenants));
});

it('nodes behind each other share the sign-in of an execution', async () => {
	setting = await startSetting();
	const tenants = addTenants(2);
	storeByItem(setting);
	const { items } = resultsOf(tenants, 2);
	const credentials = { microsoftDefenderOAuth2Api: { id: 'defender', name: '' } };
	const type = 'n8n-nodes-defender-live-response.defenderLiveResponse';
	const node = (name: string) => ({
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [0, 0],
		credentials,
		parameters: { ...GET_RESULT, machineActionId: "={{ $('Start').item.json.id }}" },
	});
	const start = { id: 'start', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} };
	storeByItem(setting, {
		tenantId: "={{ $('Start').item.json.tenantId }}",
		clientId: "={{ $('Start').item.json.clientId }}",
		clientSecret: "={{ $('Start').item.json.clientSecret }}",
	});
	const to = (name: string) => ({ main: [[{ node: name, type: 'main' as const, index: 0 }]] });
	const workflow = { name: 'Test', nodes: [start, node('One'), node('Two')] as never, connections: { Start: to('One'), One: to('Two') } };
	const ran = await setting.engine.run(workflow, { pinData: { Start: items.map((json) => ({ json })) } });
	expect(ran.error).toBeUndefined();
	expect(outputs(ran.outputs('Two')[0].map(({ json }) => json))).toEqual(items.map(outputOf));
	expect(signIns(setting)).toEqual(once(tenants));
});

it('two tenants that answer 401 in the same instant never swap tokens', async () => {
	setting = await startSetting();
	const tenants = addTenants(2);
	storeByItem(setting);
	const { items, owners } = resultsOf(tenants, 20);
	for (const { app } of tenants)
		setting.emulator.fault({ on: 'link', when: { tid: app.tenantId }, effect: { kind: 'status', status: 401 } });
	const { results, error } = await setting.runNode(GET_RESULT, { items });
	expect(signIns(setting)).toEqual(new Map(tenants.map(({ app }) => [app.tenantId, 2])));
	expect(setting.emulator.requests.filter(({ status }) => status === 401)).toHaveLength(2);
	expect(error).toBeUndefined();
	expect(outputs(results)).toEqual(items.map(outputOf));
	expect(strays(setting, owners)).toEqual([]);
});

it('20 tenants with 25 items, tokens that end in the middle, another execution and an edit meanwhile', async () => {
	setting = await startSetting({ tokenLifeMs: TOKEN_LIFE_MS }, {}, 1);
	const tenants = addTenants(20);
	const { items, owners } = resultsOf(tenants, 25);
	const othersTenants = Array.from({ length: 3 }, (_, i) => setting.emulator.addTenant({ domain: `other-${i}.example` }));
	const others = resultsOf(othersTenants, 5);
	storeByItem(setting);
	const endOfTokens = () => setting.advance(TOKEN_LIFE_MS);
	const done = whenRequests(
		'link',
		[100, 200, 400],
		endOfTokens,
		() => setting.engine.credentials.stored.set('defender', setting.emulator.credentialData()),
		endOfTokens,
	);
	const parameters = { ...GET_RESULT, maxWaitMinutes: 120, options: { callsPerMinute: 0, callsPerHour: 0 } };
	const [all, rest] = await Promise.all([setting.runNode(parameters, { items }), setting.runNode(parameters, { items: others.items })]);
	expect(done()).toBe(3);
	expect([all.error, rest.error]).toEqual([undefined, undefined]);
	expect(outputs(all.results)).toEqual(items.map(outputOf));
	expect(outputs(rest.results)).toEqual(others.items.map(outputOf));
	expect(strays(setting, new Map([...owners, ...others.owners]))).toEqual([]);
	// One at the start and at most one for each time that the tokens have ended, however many items there are.
	const counts = [...signIns(setting).values()];
	expect(Math.max(...counts)).toBeLessThanOrEqual(3);
	expect(counts.filter((count) => count > 1).length).toBeGreaterThan(0);
	expect(signIns(setting).size).toBe(23);
});

it('20 tenants with 25 runs by device name, beside another execution, with expired tokens and an edit meanwhile', async () => {
	// On a faster clock hundreds of requests at once would seem to take longer than their limit.
	setting = await startSetting({ tokenLifeMs: 24 * TOKEN_LIFE_MS }, {}, 10);
	const tenants = addTenants(20);
	const othersTenants = Array.from({ length: 3 }, (_, i) => setting.emulator.addTenant({ domain: `other-${i}.example` }));
	const names = Array.from({ length: 25 }, (_, i) => `ws-${i}.example`);
	const owners = new Map<string, EmulatorTenant>();
	// Every tenant has devices of the same names.
	for (const tenant of [...tenants, ...othersTenants]) {
		for (const computerDnsName of names) {
			const output = `${computerDnsName} of ${tenant.app.tenantId}`;
			owners.set(tenant.addDevice({ computerDnsName, scripts: { [SCRIPT]: { output } } }).id, tenant);
		}
	}
	const runsOf = (given: EmulatorTenant[]) => names.flatMap((name) => given.map((tenant) => itemOf(tenant, { name })));
	const [items, others] = [runsOf(tenants), runsOf(othersTenants)];
	storeByItem(setting);
	const endOfTokens = () => setting.advance(24 * TOKEN_LIFE_MS);
	const done = whenRequests('run', [120, 300], endOfTokens, () =>
		setting.engine.credentials.stored.set('defender', setting.emulator.credentialData()),
	);
	const parameters = runScript({ __rl: true, mode: 'name', value: '={{ $json.name }}' } as never, {
		maxWaitMinutes: 10_000,
		options: { callsPerMinute: 0, callsPerHour: 0 },
	});
	const [all, rest] = await Promise.all([setting.runNode(parameters, { items }), setting.runNode(parameters, { items: others })]);
	expect([all.error, rest.error]).toEqual([undefined, undefined]);
	expect(done()).toBe(2);
	const expected = (given: IDataObject[]) => given.map(({ name, tenantId }) => `${String(name)} of ${String(tenantId)}`);
	expect(outputs(all.results)).toEqual(expected(items));
	expect(outputs(rest.results)).toEqual(expected(others));
	expect(strays(setting, owners)).toEqual([]);
	expect([...tenants, ...othersTenants].map(({ runs }) => runs.length)).toEqual(Array(23).fill(25));
	// One at the start, and one more after the tokens have expired.
	expect(signIns(setting).size).toBe(23);
	expect(Math.max(...signIns(setting).values())).toBeLessThanOrEqual(2);
});

describe('an item whose tenant cannot be used', () => {
	beforeEach(async () => {
		setting = await startSetting();
		storeByItem(setting);
	});

	it('ends the node before any request', async () => {
		const [tenant] = addTenants(1);
		const { items } = resultsOf([tenant], 2);
		const { error } = await setting.runNode(GET_RESULT, { items: [items[0], { ...items[1], tenantId: undefined }] });
		expect(error).toMatchObject({ message: "The credential's Tenant ID cannot be used", context: { itemIndex: 1 } });
		expect(setting.emulator.requests).toEqual([]);
	});

	it.each([
		['no tenant', { tenantId: undefined }, /Tenant ID cannot be used/],
		['a tenant that is an object', { tenantId: {} }, /Tenant ID cannot be used/],
		['no app', { clientId: null }, /Client ID cannot be used/],
		['no secret', { clientSecret: '' }, /Client Secret cannot be used/],
		['an unknown tenant', { tenantId: '22222222-2222-4222-8222-222222222222' }, /tenant was not found/],
		['a wrong secret', { clientSecret: 'wrong~secret~of~someone' }, /client secret is wrong/],
	])('is refused alone: %s', async (_, wrong, message) => {
		const [tenant] = addTenants(1);
		const { items } = resultsOf([tenant], 3);
		items[1] = { ...items[1], ...wrong } as IDataObject;
		const { results } = await setting.runNode(GET_RESULT, { items, node: { onError: 'continueRegularOutput' } });
		expect(outputs([results[0], results[2]])).toEqual([outputOf(items[0]), outputOf(items[0])]);
		expect(results[1]).toMatchObject({
			outcome: 'refused',
			error: expect.stringMatching(message),
			details: { code: 'signIn', sent: 'no' },
		});
	});
});

it('a cloud that an item names by nothing is not the commercial one', async () => {
	setting = await startSetting();
	storeByItem(setting, { cloud: '={{ $json.cloud }}' });
	const [tenant] = addTenants(1);
	const { items } = resultsOf([tenant], 2);
	const { results } = await setting.runNode(GET_RESULT, {
		items: [{ ...items[0], cloud: 'custom' }, items[1]],
		node: { onError: 'continueRegularOutput' },
	});
	expect(outputs([results[0]])).toEqual([outputOf(items[0])]);
	expect(results[1].error).toBe("The credential's Cloud cannot be used");
});

describe('where there is no item', () => {
	it.each(['={{ $json.tenantId }}', "={{ $('Tenants').item.json.id }}", '={{ ["contoso.example"][$itemIndex] }}'])(
		'a list says so: %s',
		async (tenantId) => {
			setting = await startSetting();
			storeByItem(setting, { tenantId, clientId: setting.emulator.app.clientId, clientSecret: setting.emulator.app.clientSecret });
			const credentials = { microsoftDefenderOAuth2Api: { id: 'defender', name: '' } };
			const listing = setting.engine.listSearch('n8n-nodes-defender-live-response.defenderLiveResponse', 'searchMachines', { credentials });
			await expect(listing).rejects.toMatchObject({
				message: 'The credential depends on an item, but there is no item here',
				description: expect.stringContaining('enter the ID or name'),
			});
			expect(setting.emulator.requests).toEqual([]);
		},
	);

	it('a trigger says so', async () => {
		setting = await startSetting();
		storeByItem(setting);
		const credentials = { microsoftDefenderOAuth2Api: { id: 'defender', name: '' } };
		const trigger = {
			id: 't',
			name: 'Trigger',
			type: 'n8n-nodes-defender-live-response.defenderLiveResponseTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
			credentials,
		};
		const { error } = await setting.engine.run({ name: 'Test', nodes: [trigger] as never, connections: {} });
		expect(error).toMatchObject({ message: 'The credential depends on an item, but there is no item here' });
		expect(setting.emulator.requests).toEqual([]);
	});
});

it('1,000 items of one credential read it a handful of times', async () => {
	setting = await startSetting({}, {}, 1);
	const id = endedScript(setting.emulator);
	const read = jest.spyOn(setting.engine.credentials, 'getDecrypted');
	const parameters = { resource: 'machineAction', operation: 'get', machineActionId: id, options: {} };
	setting.engine.credentials.stored.set(
		'defender',
		setting.emulator.credentialData({ clientSecret: `={{ "${setting.emulator.app.clientSecret}" }}` }),
	);
	const { error } = await setting.runNode(
		{ ...parameters, operation: 'wait', maxWaitMinutes: 0 },
		{ items: Array.from({ length: 1_000 }, () => ({})) },
	);
	expect(error).toBeUndefined();
	expect(read.mock.calls.length).toBeLessThan(10);
	expect(setting.requestsOf('token')).toHaveLength(1);
});
