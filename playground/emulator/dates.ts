/** Dates as the service writes them: UTC with 7 fractional digits, more than a client's Date can hold. */
export function sevenDigits(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, -1)}4612Z`;
}

/** A date with fewer digits, 2 to 7: the service leaves some out. */
export function withDigits(date: string, digits: number): string {
	return `${date.slice(0, date.indexOf('.') + 1 + digits).replace(/Z$/, '')}Z`;
}

/** Brings an OData date literal to the form of `sevenDigits`, so that dates compare as text without losing digits. */
export function normalDate(literal: string): string | undefined {
	const match = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d)?)?(\.\d+)?(Z|[+-]\d\d:\d\d)?$/i.exec(literal);
	if (!match) return undefined;
	const [, day, time = 'T00:00:00', fraction = '.', zone = 'Z'] = match;
	const ms = Date.parse(`${day}${time}${zone}`);
	if (Number.isNaN(ms)) return undefined;
	return `${new Date(ms).toISOString().slice(0, 19)}${fraction.padEnd(8, '0').slice(0, 8)}Z`;
}

/** Seconds precision, as in the `se` field of a link. */
export function wholeSeconds(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
