import { ago } from '../service/ago';
import type { MachineAction } from '../service/machineAction';
import { wordOf } from '../service/machineAction';
import type { Session } from '../service/session';

/** Why an action has no result yet, as far as its own record says. */
export function whyPending({ status, creationDateTimeUtc }: MachineAction, { clock, serviceClock }: Session): string {
	const now = clock.now() + (serviceClock.aheadMs ?? 0);
	const sent = ago(creationDateTimeUtc ?? '', now);
	const since = sent && `, sent ${sent}`;
	const word = wordOf(status);
	if (word === 'pending') return `The device has not started it (Pending${since}). It may be offline`;
	if (word === 'inprogress') return `The device is still running it (InProgress${since})`;
	return `Defender gives its status as "${status}"${since}`;
}
