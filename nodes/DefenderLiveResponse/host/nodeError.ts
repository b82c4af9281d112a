import type { IExecuteFunctions, INode, INodeExecutionData, JsonObject } from 'n8n-workflow';
import { ExpressionError, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { DefenderError } from '../service/errors';
import { obstacleOf } from '../service/obstacle';
import { isTransient } from '../service/retry';

/** The error of a parameter's expression, with everything by which the editor shows n8n's own help. */
function newExpressionError(node: INode, error: ExpressionError, itemIndex?: number): NodeOperationError {
	const { message, context, functionality } = error;
	const { messageTemplate, nodeCause } = context as { messageTemplate?: string; nodeCause?: string };
	// Some errors leave the words to the editor, which an item never meets.
	const inShort = messageTemplate && `${messageTemplate}${nodeCause ? ` (node '${nodeCause}')` : ''}`;
	const nodeError = new NodeOperationError(node, message, { description: error.description ?? inShort, functionality, itemIndex });
	Object.assign(nodeError.context, context);
	return nodeError;
}

function newNodeError(node: INode, error: unknown, itemIndex?: number): NodeApiError | NodeOperationError {
	if (error instanceof NodeOperationError || error instanceof NodeApiError) return error;
	if (error instanceof ExpressionError) return newExpressionError(node, error, itemIndex);
	if (!(error instanceof DefenderError)) {
		return new NodeOperationError(node, error instanceof Error ? error.message : String(error), { itemIndex });
	}
	const { message, description, failure } = error;
	if (!failure) return new NodeOperationError(node, message, { description, itemIndex });
	// n8n points to the credential for a 401, which a sign-in that was refused is as well.
	const isRefusedSignIn = failure.kind === 'signIn' && !isTransient(failure) && !obstacleOf(failure.code);
	const status = isRefusedSignIn ? 401 : error.status;
	const httpCode = status === undefined ? undefined : String(status);
	const response: JsonObject = { message, code: error.code ?? null };
	return new NodeApiError(node, response, { message, description, httpCode, itemIndex });
}

/**
 * The error that n8n shows. It is made anew, since those of n8n's helpers carry the request with its token.
 */
export function toNodeError(node: INode, error: unknown, itemIndex?: number): NodeApiError | NodeOperationError {
	const nodeError = newNodeError(node, error, itemIndex);
	// n8n replaces a message that contains a system code such as EPERM, even inside a device's or script's name.
	if (error instanceof Error) nodeError.message = error.message;
	return nodeError;
}

/** The item that stands for an input item whose operation failed, when the node is to continue. */
export function errorItem(context: IExecuteFunctions, error: unknown, itemIndex: number): INodeExecutionData {
	const node = context.getNode();
	const { message, description, httpCode } = toNodeError(node, error, itemIndex) as NodeApiError;
	const code = error instanceof DefenderError ? error.code : undefined;
	const details = { description: description ?? null, code: code ?? null, httpCode: httpCode ?? null };
	// n8n 1.x sends an item to the error output only when it has nothing but `error`; n8n adds the input's fields then.
	const json = node.onError === 'continueErrorOutput' ? { error: message } : { error: message, details };
	return { json, pairedItem: { item: itemIndex } };
}
