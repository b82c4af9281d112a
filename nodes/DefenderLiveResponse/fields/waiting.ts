import type { Row } from './row';
import { LABELS } from '../service/labels';
import { MINUTE_MS, SECOND_MS } from '../service/time';
import { asText, flag, InvalidValue, wholeNumber } from './row';

/** A week: Defender itself gives up on a device long before. */
const MAX_WAIT_MIN = 7 * 24 * 60;

/** Less would only cost calls: an action takes minutes. */
const MIN_INTERVAL_S = 5;

/** How long a wait may take; read as ms. */
const maxWaitMinutes: Row<number> = {
	field: {
		displayName: `${LABELS.maxWait} (Minutes)`,
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 20,
		description: 'What is still running after this time is returned as it is. Ask for it again later.',
	},
	read(value) {
		const minutes = Number(asText(value) || 'nothing');
		if (minutes >= 0 && minutes <= MAX_WAIT_MIN) return minutes * MINUTE_MS;
		throw new InvalidValue('is not a valid time', `Enter a number of minutes, ${MAX_WAIT_MIN} at most.`);
	},
};

/** Parameters of a wait. */
export const WAITING = {
	waitForCompletion: flag('Wait for Completion', true, 'Whether to wait until the live response has ended'),
	maxWaitMinutes,
};

/**
 * The same of a wait for any machine action.
 *
 * @param waits whether it waits by default, and for how long
 */
export function waitingFor(waits: boolean, minutes: number) {
	const field = { ...maxWaitMinutes.field, default: minutes, displayOptions: { show: { waitForCompletion: [true] } } };
	return {
		waitForCompletion: flag('Wait for Completion', waits, 'Whether to wait until the machine action has ended'),
		maxWaitMinutes: { ...maxWaitMinutes, field },
	};
}

const interval = wholeNumber('Wait: Poll Interval', 10, 'Seconds between two checks of what is still running');

/** Options of a wait. */
export const WAITING_OPTIONS = {
	/** Read as ms. */
	pollInterval: {
		field: { ...interval.field, typeOptions: { minValue: MIN_INTERVAL_S, numberPrecision: 0 } },
		read: (value: unknown, timeZone: () => string) => Math.max(MIN_INTERVAL_S, interval.read(value, timeZone)) * SECOND_MS,
	},
};
