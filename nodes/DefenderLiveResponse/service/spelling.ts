/** Names that HTML has for characters of links, keys and JSON. */
const HTML_NAMES: Record<string, string> = {
	'"': 'quot',
	'&': 'amp',
	"'": 'apos',
	'+': 'plus',
	'-': 'hyphen',
	'.': 'period',
	'/': 'sol',
	':': 'colon',
	'<': 'lt',
	'=': 'equals',
	'>': 'gt',
	_: 'lowbar',
};

/** Of a text in a text in a text: each time they double. Checked from the first one, so that many cost no more than one. */
const BACKSLASHES = '(?<!\\\\)\\\\{1,32}';

const isAlphanumeric = (character: string) => /[A-Za-z0-9]/.test(character);

/** Hexadecimal digits, each in either case. */
export function inEitherCase(hex: string): string {
	return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function digits(code: number, length: number): string {
	return inEitherCase(code.toString(16).padStart(length, '0'));
}

/** Percent-encoded, also over and over, as a link is that is a parameter of another one. */
function percentEncoded(character: string): string {
	return [...Buffer.from(character)].map((byte) => `%(?:25){0,8}${digits(byte, 2)}`).join('');
}

function spelledCharacter(character: string): string {
	const plain = character.replace(/[^A-Za-z0-9_]/, '\\$&');
	const code = character.codePointAt(0) ?? 0;
	const spellings = [plain, percentEncoded(character)];
	const units = Array.from({ length: character.length }, (_, at) => digits(character.charCodeAt(at), 4));
	spellings.push(units.map((unit) => `${BACKSLASHES}u${unit}`).join(''), `${BACKSLASHES}x${digits(code, 2)}`);
	spellings.push(`&(?:amp;){0,8}#0{0,8}${code};`, `&(?:amp;){0,8}#[xX]0{0,8}${digits(code, 1)};`);
	// Some write a byte for each letter of Western Europe, as was done before UTF-8.
	if (code > 0x7f && code <= 0xff) spellings.push(`%(?:25){0,8}${digits(code, 2)}`);
	if (Object.hasOwn(HTML_NAMES, character)) spellings.push(`&(?:amp;){0,8}${HTML_NAMES[character]};`);
	if (!isAlphanumeric(character)) spellings.push(`${BACKSLASHES}${plain}`);
	if (character === ' ') spellings.push('\\+');
	return `(?:${spellings.join('|')})`;
}

/**
 * The source of a regular expression for a text, whichever way URLs, forms, JSON or HTML write its characters. Nothing
 * in it repeats without bound, so that it stays fast on a text that is made for it.
 */
export function spelled(text: string): string {
	return [...text].map(spelledCharacter).join('');
}
