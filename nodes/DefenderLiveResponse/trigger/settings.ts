import type { IPollFunctions } from 'n8n-workflow';
import type { Parameters } from '../host/parameters';
import { readAdded, readParameters } from '../host/readRows';
import { readResultLimits, readResultSettings } from '../host/readSettings';
import { TRIGGER } from './fields';
import { TRIGGER_FILTERS } from './filters';

/** A trigger's parameters belong to no item. */
function parametersOf(context: IPollFunctions): Parameters {
	return {
		getNode: () => context.getNode(),
		getNodeParameter: (name, _itemIndex, fallback, options) => context.getNodeParameter(name, fallback, options),
		getTimezone: () => context.getTimezone(),
	};
}

/** What a trigger is set to. `result` is of `emit: 'results'`. */
export type TriggerSettings = ReturnType<typeof readTriggerSettings>;

/** @throws NodeOperationError naming the parameter */
export function readTriggerSettings(context: IPollFunctions) {
	const parameters = parametersOf(context);
	return {
		...readParameters(parameters, TRIGGER, 0),
		filters: readAdded(parameters, 'filters', TRIGGER_FILTERS, 0),
		result: readResultSettings(parameters, 0),
		limits: readResultLimits(parameters),
	};
}
