import { ACTIONS } from './tenant';

const FIXED_IDS = new Set<string>(Object.values(ACTIONS));

/** When this began: times from then on differ from run to run. */
const BEGAN = Date.now();

const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Replaces what a tenant makes up again each time: ids, times from now on, links and ports. */
export function comparable(value: unknown): unknown {
	const text = JSON.stringify(value, (key, part: unknown) => {
		if (key === 'downloadLink') return '(link)';
		// How long it took and how often it asked.
		if (['apiCalls', 'waitedMs', 'throttledMs', 'retries', 'requestId'].includes(key)) return `(${typeof part})`;
		// The transcript names its file on the device, which has an id.
		if (key === 'download') return { ...(part as object), sha256: '(hash)' };
		return part;
	});
	const plain = text
		.replace(GUID, (id) => (FIXED_IDS.has(id.toLowerCase()) ? id : '(id)'))
		.replace(TIME, (time) => (Date.parse(time) < BEGAN ? time : '(time)'))
		.replace(/127\.0\.0\.1:\d+/g, '(host)');
	return JSON.parse(plain) as unknown;
}
