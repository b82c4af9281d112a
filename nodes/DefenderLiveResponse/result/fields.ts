import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import type { Rows } from '../fields/row';
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
 * @param besideMaxWait fields of the operation that are shown next to it at all times
 */
export function resultFields({
	followLink = false,
	whenWaiting = false,
	besideMaxWait = {},
}: { followLink?: boolean; whenWaiting?: boolean; besideMaxWait?: Rows } = {}): INodeProperties[] {
	const waiting: IDisplayOptions = { show: { waitForCompletion: [true] } };
	const shown = whenWaiting ? waiting : {};
	const fields = (rows: Rows, more: Partial<INodeProperties> = {}) => fieldsOf(rows).map((field) => ({ ...field, ...more }));
	const { simplify, ...onlyOfResults } = RESULT_PARAMETERS;
	const { waitForCompletion, maxWaitMinutes } = WAITING;
	return [
		...fields({ waitForCompletion }, { noDataExpression: whenWaiting }),
		...fields({ maxWaitMinutes }, { displayOptions: waiting }),
		...fields(besideMaxWait),
		// A tool has one output.
		...fields({ routeByOutcome }, { displayOptions: { ...shown, hide: { '@tool': [true] } } }),
		...fields({ simplify }),
		...fields(followLink ? onlyOfResults : {}),
	];
}
