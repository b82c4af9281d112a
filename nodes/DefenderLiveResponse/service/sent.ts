/** Whether a request that changes something has reached the service. A read changes nothing, so it is never sent. */
export type Sent = 'no' | 'maybe' | 'yes';
