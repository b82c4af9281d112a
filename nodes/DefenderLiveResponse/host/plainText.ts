const ESCAPE = String.fromCharCode(0x1b);

/** What moves a terminal's cursor or colours its text, as in `ESC [31m`, and what sets its title. */
const TERMINAL_SEQUENCES = new RegExp(`${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${ESCAPE}\\x07]*(?:\\x07|${ESCAPE}\\\\))`, 'g');

/**
 * Controls but line breaks and tabs, and invisible characters: direction marks, tags, variation selectors,
 * fillers, what no font has.
 */
const INVISIBLE = /(?![\n\t])[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * Text that holds what it shows. A compromised device may write instructions for a language model that people do not
 * see.
 */
export function plainText(text: string): string {
	return text.replace(TERMINAL_SEQUENCES, '').replace(INVISIBLE, '');
}

/** The same for all texts of an item, its keys as well. */
export function plainValue(value: unknown): unknown {
	if (typeof value === 'string') return plainText(value);
	if (Array.isArray(value)) return value.map(plainValue);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, each]) => [plainText(key), plainValue(each)]));
}
