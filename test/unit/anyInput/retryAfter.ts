import fc from 'fast-check';
import { retryAfterMs } from '../../../nodes/DefenderLiveResponse/service/retry';
import { propertiesOf } from './property';

const NOW = Date.UTC(2026, 0, 13, 9);
const HOUR = 3_600_000;

const value = fc.oneof(
	fc.string({ maxLength: 20 }),
	fc.integer().map(String),
	fc.double().map(String),
	fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
	fc
		.array(
			fc.constantFrom('-', '+', '1', '9'.repeat(20), 'e9', '.', ',', ' ', 'Infinity', 'NaN', 'Mon', 'GMT', '0x', ':', '12:00:00', '9999'),
			{ maxLength: 6 },
		)
		.map((parts) => parts.join('')),
);

export const retryAfterProperties = propertiesOf('Retry-After', {
	'for any value, the wait is not negative and not longer than the longest limit': fc.property(value, (text) => {
		const ms = retryAfterMs(text, NOW);
		expect(ms === undefined || (ms >= 0 && ms < 2 * HOUR)).toBe(true);
	}),
	'seconds and dates within the hour are kept': fc.property(fc.nat(3_600), (seconds) => {
		expect(retryAfterMs(String(seconds), NOW)).toBe(seconds * 1000);
		expect(retryAfterMs(new Date(NOW + seconds * 1000).toUTCString(), NOW)).toBe(seconds * 1000);
	}),
});
