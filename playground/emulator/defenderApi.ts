/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- runs beside n8n, not in it */
import type { IncomingHttpHeaders } from 'node:http';
import { actionEntity, cancelAction, isFinal, statusAt, type Action } from './actions';
import type { HandedOut } from './handedOut';
import { readIsolation } from './isolation';
import { deleteFile, listFiles, uploadFile } from './libraryApi';
import { makeLink } from './links';
import { getMachine, listMachines } from './machinesApi';
import { ODataError } from './odata';
import { queryList } from './odataList';
import { checkPermission } from './permissions';
import type { RateLimits } from './rateLimits';
import { METADATA, apiError, invalidBody, jsonReply, missingParameter, tooManyRequests, type Reply } from './reply';
import type { Operation, Route } from './routes';
import { readJsonObject, readRunRequest } from './runRequest';
import type { Settings } from './settings';
import type { Tenant } from './tenant';
import type { Tenants } from './tenants';
import type { AccessToken, CarriedToken } from './tokens';

/** What the API needs to answer. */
export interface ApiContext {
	tenant: Tenant;
	limits: RateLimits;
	settings: Settings;
	now(): number;
	storageUrl: string;
	linkLifeMs: number;
	handedOut: HandedOut;
}
export interface ApiRequest extends Route {
	headers: IncomingHttpHeaders;
	origin: string;
	path: string;
	query: URLSearchParams;
	body: Buffer;
	/** Fault: the link handed out is expired already. */
	expiredLink: boolean;
	carried: CarriedToken | undefined;
}
export interface ApiCall extends ApiRequest {
	token: AccessToken;
	context: ApiContext;
}

const ACTION_PROPERTIES = ['id', 'status', 'machineId', 'type', 'requestor', 'creationDateTimeUtc'];

const HANDLERS: Partial<Record<Operation, (call: ApiCall) => Reply | Promise<Reply>>> = {
	run,
	isolate,
	unisolate: isolate,
	link,
	'action.get': getAction,
	'action.list': listActions,
	'action.cancel': cancel,
	'machine.get': getMachine,
	'machine.list': listMachines,
	'library.list': listFiles,
	'library.upload': uploadFile,
	'library.delete': deleteFile,
};

/** Answers a request to the Defender API: token, permission, rate limit, then what was asked. */
export async function answerApi(request: ApiRequest, context: Omit<ApiContext, 'tenant'>, tenants: Tenants): Promise<Reply> {
	const handler = HANDLERS[request.operation];
	if (!handler) return apiError(404, 'NotFound', `No resource was found at ${request.path}`);
	const token = request.carried?.current ? request.carried.token : undefined;
	const tenant = token && tenants.find(token.tid);
	if (!token || !tenant) return apiError(401, 'Unauthorized', 'Invalid or expired authorization header');
	const refused = checkPermission(token, request.operation);
	if (refused) return refused;
	const over = context.limits.take(`${token.tid} ${token.appid}`, request.operation);
	if (over) return tooManyRequests(over.message, String(over.retryAfter));
	try {
		return await handler({ ...request, token, context: { ...context, tenant } });
	} catch (error) {
		if (error instanceof ODataError) return apiError(400, 'ODataError', error.message);
		throw error;
	}
}

function run({ params, headers, body, token, context }: ApiCall): Reply {
	const { tenant, limits, settings } = context;
	const request = readRunRequest(body, headers['content-type']);
	if ('status' in request) return request;
	const device = tenant.findDevice(params.machineId!);
	if (!device) return apiError(404, 'ResourceNotFound', `Machine ${params.machineId} was not found`);
	const { refuse } = device.input;
	if (refuse) return apiError(refuse.status, refuse.code, refuse.message);
	const [active] = tenant.unfinished('LiveResponse', device.machine.id);
	if (active || device.portalSession) return alreadyActive(active, settings);
	if (tenant.unfinished('LiveResponse').length >= limits.current.concurrentSessions) {
		// Wording and Retry-After of this 429 are unknown; it is told from the other by its text here.
		return tooManyRequests(`Maximum number of concurrent live response sessions (${limits.current.concurrentSessions}) was reached`, '60');
	}
	const action = tenant.run(device, request.commands, request.comment, token.upn ?? token.appid);
	return entityReply(201, action, context);
}

function isolate({ operation, params, headers, body, token, context }: ApiCall): Reply {
	const { tenant, settings } = context;
	const request = readIsolation(body, headers['content-type'], operation === 'isolate');
	if ('status' in request) return request;
	const device = tenant.findDevice(params.machineId!);
	if (!device) return apiError(404, 'ResourceNotFound', `Machine ${params.machineId} was not found`);
	const type = operation === 'isolate' ? 'Isolate' : 'Unisolate';
	// Some repeated calls were answered with the pending action instead (microsoft-365-docs issue 5903); only the refusal is imitated.
	const [active] = tenant.unfinished(type, device.machine.id);
	if (active) return alreadyActive(active, settings);
	return entityReply(201, tenant.isolate(device, type, request.scope, request.comment, token.upn ?? token.appid), context);
}

/** A session in the portal is no machine action, so there is no id to name; its refusal is guessed to read the same otherwise. */
function alreadyActive(active: Action | undefined, { nameActiveAction }: Settings): Reply {
	return apiError(400, 'ActiveRequestAlreadyExists', `Action is already in progress${nameActiveAction && active ? `, active action id: ${active.id}` : ''}`);
}

function link({ params, context, expiredLink }: ApiCall): Reply {
	const action = findAction(params, context);
	if (!action) return actionNotFound(params);
	const now = context.now();
	const command = action.commands[Number(params.index)];
	// Unknown: an index out of range (400 here), PutFile (400), an unfinished action (404, as its sibling getPackageUri).
	if (!command) return apiError(400, 'InvalidInput', `Invalid input index ${params.index}`);
	if (command.body.type === 'PutFile') return apiError(400, 'InvalidInput', 'Commands of type PutFile have no result');
	if (!isFinal(statusAt(action, now)) || now < command.endAt || !command.result) {
		return apiError(404, 'ResourceNotFound', `Result of command ${params.index} of machine action ${action.id} was not found`);
	}
	const issuedAt = expiredLink ? now - context.linkLifeMs - 60_000 : now;
	const path = `/investigation-actions-data/${action.id}/CustomPlaybookCommandOutput/${command.blob}`;
	const value = makeLink(context.storageUrl, path, command.result.attachment, issuedAt, context.linkLifeMs);
	context.handedOut.links.push(value);
	return jsonReply(200, { '@odata.context': `${METADATA}#Edm.String`, value });
}

function getAction({ params, context }: ApiCall): Reply {
	const action = findAction(params, context);
	return action ? entityReply(200, action, context) : actionNotFound(params);
}

function listActions({ query, origin, path, context }: ApiCall): Reply {
	const { tenant, settings } = context;
	// Newest first is what clients rely on.
	const actions = [...tenant.actions.values()].reverse().sort((a, b) => b.createdAt - a.createdAt);
	const entities = actions.filter((action) => isVisible(action, context)).map((action) => actionEntity(action, context.now()));
	const page = { pageSize: settings.pageSize, nextLinkOrigin: settings.nextLinkOrigin ?? origin, path };
	return jsonReply(200, { '@odata.context': `${METADATA}#MachineActions`, ...queryList(entities, query, ACTION_PROPERTIES, page) });
}

function cancel({ params, body, token, context }: ApiCall): Reply {
	const comment = readJsonObject(body)?.Comment;
	if (typeof comment !== 'string' || comment === '') {
		return body.length === 0 || comment === '' ? missingParameter('Comment') : invalidBody();
	}
	const action = findAction(params, context);
	if (!action) return actionNotFound(params);
	const now = context.now();
	// That this fails is known, its code is not.
	if (isFinal(statusAt(action, now))) return apiError(400, 'BadRequest', `Machine action ${action.id} is already in a final state: ${statusAt(action, now)}`);
	cancelAction(action, now, token.upn ?? token.appid, comment);
	return entityReply(200, action, context);
}

function findAction({ machineActionId }: Route['params'], context: ApiContext): Action | undefined {
	const action = context.tenant.actions.get(machineActionId!.toLowerCase());
	return action && isVisible(action, context) ? action : undefined;
}

function isVisible({ createdAt }: Action, { settings, now }: ApiContext): boolean {
	return now() >= createdAt + settings.visibleAfterMs;
}

function actionNotFound({ machineActionId }: Route['params']): Reply {
	return apiError(404, 'ResourceNotFound', `Machine action ${machineActionId} was not found`);
}

function entityReply(status: number, action: Action, { now }: ApiContext): Reply {
	return jsonReply(status, { '@odata.context': `${METADATA}#MachineActions/$entity`, ...actionEntity(action, now()) });
}
