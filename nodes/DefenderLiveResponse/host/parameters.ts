import type { INode, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

/** Where parameters are read from: the execution of a node, or a poll of a trigger. */
export interface Parameters {
	getNode(): INode;
	getNodeParameter(name: string, itemIndex: number, fallback?: unknown, options?: { rawExpressions?: boolean }): unknown;
	/** The items; a trigger has none. */
	getInputData?(): INodeExecutionData[];
	/** Of the workflow, as in `Europe/Berlin`. */
	getTimezone(): string;
}

/**
 * Says that a parameter cannot be used, before any request is made.
 *
 * @param displayName as the editor shows it
 */
export function parameterError(
	context: Parameters,
	itemIndex: number,
	displayName: string,
	what: string,
	advice: string,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), `'${displayName}' ${what} [item ${itemIndex}]`, {
		description: advice,
		itemIndex,
	});
}
