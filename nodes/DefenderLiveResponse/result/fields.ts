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
 * @param ofRun fields of Run that are shown next to Max Wait at all times. It has results only while it waits, which then
 * decides on the node's outputs; of what has run already the user may choose to get the link only
 */
export function resultFields(ofRun?: Rows): INodeProperties[] {
	const waiting: IDisplayOptions = { show: { waitForCompletion: [true] } };
	const fields = (rows: Rows, more: Partial<INodeProperties> = {}) => fieldsOf(rows).map((field) => ({ ...field, ...more }));
	const { simplify, ...onlyOfResults } = RESULT_PARAMETERS;
	const { waitForCompletion, maxWaitMinutes } = WAITING;
	return [
		...fields({ waitForCompletion }, { noDataExpression: ofRun !== undefined }),
		...fields({ maxWaitMinutes }, { displayOptions: waiting }),
		...fields(ofRun ?? {}),
		// A tool has one output.
		...fields({ routeByOutcome }, { displayOptions: { ...(ofRun && waiting), hide: { '@tool': [true] } } }),
		...fields({ simplify }),
		...fields(ofRun ? {} : onlyOfResults),
	];
}
