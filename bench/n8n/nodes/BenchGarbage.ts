/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/node-usable-as-tool, @n8n/community-nodes/node-connection-type-literal -- a node for measuring, never shipped */
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';

/** Collects n8n's garbage. */
export class BenchGarbage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Garbage',
		name: 'benchGarbage',
		group: ['transform'],
		version: 1,
		description: "Collects n8n's garbage",
		defaults: { name: 'Bench Garbage' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		await (globalThis.gc as NodeJS.GCFunction)({ execution: 'async' });
		return [[{ json: {} }]];
	}
}
