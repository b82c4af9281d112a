import { spelled } from './spelling';

/** The maximum length of a foreign text, in characters: longer texts are not read, and they are stored with items and logs. */
export const MAX_SERVICE_TEXT = 2_000;

/** As much of a text as anybody reads; copied, since a part of a text keeps all of it in memory. */
export function shortened(text: string, maxLength = MAX_SERVICE_TEXT): string {
	return text.length > maxLength ? Buffer.from(text.slice(0, maxLength)).toString() : text;
}

/** A character of a value as HTML writes it by its number. */
export const NUMBERED = '&(?:amp;){0,8}#[xX]?[0-9a-fA-F]{1,8};';

/** Where a value ends, in a link, in JSON, in HTML. */
const VALUE = `(?:[^&\\s"'<>]|${NUMBERED})`;

const SPACE = `(?:\\s|${spelled(' ')}){0,16}`;
const QUOTE = `(?:${spelled('"')}|${spelled("'")})`;
const EQUALS = spelled('=');
const COLON = spelled(':');

/** Parameters of links, forms and token answers that give access to anyone who has them. */
const NAMES = ['sig', 'token', 'client_secret', 'client_assertion'].map(spelled).join('|');

/** As in `sig=…`, also where the link stands encoded in another one; `token = x` is a sentence, unless `x` is long. */
const ASSIGNED = `(?:${EQUALS}|(?<=sig)${SPACE}${EQUALS}${SPACE}|${SPACE}(?:${EQUALS}|${COLON})${SPACE}(?=${QUOTE}?${VALUE}{16}))`;
const PARAMETER = new RegExp(`(${NAMES})${ASSIGNED}${QUOTE}?${VALUE}+`, 'gi');

/** As in `"sig":"…"`, `"sig"=>"…"`, `["sig","…"]`, `"name":"sig","value":"…"` and `<sig>…`. */
const PAIRED = `(?:${COLON}|${EQUALS}>?|,${SPACE}(?:${QUOTE}value${QUOTE}${SPACE}${COLON})?)`;
const PROPERTY = new RegExp(`((?:${NAMES})${QUOTE}${SPACE}${PAIRED}${SPACE}${QUOTE}?|<(?:${NAMES})>)${VALUE}+`, 'gi');

/** What stands before a token in a header, and the words that follow it in a sentence about one. */
const ABOUT_BEARERS = 'tokens?|auth(?:entication|orization)?|scheme|challenge|header|error|realm|type|is|was|and|or|not|\\(token';
const BEARER = new RegExp(`(bearer)(?:\\s|${spelled(' ')}){1,16}(?!(?:${ABOUT_BEARERS})\\b)[^\\s"'<>,;&]+`, 'gi');

/** A JSON Web Token, or the beginning of one that was cut off. */
const TOKEN = new RegExp(`eyJ(?:[\\w.-]|${spelled('.')})+`, 'g');

/**
 * Takes signatures of links and tokens out of words that come from elsewhere, before a user sees them. `Secrets` takes
 * out the credential's own values as well.
 */
export function redact(text: string): string {
	return text
		.replace(PROPERTY, '$1(removed)')
		.replace(PARAMETER, (_, name: string) => `${name.toLowerCase()}=(removed)`)
		.replace(BEARER, '$1 (token removed)')
		.replace(TOKEN, '(token removed)');
}
