import type { RecordedRequest } from '../../../playground/emulator';

/** Calls that a tick may make as often as it needs them. */
const NOT_COUNTED = ['run', 'link', 'blob', 'action.cancel', 'token'];

const actionOf = (url: string) => /machineactions\/([0-9a-f-]+)/i.exec(url)?.[1];

/**
 * How many calls there are besides runs, links, downloads, cancels and sign-ins. What reads an action before it is
 * cancelled is a part of its cancel, what asks why a device is busy a part of the run that it refused.
 */
export function otherCalls(requests: RecordedRequest[]): number {
	const cancelled = requests.filter(({ operation }) => operation === 'action.cancel').map(({ url }) => actionOf(url));
	return requests.filter(({ operation, status, url }) => {
		if (NOT_COUNTED.includes(operation) || status === 401) return false;
		if (operation === 'action.get') return !cancelled.includes(actionOf(url));
		return !decodeURIComponent(url).includes('machineId eq');
	}).length;
}
