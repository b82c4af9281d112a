import { actionEntity, cancelAction, isFinal, statusAt, type Action } from './actions';
import { requestorOf, type ApiCall, type ApiContext } from './apiCall';
import { presenceOf } from './devices';
import { makeLink } from './links';
import { queryList } from './odataList';
import { makePackageLink } from './packages';
import { METADATA, apiError, invalidBody, jsonReply, missingParameter, type Reply } from './reply';
import type { Route } from './routes';
import { readJsonObject, readRunRequest } from './runRequest';
import { entityReply, notOnboarded, start } from './starting';

const PROPERTIES = ['id', 'status', 'machineId', 'type', 'requestor', 'creationDateTimeUtc'];

/** POST machines/{id}/runliveresponse. */
export function run(call: ApiCall): Reply {
	const request = readRunRequest(call.body, call.headers['content-type']);
	if ('status' in request) return request;
	const { commands, comment } = request;
	return start(call, {
		type: 'LiveResponse',
		commands,
		comment,
		refusal: (device) => {
			const { refuse } = device.input;
			return refuse ? apiError(refuse.status, refuse.code, refuse.message) : notOnboarded(device, call.context.settings);
		},
	});
}

/** GET machineactions/{id}/GetLiveResponseResultDownloadLink(index={index}). */
export function link({ params, context, expiredLink }: ApiCall): Reply {
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
	const path = `/investigation-actions-data/${action.id}/CustomPlaybookCommandOutput/${command.blob}`;
	return linkReply(
		makeLink(context.storageUrl, path, command.result.attachment, issuedAt(context, expiredLink), context.linkLifeMs),
		context,
	);
}

/** GET machineactions/{id}/getPackageUri: the link comes in quotes of its own, as documented. */
export function packageLink({ params, context, expiredLink }: ApiCall): Reply {
	const action = findAction(params, context);
	if (!action) return actionNotFound(params);
	if (action.type !== 'CollectInvestigationPackage' || statusAt(action, context.now()) !== 'Succeeded') {
		return apiError(404, 'ResourceNotFound', `Package of machine action ${action.id} was not found`);
	}
	const origin = context.settings.packageOrigin ?? context.storageUrl;
	return linkReply(makePackageLink(origin, action.id, issuedAt(context, expiredLink) + context.linkLifeMs), context, (uri) => `"${uri}"`);
}

/** GET machineactions/{id}. */
export function getAction({ params, context }: ApiCall): Reply {
	const action = findAction(params, context);
	return action ? entityReply(200, action, context) : actionNotFound(params);
}

/** GET machineactions with a query. */
export function listActions({ query, origin, path, context }: ApiCall): Reply {
	const { tenant, settings } = context;
	// Newest first is what clients rely on.
	const actions = [...tenant.actions.values()].reverse().sort((a, b) => b.createdAt - a.createdAt);
	const entities = actions.filter((action) => isVisible(action, context)).map((action) => actionEntity(action, context.now(), settings));
	return jsonReply(200, {
		'@odata.context': `${METADATA}#MachineActions`,
		...queryList(entities, query, { properties: PROPERTIES, origin, path, settings }),
	});
}

/** POST machineactions/{id}/cancel. */
export function cancel(call: ApiCall): Reply {
	const { params, body, context } = call;
	const comment = readJsonObject(body)?.Comment;
	if (typeof comment !== 'string' || comment === '') {
		return body.length === 0 || comment === '' ? missingParameter('Comment') : invalidBody();
	}
	const action = findAction(params, context);
	if (!action) return actionNotFound(params);
	const now = context.now();
	// That this fails is known, its code is not.
	if (isFinal(statusAt(action, now)))
		return apiError(400, 'BadRequest', `Machine action ${action.id} is already in a final state: ${statusAt(action, now)}`);
	const device = context.tenant.deviceById(action.machineId);
	// A device that is off does not hear of it.
	const late = context.settings.cancelComesLate || (device !== undefined && presenceOf(device).nextOn(now) > now);
	cancelAction(action, { at: now, requestor: requestorOf(call), comment }, late);
	return entityReply(200, action, context);
}

function linkReply(uri: string, { handedOut }: ApiContext, form = (text: string) => text): Reply {
	handedOut.links.push(uri);
	return jsonReply(200, { '@odata.context': `${METADATA}#Edm.String`, value: form(uri) });
}

function issuedAt({ now, linkLifeMs }: ApiContext, expired: boolean): number {
	return expired ? now() - linkLifeMs - 60_000 : now();
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
