import { PAGING } from '../fields/paging';
import { WAITING, WAITING_OPTIONS } from '../fields/waiting';
import type { ResultSettings } from '../result/options';
import { RATE_OPTIONS, RESULT_OPTIONS, RESULT_PARAMETERS, SCRIPT_OPTIONS } from '../result/options';
import type { Limits } from '../service/pacing';
import type { Parameters } from './parameters';
import { readOptions, readParameters } from './readRows';

/** How the results of an item are read and shown. Options that hold for the whole node are checked with each item's. */
export function readResultSettings(context: Parameters, itemIndex: number): ResultSettings {
	return {
		...readParameters(context, RESULT_PARAMETERS, itemIndex),
		...readOptions(context, { ...RESULT_OPTIONS, ...SCRIPT_OPTIONS, ...RATE_OPTIONS }, itemIndex),
	};
}

/** How an item waits. */
export interface Waiting {
	/** Whether it waits for what was started. */
	waits: boolean;
	maxWaitMs: number;
	/** Between two polls. */
	intervalMs: number;
}

/** @throws NodeOperationError */
export function readWaiting(context: Parameters, itemIndex: number, rows: typeof WAITING = WAITING): Waiting {
	const { waitForCompletion: waits, maxWaitMinutes: maxWaitMs } = readParameters(context, rows, itemIndex);
	const { pollInterval: intervalMs } = readOptions(context, WAITING_OPTIONS, itemIndex);
	return { waits, maxWaitMs, intervalMs };
}

/** The user's limits for results: the first item's values hold. */
export function readResultLimits(context: Parameters): Limits {
	const { callsPerMinute, callsPerHour } = readOptions(context, RATE_OPTIONS, 0);
	return { perMinute: callsPerMinute, perHour: callsPerHour };
}

/** How many entities to give; Infinity for all. */
export function readLimit(context: Parameters, itemIndex: number): number {
	const { returnAll, limit } = readParameters(context, PAGING, itemIndex);
	return returnAll ? Infinity : limit;
}
