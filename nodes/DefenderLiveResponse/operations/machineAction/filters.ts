import { commentContains, commentFilter, deviceIdFilter, requestorFilter } from '../../fields/actionFilters';
import { date } from '../../fields/date';
import { equalTo, filter } from '../../fields/filter';
import type { Values } from '../../fields/row';
import { serviceWord, serviceWords } from '../../fields/row';
import { LIVE_RESPONSES, UNFINISHED_STATUSES } from '../../service/machineActions';
import { literal } from '../../service/odata';

/** The type that filters nothing out. */
const ANY_TYPE = 'any';

/** Means all statuses of unfinished actions. */
const UNFINISHED = 'unfinished';

/** Which machine actions to get; live responses unless another type is asked for. */
export const ACTION_FILTERS = {
	type: filter(
		serviceWord(
			'Type',
			[
				ANY_TYPE,
				'CollectInvestigationPackage',
				'Isolate',
				'LiveResponse',
				'Offboard',
				'RestrictCodeExecution',
				['RunAntiVirusScan', 'Run Antivirus Scan'],
				['StopAndQuarantineFile', 'Stop and Quarantine File'],
				'Unisolate',
				'UnrestrictCodeExecution',
			],
			'LiveResponse',
			'Without this filter only live responses are returned',
		),
		(type) => (type === ANY_TYPE ? '' : `type eq ${literal(type)}`),
		LIVE_RESPONSES,
	),
	machineId: filter(deviceIdFilter, (id) => `machineId eq ${literal(id.toLowerCase())}`),
	requestor: equalTo('requestor', requestorFilter),
	status: filter(
		serviceWords(
			'Status',
			[
				'Cancelled',
				'Failed',
				'InProgress',
				'Pending',
				'Succeeded',
				['TimeOut', 'Timed Out'],
				[UNFINISHED, 'Unfinished', 'Pending or in progress'],
			],
			'Any of these',
		),
		(statuses) => statuses.map((status) => (status === UNFINISHED ? UNFINISHED_STATUSES : `status eq ${literal(status)}`)).join(' or '),
	),
	/** The service cannot search comments. */
	commentContains: filter(commentFilter, () => ''),
	createdAfter: filter(date('Created After'), (time) => `creationDateTimeUtc gt ${time}`),
	createdBefore: filter(date('Created Before'), (time) => `creationDateTimeUtc lt ${time}`),
};

/** What is left to the node of the filters that were added; undefined where the service has done it all. */
export function matcherOf({ commentContains: part }: Partial<Values<typeof ACTION_FILTERS>>): ((entity: unknown) => boolean) | undefined {
	if (!part) return undefined;
	return (entity) => commentContains((entity as { requestorComment?: unknown } | null)?.requestorComment, part);
}
