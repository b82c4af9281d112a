import type { INodeProperties } from 'n8n-workflow';
import { deviceIdFilter, requestorFilter } from '../../fields/actionFilters';

/** The type that filters nothing out. */
export const ANY_TYPE = 'any';

const TYPES = [
	['Any', ANY_TYPE],
	['Collect Investigation Package', 'CollectInvestigationPackage'],
	['Isolate', 'Isolate'],
	['Live Response', 'LiveResponse'],
	['Offboard', 'Offboard'],
	['Restrict Code Execution', 'RestrictCodeExecution'],
	['Run Antivirus Scan', 'RunAntiVirusScan'],
	['Stop and Quarantine File', 'StopAndQuarantineFile'],
	['Unisolate', 'Unisolate'],
	['Unrestrict Code Execution', 'UnrestrictCodeExecution'],
].map(([name, value]) => ({ name, value }));

const STATUSES = [
	['Cancelled', 'Cancelled'],
	['Failed', 'Failed'],
	['In Progress', 'InProgress'],
	['Pending', 'Pending'],
	['Succeeded', 'Succeeded'],
	['Timed Out', 'TimeOut'],
].map(([name, value]) => ({ name, value }));

export const FILTERS: INodeProperties[] = [
	{
		displayName: 'Created After',
		name: 'createdAfter',
		type: 'dateTime',
		default: '',
	},
	{
		displayName: 'Created Before',
		name: 'createdBefore',
		type: 'dateTime',
		default: '',
	},
	deviceIdFilter,
	requestorFilter,
	{
		displayName: 'Status',
		name: 'status',
		type: 'options',
		options: STATUSES,
		default: 'Succeeded',
	},
	{
		displayName: 'Type',
		name: 'type',
		type: 'options',
		options: TYPES,
		default: 'LiveResponse',
		description: 'Without this filter only live responses are returned',
	},
];

/** Which machine actions to get. */
export const machineActionFilters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	options: FILTERS,
};
