/** The same text in memory of its own. V8 cuts a piece out of a text by reference, and the piece keeps all of it alive. */
export function copied<T extends string | string[]>(text: T): T {
	// Fresh strings, of one byte a character where that is enough. Halves of characters survive as escapes.
	return JSON.parse(JSON.stringify(text)) as T;
}

/**
 * A part that is to be kept of a text: copied where it would keep more than twice its own memory alive.
 *
 * @param length of the whole text
 */
export function keptPart(part: string, length: number): string {
	return part.length * 2 < length ? copied(part) : part;
}
