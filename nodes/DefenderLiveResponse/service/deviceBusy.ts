import { DefenderError } from './errors';
import type { Failure } from './failure';
import type { MachineAction } from './machineAction';
import { actionKey, subjectOf } from './machineAction';
import { listMachineActions, UNFINISHED } from './machineActions';
import { literal } from './odata';
import type { Session } from './session';

/** The service's code for a device that runs another live response. Source: Microsoft's page of the call. */
export const BUSY = 'ActiveRequestAlreadyExists';

/** The device runs another live response, so it took no commands. */
export class DeviceBusy extends DefenderError {
	/** @param blockerId the machine action that it is busy with, where that is known */
	constructor(
		readonly blockerId: string | undefined,
		advice: string,
		failure?: Failure,
	) {
		super('The device is busy with another live response', advice, failure, '', 'no', 'deviceBusy');
	}
}

/** What is known of the action that keeps a device busy, for the user. */
export function aboutBlocker({ id, status, commands, entity, requestorComment }: MachineAction): string {
	const subjects = commands.map(({ command }) => subjectOf(command));
	const details = [
		[...new Set(subjects)].filter(Boolean).join(', '),
		status,
		entity.requestor && `started by ${String(entity.requestor)}`,
		entity.creationDateTimeUtc && `at ${String(entity.creationDateTimeUtc)}`,
		requestorComment && `comment: ${requestorComment}`,
	];
	return `It is busy with the machine action ${id} (${details.filter(Boolean).join(', ')}).`;
}

/**
 * The service's refusal of a busy device, with the action that keeps it busy named where the service tells.
 *
 * @throws Cancelled
 */
export async function deviceBusy(
	session: Session,
	machineId: string,
	{ description, failure }: DefenderError,
): Promise<DeviceBusy> {
	const said = failure?.kind === 'refused' ? failure.message : undefined;
	const named = /active action id:\s*([0-9a-f-]{36})/i.exec(said ?? '')?.[1];
	const filter = `machineId eq ${literal(machineId)} and ${UNFINISHED}`;
	const seen = await listMachineActions(session, filter, 10).catch((error: unknown): MachineAction[] => {
		// It is a help only: without leave to read actions there is none.
		if (error instanceof DefenderError) return [];
		throw error;
	});
	const blocker = seen.find(({ id }) => named === undefined || actionKey(id) === actionKey(named));
	const unseen =
		named === undefined
			? 'No machine action of the other one is to be seen: it may be a session in the Defender portal.'
			: `It is busy with the machine action ${named}.`;
	const about = blocker ? aboutBlocker(blocker) : unseen;
	return new DeviceBusy(blocker?.id ?? named, `${about} ${description}`, failure);
}
