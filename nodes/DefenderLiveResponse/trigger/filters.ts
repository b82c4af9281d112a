import { commentContains, commentFilter, deviceIdFilter, requestorFilter } from '../fields/actionFilters';
import type { Row, Values } from '../fields/row';
import { text } from '../fields/row';
import { isSameScript, scriptNameOf } from '../result/commandParams';
import type { EndedStatus, MachineAction } from '../service/machineAction';
import { endedStatus } from '../service/machineAction';
import { textOrEmpty } from '../service/textOrEmpty';

/** A filter of the trigger: its field, and which live responses pass. */
interface TriggerFilter extends Row<string> {
	/** @param wanted not empty, in lower case */
	passes(action: MachineAction, wanted: string): boolean;
}

const isSame = (value: unknown, wanted: string) => textOrEmpty(value).toLowerCase() === wanted;

/** Which live responses the trigger is for. Upper and lower case count as the same. */
export const TRIGGER_FILTERS = {
	commentContains: { ...commentFilter, passes: ({ requestorComment }, wanted) => commentContains(requestorComment, wanted) },
	machineId: { ...deviceIdFilter, passes: ({ machineId }, wanted) => isSame(machineId, wanted) },
	requestor: { ...requestorFilter, passes: ({ entity }, wanted) => isSame(entity.requestor, wanted) },
	scriptName: {
		...text('Script Name', undefined, { placeholder: 'e.g. check-baseline.ps1' }),
		passes: ({ commands }, wanted) => commands.some((command) => isSameScript(scriptNameOf(command) ?? '', wanted)),
	},
} satisfies Record<string, TriggerFilter>;

/** The filters that were added; an empty one lets all pass. */
export type TriggerFilters = Partial<Values<typeof TRIGGER_FILTERS>>;

/**
 * Whether an ended action is one that the trigger is for.
 *
 * @param statuses empty for all: a filter without statuses would be useless
 */
export function isWanted(action: MachineAction, { statuses, filters }: { statuses: EndedStatus[]; filters: TriggerFilters }): boolean {
	const status = endedStatus(action);
	if (status === undefined || (statuses.length > 0 && !statuses.includes(status))) return false;
	return Object.entries(TRIGGER_FILTERS).every(([name, { passes }]) => {
		const wanted = filters[name as keyof TriggerFilters];
		return !wanted || passes(action, wanted.toLowerCase());
	});
}
