import type { INodeProperties } from 'n8n-workflow';
import type { Rows } from './row';
import { collectionField, fieldsOf } from './row';
import { WAITING, WAITING_OPTIONS } from './waiting';

/** The parameters of a wait for the end of an action. */
export function waitingRows(waits: boolean, maxWaitMinutes: number) {
	const { waitForCompletion, maxWaitMinutes: maxWait } = WAITING;
	const description = 'Whether to wait until the machine action has ended';
	return {
		waitForCompletion: { ...waitForCompletion, field: { ...waitForCompletion.field, default: waits, description } },
		maxWaitMinutes: {
			...maxWait,
			field: { ...maxWait.field, default: maxWaitMinutes, displayOptions: { show: { waitForCompletion: [true] } } },
		},
	};
}

/** How an operation waits for the end of an action, and its options. */
export interface WaitSettings {
	waits: boolean;
	maxWaitMinutes: number;
	/** Options of this operation alone. */
	options?: Rows;
}

/**
 * The parameters after an operation's own.
 *
 * @param more of the operation, next to those of the wait
 * @param last before the options
 */
export function waitFields(
	{ waits, maxWaitMinutes, options = {} }: WaitSettings,
	more: Rows = {},
	last: INodeProperties[] = [],
): INodeProperties[] {
	return [
		...fieldsOf({ ...waitingRows(waits, maxWaitMinutes), ...more }),
		...last,
		collectionField('options', { ...WAITING_OPTIONS, ...options }),
	];
}
