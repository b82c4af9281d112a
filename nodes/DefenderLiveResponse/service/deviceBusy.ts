import type { ActionRequest } from './actionRequest';
import { callOf } from './actionRequest';
import { ago } from './ago';
import { DefenderError, describeFailure } from './errors';
import type { MachineAction } from './machineAction';
import { actionKey, subjectOf } from './machineAction';
import { shortened } from './redact';
import type { Session } from './session';
import { serviceNow } from './session';
import { textOrEmpty } from './textOrEmpty';

/** The service's code for a device that has an unfinished action of the kind. Source: Microsoft's page of the call. */
export const BUSY = 'ActiveRequestAlreadyExists';

/** The device has an unfinished action of the same kind, so it took no other. */
export class DeviceBusy extends DefenderError {
	/** The machine action that it is busy with, where that is known. */
	readonly blockerId: string | undefined;

	/** @param blocker what is known of that action: for the user, and its id */
	constructor({ text, id }: { text: string; id?: string }, request: ActionRequest, refused?: DefenderError) {
		const advice = [text, refused?.advice].filter(Boolean).join(' ');
		const serviceText = [refused?.serviceText, id && `Machine action: ${id}`].filter(Boolean).join('. ');
		const { message } = describeFailure(callOf(request).kind, { kind: 'refused', status: 400, code: BUSY });
		super(message, advice, { failure: refused?.failure, serviceText, reason: 'deviceBusy' });
		this.blockerId = id;
	}
}

/** The default comment of this package's requests, as far as it says what sent them. */
const OWN_COMMENT = /\bn8n workflow \S.*, execution [\w-]+/;

/** Who started an action: one of this app by its workflow and execution, where its comment has them. */
function starterOf({ entity, requestorComment }: MachineAction, { transport }: Session): { starter: string; comment: string } {
	const starter = textOrEmpty(entity.requestor);
	const comment = requestorComment ?? '';
	const own = transport.appNames().includes(starter.toLowerCase()) ? OWN_COMMENT.exec(comment)?.[0] : undefined;
	return own === undefined ? { starter, comment } : { starter: own, comment: '' };
}

/** What is known of the action that keeps a device busy, for the user. */
export function describeBlocker(action: MachineAction, session: Session): string {
	const { status, commands, creationDateTimeUtc } = action;
	const subjects = [...new Set(commands.map(({ command }) => subjectOf(command)))].filter(Boolean).join(', ');
	const { starter, comment } = starterOf(action, session);
	const started = [ago(creationDateTimeUtc ?? '', serviceNow(session)), starter && `by ${starter}`].filter(Boolean).join(' ');
	const details = [status, started && `started ${started}`, comment && `comment: ${comment}`].filter(Boolean).join(', ');
	return `It is busy with ${shortened(subjects) || 'another action'} (${shortened(details)}).`;
}

/** The key of the action that the service's own words name; undefined where they do not. */
export function blockerIdIn({ failure }: DefenderError): string | undefined {
	const message = failure?.kind === 'refused' ? failure.message : undefined;
	const named = /active action id\W{0,5}([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i.exec(message ?? '')?.[1];
	return named && actionKey(named);
}
