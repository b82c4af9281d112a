/** A string in an OData expression; quotes are doubled (OData 4.01 URL conventions, 5.1.1.6.1). */
export function literal(value: string): string {
	return `'${value.replaceAll("'", "''")}'`;
}

/** `?$filter=…&$top=…` with what an URL needs encoded. Empty parts are left out. */
export function query(options: Record<string, string | number | undefined>): string {
	const parts = Object.entries(options)
		.filter(([, value]) => value !== undefined && value !== '')
		.map(([name, value]) => `$${name}=${encodeURIComponent(String(value))}`);
	return parts.length > 0 ? `?${parts.join('&')}` : '';
}

/**
 * Splits values into lists whose `in` filter is short enough for a URL.
 *
 * @param maxLength characters that the encoded list may have
 */
export function chunksByLength(values: string[], maxLength: number): string[][] {
	const chunks: string[][] = [];
	let left = 0;
	for (const value of values) {
		const length = encodeURIComponent(`${literal(value)},`).length;
		if (chunks.length === 0 || left < length) {
			chunks.push([]);
			left = maxLength;
		}
		chunks[chunks.length - 1].push(value);
		left -= length;
	}
	return chunks;
}
