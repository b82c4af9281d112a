import type { IDataObject, IExecuteFunctions, INode, INodeExecutionData, JsonObject } from 'n8n-workflow';
import { ExpressionError, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { Cancelled } from '../service/clock';
import type { Delivery, Sent } from '../service/delivery';
import { DefenderError } from '../service/errors';
import { obstacleOf } from '../service/obstacle';
import type { Reason } from '../service/reason';
import { MAX_SERVICE_TEXT } from '../service/redact';
import { isTransient } from '../service/retry';
import type { Secrets } from '../service/secrets';
import { NO_SECRETS } from '../service/secrets';
import { isTool } from './isTool';
import { knownOf } from './knownItem';
import { plainText } from './plainText';

/** What to do, what the service said, and what is known besides. */
const MAX_DESCRIPTION = 3 * MAX_SERVICE_TEXT;

/** The error of a parameter's expression, with everything by which the editor shows n8n's own help. */
function newExpressionError(node: INode, error: ExpressionError, itemIndex?: number): NodeOperationError {
	const { message, context, functionality } = error;
	const { messageTemplate, nodeCause } = context as { messageTemplate?: string; nodeCause?: string };
	// Some errors leave the words to the editor, which an item never meets.
	const shortText = messageTemplate && `${messageTemplate}${nodeCause ? ` (node '${nodeCause}')` : ''}`;
	const nodeError = new NodeOperationError(node, message, { description: error.description ?? shortText, functionality, itemIndex });
	Object.assign(nodeError.context, context);
	return nodeError;
}

function newNodeError(node: INode, error: unknown, secrets: Secrets, itemIndex?: number): NodeApiError | NodeOperationError {
	if (error instanceof NodeOperationError || error instanceof NodeApiError) return error;
	if (error instanceof ExpressionError) return newExpressionError(node, error, itemIndex);
	if (!(error instanceof DefenderError)) {
		const text = error instanceof Error ? error.message : String(error);
		return new NodeOperationError(node, secrets.quote(text), { itemIndex });
	}
	const { failure } = error;
	const message = secrets.quote(error.message);
	const description = secrets.quote(error.description, MAX_DESCRIPTION);
	if (!failure) return new NodeOperationError(node, message, { description, itemIndex });
	// n8n points to the credential for a 401, which a sign-in that was refused is as well.
	const isRefusedSignIn = failure.kind === 'signIn' && !isTransient(failure) && !obstacleOf(failure.code);
	const status = isRefusedSignIn ? 401 : error.status;
	const httpCode = status === undefined ? undefined : String(status);
	const response: JsonObject = { message, code: error.code ?? null };
	return new NodeApiError(node, response, { message, description, httpCode, itemIndex });
}

interface ErrorDetails {
	device?: { name?: string; id?: string };
	/** Said after what to do, such as what other items have sent. */
	note?: string;
	/** The credential's own values; no text has them. */
	secrets?: Secrets;
}

/** With the name of its device first, unless it has the name already. */
function withName({ message }: DefenderError, name = ''): string {
	return message.toLowerCase().includes(name.toLowerCase()) ? message : `${name}: ${message}`;
}

/** The error that n8n shows. It is built from named fields, since errors of n8n's helpers carry the request with its token. */
export function toNodeError(
	node: INode,
	error: unknown,
	itemIndex?: number,
	{ device = {}, note = '', secrets = NO_SECRETS }: ErrorDetails = {},
): NodeApiError | NodeOperationError {
	const nodeError = newNodeError(node, error, secrets, itemIndex);
	if (error instanceof DefenderError) {
		const description = error.descriptionWith(note);
		nodeError.description = device.id === undefined ? description : `${description.replace(/[.\s]+$/, '')}. Device ID: ${device.id}`;
	} else if (note !== '') {
		nodeError.description = `${nodeError.description ?? ''} ${note}`.trim();
	}
	// n8n replaces a message that contains a system code such as EPERM, even inside a device's or script's name.
	if (error instanceof Error)
		nodeError.message = secrets.quote(error instanceof DefenderError ? withName(error, device.name) : error.message);
	if (nodeError.description) nodeError.description = secrets.quote(nodeError.description, MAX_DESCRIPTION + note.length);
	// A model reads it, and it may have the name that a device gave itself.
	if (isTool(node)) {
		nodeError.message = plainText(nodeError.message);
		nodeError.description = nodeError.description && plainText(nodeError.description);
	}
	return nodeError;
}

function reasonOf(error: unknown): Reason {
	if (error instanceof DefenderError) return error.reason;
	if (error instanceof Cancelled) return 'cancelled';
	// n8n says so of a parameter, and of what an expression gives.
	const isParameter = error instanceof NodeOperationError || error instanceof ExpressionError;
	return isParameter ? 'parameter' : 'service';
}

const SENT_TEXTS: Record<Sent, string> = { no: 'Nothing was sent.', maybe: 'It may have been sent.', yes: 'It was sent.' };

/**
 * The error item of an input item whose operation failed, if the node is to continue.
 *
 * @param about whether the operation changes something; how far the item's writes have come, undefined where none began;
 * the keys of the operation's items
 */
export function errorItem(
	context: IExecuteFunctions,
	error: unknown,
	itemIndex: number,
	{ writes = false, delivery, keys = {} }: { writes?: boolean; delivery?: Delivery; keys?: IDataObject } = {},
): INodeExecutionData {
	const node = context.getNode();
	const pairedItem = { item: itemIndex };
	const { message, description, httpCode } = toNodeError(node, error, itemIndex) as NodeApiError;
	const { computerDnsName, ...ids } = knownOf(context, itemIndex, delivery);
	const sent = delivery?.sent ?? 'no';
	if (node.onError === 'continueErrorOutput') {
		// n8n sends an item to the error output only when it has nothing but `error`; n8n adds the input's fields then.
		const device = computerDnsName ?? ids.machineId ?? '';
		const named = device === '' || message.includes(device) ? message : `${device}: ${message}`;
		return { json: { error: writes ? `${named.replace(/[.\s]+$/, '')}. ${SENT_TEXTS[sent]}` : named }, pairedItem };
	}
	const serviceCode = error instanceof DefenderError ? error.code : undefined;
	const details: IDataObject = {
		description: description ?? null,
		code: reasonOf(error),
		...(httpCode && { httpCode }),
		sent,
		...(serviceCode && { serviceCode }),
	};
	const known = Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== undefined));
	const json: IDataObject = { ...keys, computerDnsName: computerDnsName ?? null, outcome: 'refused', error: message, details, ...known };
	if ('errors' in json) json.errors = [message];
	// What was not sent did not start.
	if ('started' in json && writes && sent === 'no') json.started = false;
	return { json, pairedItem };
}
