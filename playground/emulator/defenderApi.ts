/* eslint-disable @n8n/community-nodes/require-node-api-error -- runs beside n8n, not in it */
import { cancel, getAction, link, listActions, packageLink, run } from './actionsApi';
import type { ApiCall, ApiContext, ApiRequest } from './apiCall';
import { deleteFile, listFiles, uploadFile } from './libraryApi';
import { getMachine, listMachines } from './machinesApi';
import { ODataError } from './odata';
import { checkPermission } from './permissions';
import { apiError, tooManyRequests, type Reply } from './reply';
import { respond } from './responseActions';
import type { Operation } from './routes';
import { tagMachine, tagMachines } from './tagsApi';
import type { Tenants } from './tenants';

const HANDLERS: Partial<Record<Operation, (call: ApiCall) => Reply | Promise<Reply>>> = {
	run,
	isolate: respond,
	unisolate: respond,
	scan: respond,
	restrict: respond,
	unrestrict: respond,
	quarantine: respond,
	collectPackage: respond,
	packageLink,
	link,
	'action.get': getAction,
	'action.list': listActions,
	'action.cancel': cancel,
	'machine.get': getMachine,
	'machine.list': listMachines,
	'machine.tag': tagMachine,
	'machine.tagMany': tagMachines,
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
