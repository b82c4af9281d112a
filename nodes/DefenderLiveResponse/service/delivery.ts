/** Whether a request that changes something has reached the service. A read changes nothing, so it is never sent. */
export type Sent = 'no' | 'maybe' | 'yes';

/** How far an item's writes have come. */
export interface Delivery {
	/** `maybe` from the moment that a request leaves until its answer is there, and permanently if the answer is lost. */
	sent: Sent;
	/** When the last one left, in ms. */
	sentAt?: number;
	/** The device that it is for, and the action that it became, where they are known. */
	machineId?: string;
	machineActionId?: string;
	/** What was sent, as in "live response 988c… on ws-01", where that is known. */
	name?: string;
}

/**
 * Notes that a write leaves; from here on it may be carried out, whatever ends the wait for its answer.
 *
 * @returns to be called with what its answer says: `no` where it certainly did nothing
 */
export function noteSending(delivery: Delivery, now: number): (sent: Sent) => void {
	const before = { ...delivery };
	if (delivery.sent === 'no') delivery.sent = 'maybe';
	delivery.sentAt = now;
	return (sent) => {
		if (sent === 'no') Object.assign(delivery, { sentAt: undefined }, before);
		else if (delivery.sent !== 'yes') delivery.sent = sent;
	};
}
