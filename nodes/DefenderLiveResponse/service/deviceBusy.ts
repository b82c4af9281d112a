import type { ActionRequest } from './actionRequest';
import { isRun } from './actionRequest';
import { DefenderError } from './errors';
import type { Failure } from './failure';
import type { MachineAction } from './machineAction';
import { actionKey, subjectOf } from './machineAction';
import { inShort } from './redact';
import { words } from './words';

/** The service's code for a device that has an unfinished action of the kind. Source: Microsoft's page of the call. */
export const BUSY = 'ActiveRequestAlreadyExists';

/** What is said of a device that has an unfinished action of the kind that was asked for. */
function busyText(request: ActionRequest): string {
	return isRun(request)
		? 'The device is busy with another live response'
		: `The device has an unfinished action of this kind already: ${request.kind.responseAction.name}`;
}

/** The device has an unfinished action of the same kind, so it took no other. */
export class DeviceBusy extends DefenderError {
	/** @param blockerId the machine action that it is busy with, where that is known */
	constructor(
		readonly blockerId: string | undefined,
		request: ActionRequest,
		advice: string,
		failure?: Failure,
	) {
		super(busyText(request), advice, failure, '', 'no', 'deviceBusy');
	}
}

/** What is known of the action that keeps a device busy, for the user. */
export function aboutBlocker({ id, status, commands, entity, requestorComment }: MachineAction): string {
	const subjects = commands.map(({ command }) => subjectOf(command));
	const details = [
		[...new Set(subjects)].filter(Boolean).join(', '),
		status,
		words(entity.requestor) && `started by ${words(entity.requestor)}`,
		words(entity.creationDateTimeUtc) && `at ${words(entity.creationDateTimeUtc)}`,
		requestorComment && `comment: ${requestorComment}`,
	];
	return `It is busy with the machine action ${id} (${inShort(details.filter(Boolean).join(', '))}).`;
}

/** The key of the action that the service's own words name; undefined where they do not. */
export function blockerNamedIn({ failure }: DefenderError): string | undefined {
	const said = failure?.kind === 'refused' ? failure.message : undefined;
	const named = /active action id\W{0,5}([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i.exec(said ?? '')?.[1];
	return named && actionKey(named);
}

/**
 * The service's refusal of a busy device, which says what it is busy with.
 *
 * @param request what the device refused
 * @param named the action that the service's words name
 * @param seen the action that keeps it busy, if it is visible
 */
export function deviceBusy(
	request: ActionRequest,
	{ description, failure }: DefenderError,
	named?: string,
	seen?: MachineAction,
): DeviceBusy {
	const unseen =
		named === undefined
			? `The other one has no visible machine action${isRun(request) ? ': it may be a session in the Defender portal' : ''}.`
			: `It is busy with the machine action ${named}.`;
	return new DeviceBusy(seen?.id ?? named, request, `${seen ? aboutBlocker(seen) : unseen} ${description}`, failure);
}
