/** What one result cost: shown in `download` when `simplify` is off. */
export interface CallStats {
	/** Calls to the Defender API and the storage, those that were repeated included. */
	apiCalls: number;
	/** Calls that were repeated after a refusal or a lost connection. */
	retries: number;
	/** Milliseconds spent waiting for the action to end. */
	waitedMs: number;
	/** Milliseconds spent waiting because of the service's limits. */
	throttledMs: number;
}

export function newCallStats(): CallStats {
	return { apiCalls: 0, retries: 0, waitedMs: 0, throttledMs: 0 };
}
