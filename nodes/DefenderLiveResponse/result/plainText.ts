const ESCAPE = String.fromCharCode(0x1b);

/** What moves a terminal's cursor or colours its text, as in `ESC [31m`, and what sets its title. */
const TERMINAL_SEQUENCES = new RegExp(`${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${ESCAPE}\\x07]*(?:\\x07|${ESCAPE}\\\\))`, 'g');

/** Controls but line breaks and tabs, and characters that nobody sees: direction marks, tags, zero-width ones. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}]/gu;

/**
 * Text that holds what it shows. A compromised device may write instructions for a language model that people do not
 * see.
 */
export function plainText(text: string): string {
	return text.replace(TERMINAL_SEQUENCES, '').replace(UNSEEN, '');
}
