import { ago } from '../service/ago';
import type { MachineAction } from '../service/machineAction';
import { normalizedWord } from '../service/machineAction';
import type { Session } from '../service/session';
import { serviceNow } from '../service/session';

/** Why an action has no result yet, as far as its own record says. */
export function whyPending({ status, creationDateTimeUtc }: MachineAction, session: Session): string {
	const sent = ago(creationDateTimeUtc ?? '', serviceNow(session));
	const since = sent && `, sent ${sent}`;
	const word = normalizedWord(status);
	if (word === 'pending') return `The device has not started it (Pending${since}). It may be offline`;
	if (word === 'inprogress') return `The device is still running it (InProgress${since})`;
	return `Defender gives its status as "${status}"${since}`;
}
