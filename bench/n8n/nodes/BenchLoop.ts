/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/node-usable-as-tool, @n8n/community-nodes/node-connection-type-literal -- a node for measuring, never shipped */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';

const RESOLUTION_MS = 5;

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();

/** Says how late n8n's event loop was since this node ran last: the 99th percentile, in ms. */
export class BenchLoop implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Loop',
		name: 'benchLoop',
		group: ['transform'],
		version: 1,
		description: "Delay of n8n's event loop",
		defaults: { name: 'Bench Loop' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const p99Ms = Math.max(0, delays.percentile(99) / 1e6 - RESOLUTION_MS);
		delays.reset();
		return [[{ json: { p99Ms } }]];
	}
}
