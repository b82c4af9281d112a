import { scriptNameOf } from '../result/commandParams';
import type { MachineAction } from '../service/machineAction';
import { endedStatus } from '../service/machineAction';
import { words } from '../service/words';

/** Which live responses a trigger is for; empty texts let all pass. */
export interface TriggerFilters {
	statuses: string[];
	machineId: string;
	scriptName: string;
	requestor: string;
	commentContains: string;
}

/** Whether an ended action is one that the trigger is for. Upper and lower case count as the same. */
export function isWanted(action: MachineAction, filters: TriggerFilters): boolean {
	const same = (value: unknown, wanted: string) => wanted === '' || words(value).toLowerCase() === wanted.toLowerCase();
	const scripts = action.commands.map(scriptNameOf);
	const comment = (action.requestorComment ?? '').toLowerCase();
	return (
		filters.statuses.includes(endedStatus(action) ?? '') &&
		same(action.machineId, filters.machineId) &&
		(filters.scriptName === '' || scripts.some((script) => same(script, filters.scriptName))) &&
		same(action.entity.requestor, filters.requestor) &&
		comment.includes(filters.commentContains.toLowerCase())
	);
}
