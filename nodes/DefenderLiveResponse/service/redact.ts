/** The signature of a link, also where the link stands encoded in another one. */
const SIGNATURE = /sig(?:=|%(?:25)*3D)[^&\s"'<>]+/gi;

/** A token, or the beginning of one that was cut off. */
const TOKEN = /eyJ[\w.-]+/g;

/** Takes signatures of links and tokens out of words that come from elsewhere, before a user sees them. */
export function redact(text: string): string {
	return text.replace(SIGNATURE, 'sig=(removed)').replace(TOKEN, '(token removed)');
}
