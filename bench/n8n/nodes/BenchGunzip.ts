/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/node-usable-as-tool, @n8n/community-nodes/node-connection-type-literal -- a node for measuring, never shipped */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';

const CREDENTIAL = 'microsoftDefenderOAuth2Api';

/** Asks for an action and its link, and pipes the file through Node's own zlib into another file. */
export class BenchGunzip implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Gunzip',
		name: 'benchGunzip',
		group: ['transform'],
		version: 1,
		description: "Node's own zlib piped to a file",
		defaults: { name: 'Bench Gunzip' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: CREDENTIAL, required: true }],
		properties: [
			{ displayName: 'Status', name: 'status', type: 'string', default: '' },
			{ displayName: 'Link', name: 'link', type: 'string', default: '' },
			{ displayName: 'Target', name: 'target', type: 'string', default: '' },
			{ displayName: 'Hashed', name: 'hashed', type: 'boolean', default: false },
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const ask = async (name: string) => {
			const url = this.getNodeParameter(name, 0) as string;
			return (await this.helpers.httpRequestWithAuthentication.call(this, CREDENTIAL, { url, json: true })) as { value: string };
		};
		await ask('status');
		const { value } = await ask('link');
		const response = await new Promise<IncomingMessage>((resolve, reject) => get(value, resolve).once('error', reject));
		const gunzip = createGunzip();
		const hash = this.getNodeParameter('hashed', 0) ? createHash('sha256') : undefined;
		if (hash) gunzip.on('data', (piece: Buffer) => hash.update(piece));
		await pipeline(response, gunzip, createWriteStream(this.getNodeParameter('target', 0) as string));
		return [[{ json: { sha256: hash?.digest('hex') ?? null } }]];
	}
}
