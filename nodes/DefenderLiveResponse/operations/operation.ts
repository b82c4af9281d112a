import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

/** One entry of the node's Operation list: what the editor shows of it, and what it does. */
export interface Operation {
	/** Value of the resource that it belongs to. */
	resource: string;
	value: string;
	name: string;
	description: string;
	/** As in "Get the result of a live response command". */
	action: string;
	/** Shown for this operation only; the node adds that condition. */
	fields: INodeProperties[];
	/**
	 * Runs the operation for all input items together.
	 *
	 * @returns items for each output
	 * @throws NodeApiError, NodeOperationError
	 */
	execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]>;
}
