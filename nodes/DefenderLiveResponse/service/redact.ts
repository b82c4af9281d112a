/** Takes signatures of links and tokens out of words that come from elsewhere, before a user sees them. */
export function redact(text: string): string {
	return text.replace(/\bsig=[^&\s"'<>]+/gi, 'sig=(removed)').replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '(token removed)');
}
