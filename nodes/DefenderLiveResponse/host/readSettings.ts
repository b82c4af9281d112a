import type { WaitSettings } from '../fields/actionWait';
import { waitingRows } from '../fields/actionWait';
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

/** How long an item waits, and how often it is asked about meanwhile. */
export interface Waiting {
	intervalMs: number;
	/** 0 when it does not wait for what was started. */
	maxWaitMs: number;
	/** How long a run waits for a device that is busy, where that is wanted. */
	maxBusyMs: number;
}

export function readWaiting(context: Parameters, itemIndex: number): Waiting {
	const { waitForCompletion, maxWaitMinutes: maxBusyMs } = readParameters(context, WAITING, itemIndex);
	const { pollInterval: intervalMs } = readOptions(context, WAITING_OPTIONS, itemIndex);
	return { intervalMs, maxWaitMs: waitForCompletion ? maxBusyMs : 0, maxBusyMs };
}

/** How an item waits for the end of an action that is not a live response. */
interface ItemWait {
	waits: boolean;
	maxWaitMs: number;
	intervalMs: number;
}

/** @throws NodeOperationError */
export function readItemWait(context: Parameters, { waits, maxWaitMinutes }: WaitSettings, itemIndex: number): ItemWait {
	const { waitForCompletion, maxWaitMinutes: maxWaitMs } = readParameters(context, waitingRows(waits, maxWaitMinutes), itemIndex);
	const { pollInterval: intervalMs } = readOptions(context, WAITING_OPTIONS, itemIndex);
	return { waits: waitForCompletion, maxWaitMs, intervalMs };
}

/** The user's limits for results: the first item's values hold. */
export function readResultLimits(context: Parameters): Limits {
	const { callsPerMinute, callsPerHour } = readOptions(context, RATE_OPTIONS, 0);
	return { perMinute: callsPerMinute, perHour: callsPerHour };
}

/** How many entities to give; Infinity for all. */
export function readMost(context: Parameters, itemIndex: number): number {
	const { returnAll, limit } = readParameters(context, PAGING, itemIndex);
	return returnAll ? Infinity : limit;
}
