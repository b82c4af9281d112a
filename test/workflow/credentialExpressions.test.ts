import type { IDataObject } from 'n8n-workflow';
import { endedScript, GET_RESULT } from '../support/actions';
import type { Setting } from '../support/setting';
import { NODE_TYPE, startSetting } from '../support/setting';
import { signIns } from '../support/tenants';

let setting: Setting;

beforeEach(async () => {
	setting = await startSetting();
	const { clientId, clientSecret } = setting.emulator.app;
	Object.assign(setting.engine.variables, { tenant: 'contoso.example', name: 'contoso', grant: 'clientCredentials', empty: '' });
	setting.engine.secrets.vault = {
		clientId,
		clientSecret,
		deep: { secret: clientSecret },
		plan: '={{ $json.id }}',
		list: ['x'],
		none: null,
	};
});
afterEach(async () => await setting.close());

const enter = (fields: Record<string, string>) =>
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData(fields));

async function get(more: IDataObject = {}) {
	return await setting.runNode(GET_RESULT, { items: [{ id: endedScript(setting.emulator), ...more }] });
}

async function list() {
	const credentials = { microsoftDefenderOAuth2Api: { id: 'defender', name: '' } };
	return await setting.engine.listSearch(NODE_TYPE, 'searchMachines', { credentials });
}

describe('a field that n8n fills in is read as it is meant', () => {
	it.each<[string, Record<string, string>]>([
		['from variables', { tenantId: '={{ $vars.tenant }}', grantType: '={{ $vars.grant }}' }],
		['from a part of a text', { tenantId: '={{ $vars.name }}.example' }],
		['from parts without a text', { tenantId: '={{ $vars.name }}{{ ".example" }}' }],
		['from a part that is empty on purpose', { tenantId: '=contoso{{ $vars.empty }}.example' }],
		['with blanks around it', { tenantId: '= {{ $vars.tenant }} ' }],
		['from external secrets', { clientId: '={{ $secrets.vault.clientId }}', clientSecret: '={{ $secrets.vault.clientSecret }}' }],
		['from a secret within a secret', { clientSecret: '={{ $secrets.vault.deep.secret }}' }],
		['from another one of its fields', { tenantId: '={{ $vars.name }}.example', cloud: '={{ $vars.tenant ? "custom" : "" }}' }],
	])('%s, in an operation and in a list', async (_, fields) => {
		enter(fields);
		const { error, results } = await get();
		expect(error).toBeUndefined();
		expect(results[0].outcome).toBe('succeeded');
		await expect(list()).resolves.toBeDefined();
		expect([...signIns(setting).keys()]).toEqual([setting.emulator.app.tenantId]);
	});
});

describe('a field that n8n cannot fill in is refused before any request', () => {
	it.each<[string, Record<string, string>, RegExp, RegExp]>([
		['a variable that there is not', { tenantId: '={{ $vars.nowhere }}' }, /Tenant ID cannot be used/, /Enter the tenant/],
		// Without the missing part this is a domain, and may be someone's.
		['a text with a part that there is not', { tenantId: '=contoso{{ $vars.nowhere }}.example' }, /Tenant ID cannot be used/, /A part of/],
		[
			'several parts, one of which there is not',
			{ tenantId: '={{ $vars.tenant }}{{ $vars.nowhere }}' },
			/Tenant ID cannot be used/,
			/A part of/,
		],
		['an address with such a part', { apiBaseUrl: '=http://127.0.0.1:{{ $vars.nowhere }}80' }, /API Base URL cannot be used/, /A part of/],
		['a secret with such a part', { clientSecret: '=abc{{ $secrets.vault.none }}' }, /Client Secret cannot be used/, /A part of/],
		[
			'a store that is not connected',
			{ clientSecret: '={{ $secrets.safe.x }}' },
			/could not load the credential's external secrets/,
			/not reachable/,
		],
		['a secret that the store does not have', { clientSecret: '={{ $secrets.vault.x }}' }, /could not load/, /could not be found/],
		['such a secret in a part of a text', { tenantId: '=contoso{{ $secrets.vault.x }}.example' }, /could not load/, /could not be found/],
		['a secret that is empty', { clientSecret: '={{ $secrets.vault.none }}' }, /Client Secret cannot be used/, /External Secrets/],
		['a secret that is several', { clientSecret: '={{ $secrets.vault.deep }}' }, /Client Secret cannot be used/, /not a text/],
		['a secret that is a list', { clientId: '={{ $secrets.vault.list }}' }, /Client ID cannot be used/, /not a text/],
		['a choice of a variable that there is not', { grantType: '={{ $vars.nowhere }}' }, /Grant Type cannot be used/, /Choose/],
	])('%s', async (_, fields, message, advice) => {
		enter(fields);
		const expected = { message: expect.stringMatching(message), description: expect.stringMatching(advice) };
		expect((await get()).error).toMatchObject(expected);
		await expect(list()).rejects.toMatchObject(expected);
		expect(setting.emulator.requests).toEqual([]);
	});

	// Where there is no item, n8n evaluates what the secret returned once more.
	it('a secret that is an expression itself', async () => {
		enter({ clientSecret: '={{ $secrets.vault.plan }}' });
		expect((await get()).error).toMatchObject({
			message: "The credential's Client Secret cannot be used",
			description: expect.stringContaining('did not evaluate'),
		});
		expect(setting.emulator.requests).toEqual([]);
	});

	it('where n8n gives no external secrets at all, as without a licence', async () => {
		enter({ clientSecret: '={{ $secrets.vault.clientSecret }}' });
		const { credentials } = setting.engine;
		const { getDecrypted } = credentials;
		const spy = jest.spyOn(credentials, 'getDecrypted').mockImplementation(async (...args) => {
			return { ...(await getDecrypted.apply(credentials, args)), clientSecret: undefined as never };
		});
		const { error } = await get();
		spy.mockRestore();
		expect(error).toMatchObject({
			message: "The credential's Client Secret cannot be used",
			description: expect.stringContaining('n8n needs a licence for external secrets'),
		});
		expect(setting.emulator.requests).toEqual([]);
	});
});

it('an item without its part is refused alone, and never served in the tenant that is left of the name', async () => {
	const left = setting.emulator.addTenant({ domain: 'customer.example', app: setting.emulator.app });
	const meant = setting.emulator.addTenant({ domain: 'customer-7.example', app: setting.emulator.app });
	enter({ tenantId: '=customer{{ $json.suffix }}.example' });
	const items = [{ suffix: '-7' }, {}].map((item) => ({ ...item, id: endedScript(meant as never) }));
	const { results } = await setting.runNode(GET_RESULT, { items, node: { onError: 'continueRegularOutput' } });
	expect(results[0].outcome).toBe('succeeded');
	expect(results[1]).toMatchObject({ outcome: 'refused', error: "The credential's Tenant ID cannot be used" });
	expect(signIns(setting).has(left.app.tenantId)).toBe(false);
});

it('a secret of each item is read for each, and one that there is not is refused alone', async () => {
	enter({ clientSecret: '={{ $secrets.vault[$json.name] }}' });
	const items = ['clientSecret', 'nothing'].map((name) => ({ name, id: endedScript(setting.emulator) }));
	const { results } = await setting.runNode(GET_RESULT, { items: items.reverse(), node: { onError: 'continueRegularOutput' } });
	expect(results.map(({ outcome }) => outcome)).toEqual(['refused', 'succeeded']);
	expect(results[0].error).toBe("n8n could not load the credential's external secrets");
});
