import { ANY_TYPE } from './filterFields';
import { literal } from '../../service/odata';

/** What the user wants to see; empty texts filter nothing. */
export interface ActionFilters {
	status?: string;
	type?: string;
	machineId?: string;
	requestor?: string;
	/** ISO 8601. */
	createdAfter?: string;
	/** ISO 8601. */
	createdBefore?: string;
}

/** The OData filter for machine actions; live responses unless another type is asked for. */
export function actionFilter(filters: ActionFilters): string {
	const type = filters.type || 'LiveResponse';
	const equals = (property: string, value?: string) => (value ? `${property} eq ${literal(value)}` : '');
	return [
		type === ANY_TYPE ? '' : equals('type', type),
		equals('status', filters.status),
		equals('machineId', filters.machineId),
		equals('requestor', filters.requestor),
		filters.createdAfter ? `creationDateTimeUtc gt ${filters.createdAfter}` : '',
		filters.createdBefore ? `creationDateTimeUtc lt ${filters.createdBefore}` : '',
	]
		.filter((part) => part !== '')
		.join(' and ');
}
