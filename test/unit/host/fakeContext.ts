import type { IExecuteFunctions, INode } from 'n8n-workflow';

export const NODE = { id: '1', name: 'Defender', type: 'defenderLiveResponse', typeVersion: 1, position: [0, 0], parameters: {} } as INode;

/** As much of n8n's context as reading parameters takes: what is not set has the fallback. */
export function contextOf(parameters: Record<string, unknown>): IExecuteFunctions {
	return {
		getNode: () => NODE,
		getNodeParameter: (name: string, _itemIndex: number, fallback?: unknown) => (name in parameters ? parameters[name] : fallback),
	} as unknown as IExecuteFunctions;
}
