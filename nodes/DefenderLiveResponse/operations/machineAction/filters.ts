import { deviceIdFilter, requestorFilter } from '../../fields/actionFilters';
import { date } from '../../fields/date';
import { equalTo, filter } from '../../fields/filter';
import { serviceWord } from '../../fields/row';
import { LIVE_RESPONSES } from '../../service/machineActions';
import { literal } from '../../service/odata';

/** The type that filters nothing out. */
const ANY_TYPE = 'any';

/** Which machine actions to get; live responses unless another type is asked for. */
export const ACTION_FILTERS = {
	type: filter(
		serviceWord(
			'Type',
			[
				[ANY_TYPE, 'Any'],
				['CollectInvestigationPackage', 'Collect Investigation Package'],
				['Isolate', 'Isolate'],
				['LiveResponse', 'Live Response'],
				['Offboard', 'Offboard'],
				['RestrictCodeExecution', 'Restrict Code Execution'],
				['RunAntiVirusScan', 'Run Antivirus Scan'],
				['StopAndQuarantineFile', 'Stop and Quarantine File'],
				['Unisolate', 'Unisolate'],
				['UnrestrictCodeExecution', 'Unrestrict Code Execution'],
			],
			'LiveResponse',
			'Without this filter only live responses are returned',
		),
		(type) => (type === ANY_TYPE ? '' : `type eq ${literal(type)}`),
		LIVE_RESPONSES,
	),
	machineId: filter(deviceIdFilter, (id) => `machineId eq ${literal(id.toLowerCase())}`),
	requestor: equalTo('requestor', requestorFilter),
	status: equalTo(
		'status',
		serviceWord(
			'Status',
			[
				['Cancelled', 'Cancelled'],
				['Failed', 'Failed'],
				['InProgress', 'In Progress'],
				['Pending', 'Pending'],
				['Succeeded', 'Succeeded'],
				['TimeOut', 'Timed Out'],
			],
			'Succeeded',
		),
	),
	createdAfter: filter(date('Created After'), (time) => `creationDateTimeUtc gt ${time}`),
	createdBefore: filter(date('Created Before'), (time) => `creationDateTimeUtc lt ${time}`),
};
