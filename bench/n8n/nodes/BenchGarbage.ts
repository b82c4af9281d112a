/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/node-usable-as-tool, @n8n/community-nodes/node-connection-type-literal -- a node for measuring, never shipped */
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';

/** Between two collections, in ms. */
const COLLECT_EVERY_MS = 500;

let collecting: NodeJS.Timeout | undefined;

/** Most memory that was in use since this node ran last, in MB. */
let inUseMb = 0;

/** What a collection leaves is in use. */
function collect(): void {
	(globalThis.gc as NodeJS.GCFunction)();
	const { heapUsed, external } = process.memoryUsage();
	inUseMb = Math.max(inUseMb, (heapUsed + external) / 2 ** 20);
}

/** Collects n8n's garbage, also all the time from now on if it is asked to, and says how much memory was in use. */
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
		clearInterval(collecting);
		collect();
		const json = { inUseMb };
		inUseMb = 0;
		const { body } = this.getInputData()[0].json as { body?: { collecting?: boolean } };
		if (body?.collecting) collecting = setInterval(collect, COLLECT_EVERY_MS);
		return [[{ json }]];
	}
}
