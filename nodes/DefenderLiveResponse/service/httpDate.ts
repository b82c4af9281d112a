/** The forms of a date in HTTP (RFC 9110, 5.6.7): anything else is not left to Date.parse, which makes a date of almost everything. */
const FORM = /^[a-z]{3,9},? .*\d\d:\d\d:\d\d/i;
const ZONE = /(?:GMT|UTC|Z|[+-]\d{4})$/i;

/** The time of a date in a header, in ms; NaN where it is not one. All forms are in UTC, also the oldest, which has no zone. */
export function httpDate(value: string): number {
	if (!FORM.test(value)) return NaN;
	return Date.parse(ZONE.test(value) ? value : `${value} GMT`);
}
