import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { ItemWork } from '../host/eachItem';
import { forEachItem } from '../host/eachItem';
import { ONE_OUTPUT } from '../host/entityItems';

/** One entry of the node's Operation list: what the editor shows of it, and what it does. */
export interface Operation {
	/** Value of the resource that it belongs to. */
	resource: string;
	value: string;
	name: string;
	/** One short line of the list. */
	description: string;
	/** The description for a language model: what it does, what it costs, when to use it. */
	toolDescription: string;
	/** What n8n's workflow builder has to know to use it right. */
	builderHint?: string;
	/** What the node panel says, without articles, as in "Get result of live response". */
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

/** The `execute` of an operation with one output. */
export function forItems<Job>(prepare: (context: IExecuteFunctions) => ItemWork<Job>): Operation['execute'] {
	return async (context) => await forEachItem(context, ONE_OUTPUT, () => prepare(context));
}
