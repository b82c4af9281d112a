import { actionEntity, type Action } from './actions';
import { requestorOf, type ApiCall, type ApiContext } from './apiCall';
import type { Device } from './devices';
import { isIn } from './presence';
import { METADATA, apiError, jsonReply, tooManyRequests, type Reply } from './reply';
import type { Settings } from './settings';
import type { Started } from './tenant';

/** What a request wants to start on a device, and what besides the rules for all keeps the device from it. */
export interface Wanted extends Started {
	refusal?(device: Device): Reply | undefined;
}

/** Starts an action on a device, or says why not. */
export function start(call: ApiCall, { refusal, ...wanted }: Wanted): Reply {
	const { params, token, context } = call;
	const { tenant, settings } = context;
	const device = tenant.findDevice(params.machineId!);
	if (!device) return machineNotFound(params.machineId!);
	const refused = refusal?.(device);
	if (refused) return refused;
	const earlier = earlierAction(device, wanted.type, context);
	if (earlier) return entityReply(201, earlier, context);
	const active = tenant
		.unfinished(wanted.type, device.machine.id)
		.find(({ createdAt }) => context.now() >= createdAt + settings.busyAfterMs);
	if (active || (wanted.type === 'LiveResponse' && hasPortalSession(device, context.now()))) return alreadyActive(active, settings);
	if (wanted.type === 'LiveResponse') {
		const full = noSessionLeft(context);
		if (full) return full;
	}
	return entityReply(201, tenant.start(device, wanted, requestorOf(call), token.appid), context);
}

/** The refusal of a record that the agent does not run on; seen live for a run, a guess for the other actions. */
export function notOnboarded({ machine }: Device, { refusingStatuses }: Settings): Reply | undefined {
	const status = String(machine.onboardingStatus).toLowerCase();
	if (!refusingStatuses.some((refusing) => refusing.toLowerCase() === status)) return undefined;
	return apiError(400, 'ClientVersionNotSupported', 'Action is supported from client version 10.8295 onwards');
}

export function machineNotFound(machineId: string): Reply {
	return apiError(404, 'ResourceNotFound', `Machine ${machineId} was not found`);
}

export function entityReply(status: number, action: Action, { now, settings }: ApiContext): Reply {
	return jsonReply(status, { '@odata.context': `${METADATA}#MachineActions/$entity`, ...actionEntity(action, now(), settings) });
}

/** The action that is answered in place of a new one, where the setting asks for that. */
function earlierAction({ machine }: Device, type: string, { tenant, settings, now }: ApiContext): Action | undefined {
	const { answersWithEarlierMs: ms, earlierOf } = settings;
	if (ms <= 0) return undefined;
	return [...tenant.actions.values()]
		.filter(
			(action) => action.type === type && action.createdAt >= now() - ms && (earlierOf === 'tenant' || action.machineId === machine.id),
		)
		.sort((a, b) => b.createdAt - a.createdAt)[0];
}

function hasPortalSession({ portalSession, input }: Device, now: number): boolean {
	return portalSession || isIn(input.portalSessions ?? [], now);
}

function noSessionLeft({ tenant, limits, settings, now }: ApiContext): Reply | undefined {
	const sessions = tenant.unfinished('LiveResponse').filter(({ startAt }) => settings.pendingIsSession || now() >= startAt);
	const limit = limits.current.concurrentSessions;
	if (sessions.length < limit) return undefined;
	// Wording and Retry-After of this 429 are unknown; here only its text differs from the other one.
	return tooManyRequests(`Maximum number of concurrent live response sessions (${limit}) was reached`, settings.sessionRetryAfter);
}

/** A session in the portal is not a machine action, so there is no id to name; the rest of its refusal is a guess. */
function alreadyActive(active: Action | undefined, { nameActiveAction }: Settings): Reply {
	return apiError(
		400,
		'ActiveRequestAlreadyExists',
		`Action is already in progress${nameActiveAction && active ? `, active action id: ${active.id}` : ''}`,
	);
}
