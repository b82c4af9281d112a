import { DAY_MS, SECOND_MS } from '../service/time';
import type { Row } from './row';
import { InvalidValue } from './row';

/** Numbers in between are times in seconds, or a mistake: as milliseconds they are days of the 1970s. */
const MIN_EPOCH_MS = 1e11;
const MAX_SMALL_NUMBER = 1e8;

/** ISO 8601, with or without time and offset. */
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** As a Date and mails write it, with an offset or GMT. Without bounds n8n would stand still for minutes at a text of a megabyte. */
const NAMED = /^[a-z]{3},? .{0,40}\d\d:\d\d:\d\d.{0,40}(?:GMT|UTC|[+-]\d{4})/i;

/** By how much a zone's clocks are ahead of UTC at a time, in ms. Throws RangeError for what is not a zone. */
function aheadMs(timeZone: string, time: number): number {
	const format = new Intl.DateTimeFormat('en-US', {
		timeZone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	});
	const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
	const shown = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
	return shown - Math.floor(time / SECOND_MS) * SECOND_MS;
}

/**
 * When a zone's clocks show a time, in ms. Where they show it twice, the first; where they skip it, as much later as
 * they skip.
 *
 * @param shown what the clocks show, as if it were UTC
 */
function timeIn(timeZone: string, shown: number): number {
	const before = aheadMs(timeZone, shown - DAY_MS);
	const after = aheadMs(timeZone, shown + DAY_MS);
	const ahead = [before, after].find((offset) => aheadMs(timeZone, shown - offset) === offset) ?? before;
	return shown - ahead;
}

function fromText(text: string, timeZone: () => string): number {
	if (/^-?\d{5,}$/.test(text)) return fromNumber(Number(text));
	const [, day, time = '00:00', seconds = '00', fraction = '0', offset] = ISO.exec(text) ?? [];
	if (day === undefined) return NAMED.test(text) ? Date.parse(text) : NaN;
	const shown = Date.parse(`${day}T${time}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
	// JavaScript makes 2 March of 30 February.
	if (Number.isNaN(shown) || !new Date(shown).toISOString().startsWith(`${day}T${time}`)) return NaN;
	if (offset === undefined) return timeIn(timeZone(), shown);
	const [hours, minutes = '00'] = offset.toUpperCase() === 'Z' ? ['+00'] : (offset.match(/[+-]\d\d|\d\d/g) ?? []);
	return Date.parse(`${new Date(shown).toISOString().slice(0, -1)}${hours}:${minutes}`);
}

function fromNumber(number: number): number {
	const size = Math.abs(number);
	return size > MAX_SMALL_NUMBER && size < MIN_EPOCH_MS ? NaN : number;
}

/** In ms; NaN for what is not a date. */
function timeOf(value: unknown, timeZone: () => string): number {
	if (typeof value === 'number') return fromNumber(value);
	if (typeof value === 'string') return fromText(value.trim(), timeZone);
	// By its tag, since it may be of another copy of JavaScript's classes, as expressions have.
	if (Object.prototype.toString.call(value) === '[object Date]') return (value as Date).getTime();
	// What n8n's $now is, of whichever copy of its library.
	const { toMillis } = (value ?? {}) as { toMillis?: unknown };
	return typeof toMillis === 'function' ? Number(toMillis.call(value)) : NaN;
}

/**
 * A date as people and expressions give it: a text, where one without an offset is of the workflow's time zone, a Date,
 * a DateTime such as `$now`, or milliseconds since 1970. Read as ISO 8601 in UTC; empty where none was entered.
 */
export function date(displayName: string): Row<string> {
	return {
		field: { displayName, type: 'dateTime', default: '' },
		read(value, timeZone) {
			if (value === undefined || value === '') return '';
			const time = new Date(timeOf(value, timeZone));
			if (!Number.isNaN(time.getTime())) return time.toISOString();
			throw new InvalidValue(
				'is not a date',
				'Enter a date such as 2026-01-31T08:00:00 (in the time zone of the workflow) or 2026-01-31T08:00:00Z, or milliseconds since 1970.',
			);
		},
	};
}
