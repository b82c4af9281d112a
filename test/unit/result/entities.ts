import type { MachineAction } from '../../../nodes/DefenderLiveResponse/service/machineAction';
import { readMachineAction } from '../../../nodes/DefenderLiveResponse/service/machineAction';

export const ACTION_ID = '20d1de3f-0000-4715-8bed-a92223c50000';
export const MACHINE_ID = '4899036531e374137f63289c3267bad772c10000';

export interface CommandState {
	index?: number;
	commandStatus?: string | null;
	errors?: unknown[] | null;
	type?: string | null;
	params?: Array<{ key: string; value: string | null }> | null;
	startTime?: unknown;
	endTime?: unknown;
}

/** A machine action in the service's own words; commands are numbered in their order. */
export function actionEntity(status: string, commands: CommandState[] | null, id = ACTION_ID) {
	return {
		id,
		type: 'LiveResponse',
		title: null,
		requestor: '2f48b784-0000-4e61-9957-012d26300000',
		requestorComment: 'case 4711',
		status,
		machineId: MACHINE_ID,
		computerDnsName: 'ws-01.contoso.com',
		creationDateTimeUtc: '2026-01-13T09:00:00.1704612Z',
		lastUpdateDateTimeUtc: '2026-01-13T09:03:00Z',
		errorHResult: 0,
		commands: commands?.map(({ index, commandStatus, errors, type, params, startTime = null, endTime = null }, place) => ({
			index: index ?? place,
			startTime,
			endTime,
			commandStatus: commandStatus === undefined ? 'Completed' : commandStatus,
			errors: errors === undefined ? [] : errors,
			command: { type: type === undefined ? 'RunScript' : type, params: params === undefined ? [] : params },
		})),
		troubleshootInfo: null,
	};
}

/** The same, as the code under test reads it. */
export function actionOf(status: string, commands: CommandState[] | null, id?: string): MachineAction {
	const action = readMachineAction(actionEntity(status, commands, id));
	if (!action) throw new Error('no machine action');
	return action;
}
