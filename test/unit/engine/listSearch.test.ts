import type { ILoadOptionsFunctions, INodeType } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { MicrosoftDefenderOAuth2Api } from '../../../credentials/MicrosoftDefenderOAuth2Api.credentials';
import type { Emulator } from '../../../playground/emulator';
import { startEmulator } from '../../../playground/emulator';
import type { Engine } from '../../../playground/engine/engine';
import { startEngine } from '../../../playground/engine/engine';

const CREDENTIAL = 'microsoftDefenderOAuth2Api';

/** A node whose list asks the service with the node's credential. */
class ListedNode implements INodeType {
	description = {
		displayName: 'Listed',
		name: 'listed',
		group: ['input' as const],
		version: 1,
		description: 'For tests',
		defaults: { name: 'Listed' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: undefined,
		credentials: [{ name: CREDENTIAL, required: true }],
		properties: [{ displayName: 'Kind', name: 'kind', type: 'string' as const, default: 'machines' }],
	};

	methods = {
		listSearch: {
			async search(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string) {
				const { apiBaseUrl } = await this.getCredentials<{ apiBaseUrl: string }>(CREDENTIAL);
				const url = `${apiBaseUrl}/api/${String(this.getNodeParameter('kind'))}`;
				const options = { url, headers: { accept: 'application/json' }, json: true };
				const page = (await this.helpers.httpRequestWithAuthentication.call(this, CREDENTIAL, options)) as {
					value: Array<{ id: string; computerDnsName: string }>;
				};
				const from = Number(paginationToken ?? 0);
				const results = page.value
					.filter(({ computerDnsName }) => computerDnsName.includes(filter ?? ''))
					.map(({ id, computerDnsName }) => ({ name: computerDnsName, value: id }));
				return { results: results.slice(from, from + 1), paginationToken: (from + 1) as unknown as string };
			},
		},
	};
}

let emulator: Emulator;
let engine: Engine;

beforeAll(async () => {
	emulator = await startEmulator({ limits: 'none' });
	emulator.addDevice({ computerDnsName: 'ws-1.contoso.example' });
	emulator.addDevice({ computerDnsName: 'ws-2.contoso.example' });
	engine = await startEngine({ 'test.listed': new ListedNode() }, [new MicrosoftDefenderOAuth2Api()], {
		defender: emulator.credentialData({}),
	});
});

afterAll(async () => await emulator.close());

const credentials = { [CREDENTIAL]: { id: 'defender', name: 'Defender' } };

it('asks the service with the credential, by filter and page', async () => {
	const first = await engine.listSearch('test.listed', 'search', { credentials });
	expect(first).toMatchObject({ results: [{ name: 'ws-1.contoso.example' }], paginationToken: '1' });
	const second = await engine.listSearch('test.listed', 'search', { credentials, paginationToken: first.paginationToken });
	expect(second.results).toMatchObject([{ name: 'ws-2.contoso.example' }]);
	const filtered = await engine.listSearch('test.listed', 'search', { credentials, filter: 'ws-2' });
	expect(filtered.results).toMatchObject([{ name: 'ws-2.contoso.example' }]);
});

it('passes on what the method throws', async () => {
	const parameters = { kind: 'nothing-here' };
	await expect(engine.listSearch('test.listed', 'search', { credentials, parameters })).rejects.toMatchObject({ httpCode: '404' });
	await expect(engine.listSearch('test.listed', 'search')).rejects.toThrow('Node does not have any credentials set');
	await expect(engine.listSearch('test.listed', 'other', { credentials })).rejects.toThrow('has no list search "other"');
});

it('gives a restricted credential to the nodes that declare it, and to no other', async () => {
	const restricted = Object.assign(new MicrosoftDefenderOAuth2Api(), { restrictToSupportedNodes: true as const });
	const other = new ListedNode();
	other.description.credentials = [];
	const strict = await startEngine({ 'test.listed': new ListedNode(), 'test.other': other }, [restricted], {
		defender: emulator.credentialData({}),
	});
	expect((await strict.listSearch('test.listed', 'search', { credentials })).results).toHaveLength(1);
	await expect(strict.listSearch('test.other', 'search', { credentials })).rejects.toThrow('is restricted to specific nodes');
});
