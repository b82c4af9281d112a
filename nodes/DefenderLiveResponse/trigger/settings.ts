import type { IPollFunctions } from 'n8n-workflow';
import type { Values } from '../fields/row';
import type { Parameters } from '../host/parameters';
import { readAdded, readParameters } from '../host/readRows';
import { readResultLimits, readResultSettings } from '../host/readSettings';
import type { ResultSettings } from '../result/options';
import type { Limits } from '../service/pacing';
import { TRIGGER } from './fields';
import type { TriggerFilters } from './filters';
import { TRIGGER_FILTERS } from './filters';

/** What a trigger is set to. */
export interface TriggerSettings extends Values<typeof TRIGGER> {
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
	return {
		...readParameters(parameters, TRIGGER, 0),
		filters: readAdded(parameters, 'filters', TRIGGER_FILTERS, 0),
		result: readResultSettings(parameters, 0),
		limits: readResultLimits(parameters),
	};
}
