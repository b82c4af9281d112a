import { DAY_MS, HOUR_MS, MINUTE_MS } from './time';

const UNITS: Array<[name: string, ms: number]> = [
	['day', DAY_MS],
	['hour', HOUR_MS],
	['minute', MINUTE_MS],
];

/**
 * How long ago something was, in its largest whole unit, as in "12 minutes ago".
 *
 * @param date as the service writes it, e.g. 2026-01-31T08:00:00Z
 * @param now in ms since 1970
 * @returns empty for what is not a date
 */
export function ago(date: string, now: number): string {
	const ms = now - Date.parse(date);
	if (Number.isNaN(ms)) return '';
	const unit = UNITS.find(([, each]) => ms >= each);
	if (!unit) return 'less than a minute ago';
	const [name, unitMs] = unit;
	const count = Math.floor(ms / unitMs);
	return `${count} ${name}${count === 1 ? '' : 's'} ago`;
}
