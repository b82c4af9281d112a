import type { IPollFunctions } from 'n8n-workflow';
import { readCollection } from '../host/collection';
import { readResultLimits, readResultSettings } from '../host/readSettings';
import type { Parameters } from '../host/parameters';
import { readFilter, parameterError } from '../host/parameters';
import type { ResultSettings } from '../result/settings';
import { ENDED_STATUSES } from '../service/machineAction';
import type { Limits } from '../service/pacing';
import { TRIGGER_FILTERS } from './fields';
import type { TriggerFilters } from './matching';

/** What a trigger is set to. */
export interface TriggerSettings {
	emit: 'actions' | 'results';
	filters: TriggerFilters;
	/** Of `emit: 'results'`. */
	result: ResultSettings;
	limits: Limits;
}

/** A trigger's parameters belong to no item. */
function parametersOf(context: IPollFunctions): Parameters {
	return {
		getNode: () => context.getNode(),
		getNodeParameter: (name, _itemIndex, fallback, options) => context.getNodeParameter(name, fallback, options),
		getTimezone: () => context.getTimezone(),
	};
}

/** @throws NodeOperationError naming the parameter */
export function readTriggerSettings(context: IPollFunctions): TriggerSettings {
	const parameters = parametersOf(context);
	const emit = context.getNodeParameter('emit', 'actions');
	if (emit !== 'actions' && emit !== 'results') {
		throw parameterError(parameters, 0, 'Emit', 'is none of its choices', 'Enter actions or results.');
	}
	const statuses = context.getNodeParameter('statuses', []) as unknown;
	const known: readonly unknown[] = ENDED_STATUSES;
	if (!Array.isArray(statuses) || !statuses.every((status) => known.includes(status))) {
		throw parameterError(parameters, 0, 'Statuses', 'are none of its choices', `Choose from ${ENDED_STATUSES.join(', ')}.`);
	}
	const filters = readCollection(parameters, { name: 'filters', displayName: 'Filters', entries: TRIGGER_FILTERS }, 0);
	const text = (name: keyof TriggerFilters, displayName: string) => readFilter(parameters, filters, name, displayName, 0);
	return {
		emit,
		filters: {
			// None chosen is no wish for nothing.
			statuses: statuses.length > 0 ? (statuses as string[]) : [...ENDED_STATUSES],
			machineId: text('machineId', 'Device ID'),
			scriptName: text('scriptName', 'Script Name'),
			requestor: text('requestor', 'Requestor'),
			commentContains: text('commentContains', 'Comment Contains'),
		},
		result: readResultSettings(parameters, 0),
		limits: readResultLimits(parameters),
	};
}
