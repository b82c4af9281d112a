/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/node-usable-as-tool, @n8n/community-nodes/node-connection-type-literal -- a node for measuring, never shipped */
import { createRequire } from 'node:module';
import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

const CREDENTIAL = 'microsoftDefenderOAuth2Api';

/** As many at a time as our node. */
const AT_ONCE = 100;

/** What the requests are sent with. */
interface Client {
	/** With the credential's token; gives the parsed body. */
	signed(url: string): Promise<{ value?: unknown }>;
	/** Gives the file's bytes. */
	unsigned(url: string): Promise<Buffer>;
}

function helpersOf(context: IExecuteFunctions): Client {
	const options: Partial<IHttpRequestOptions> = { method: 'GET', returnFullResponse: true };
	return {
		async signed(url) {
			const response = (await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, { ...options, url, json: true })) as {
				body: { value?: unknown };
			};
			return response.body;
		},
		async unsigned(url) {
			const response = (await context.helpers.httpRequest({ ...options, url, encoding: 'arraybuffer' })) as { body: Buffer };
			return response.body;
		},
	};
}

/** The time of axios alone: no credential is read, no token is checked, and each request has a new connection. */
async function bareAxios(context: IExecuteFunctions): Promise<Client> {
	const fields = await context.getCredentials(CREDENTIAL);
	const token = (fields.oauthTokenData as IDataObject | undefined)?.access_token;
	const axios = createRequire(require.main!.filename)('axios') as {
		get(url: string, options: object): Promise<{ data: unknown }>;
	};
	const { Agent } = createRequire(__filename)('node:http') as typeof import('node:http');
	const httpAgent = new Agent({ keepAlive: false });
	return {
		signed: async (url) =>
			(await axios.get(url, { httpAgent, headers: { Authorization: `Bearer ${String(token)}` } })).data as { value?: unknown },
		unsigned: async (url) => (await axios.get(url, { httpAgent, responseType: 'arraybuffer' })).data as Buffer,
	};
}

/** Sends the requests that our node sends, and does nothing else, except that it gives the results where they are wanted. */
export class BenchFloor implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Floor',
		name: 'benchFloor',
		group: ['transform'],
		version: 1,
		description: 'The same requests with nothing around them',
		defaults: { name: 'Bench Floor' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: CREDENTIAL, required: true }],
		properties: [
			{ displayName: 'Client', name: 'client', type: 'string', default: 'helpers' },
			{ displayName: 'Requests', name: 'requests', type: 'json', default: '{}' },
			{ displayName: 'Give Results', name: 'giveResults', type: 'boolean', default: false },
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { status, links } = JSON.parse(this.getNodeParameter('requests', 0) as string) as { status: string[]; links: string[] };
		const client = this.getNodeParameter('client', 0) === 'axios' ? await bareAxios(this) : helpersOf(this);
		for (const url of status) await client.signed(url);
		const items: INodeExecutionData[] | undefined = this.getNodeParameter('giveResults', 0) ? [] : undefined;
		let next = 0;
		let bytes = 0;
		const fetchSome = async () => {
			while (next < links.length) {
				const item = next++;
				const { value } = await client.signed(links[item]);
				const body = await client.unsigned(String(value));
				bytes += body.length;
				if (items) items[item] = { json: JSON.parse(body.toString()) as IDataObject, pairedItem: { item } };
			}
		};
		await Promise.all(Array.from({ length: AT_ONCE }, fetchSome));
		return [items ?? [{ json: { results: links.length, bytes } }]];
	}
}
