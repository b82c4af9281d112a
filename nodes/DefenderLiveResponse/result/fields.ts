import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { fieldsOf, flag } from '../fields/row';
import { WAITING } from '../fields/waiting';
import { RESULT_PARAMETERS } from './options';

/** Decides which outputs the node has. */
export const routeByOutcome = flag('Route by Outcome', false, 'Whether to use three outputs: Succeeded, Failed and Not Finished', {
	// n8n draws the outputs before there is an item to evaluate anything for.
	noDataExpression: true,
});

/**
 * Fields of every operation that gives results.
 *
 * @param followLink whether the user may choose to get the link only
 * @param whenWaiting whether the fields have a meaning only while the node waits, which then decides on its outputs
 */
export function resultFields({ followLink = false, whenWaiting = false } = {}): INodeProperties[] {
	const waiting: IDisplayOptions = { show: { waitForCompletion: [true] } };
	const shown = whenWaiting ? waiting : {};
	const field = ({ name, ...others }: INodeProperties): INodeProperties => {
		if (name === 'waitForCompletion') return { ...others, name, noDataExpression: whenWaiting };
		if (name === 'maxWaitMinutes') return { ...others, name, displayOptions: waiting };
		// A tool has one output.
		if (name === 'routeByOutcome') return { ...others, name, displayOptions: { ...shown, hide: { '@tool': [true] } } };
		return { ...others, name, displayOptions: shown };
	};
	const { simplify, ...onlyOfResults } = RESULT_PARAMETERS;
	return fieldsOf({ ...(followLink && onlyOfResults), ...WAITING, routeByOutcome, simplify }).map(field);
}
