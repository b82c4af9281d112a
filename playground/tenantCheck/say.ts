/** What a finding may be made of, beside fixed words. */
export type Sayable = number | boolean | string | null | undefined | readonly string[];

/** The replacement for a text that could be private. */
export const WITHHELD = '(withheld)';

/** Marks around what came from outside, until `Sensitive.clean` has checked it. From Unicode's private area. */
const [BEGIN, END] = ['\uE000', '\uE001'];
export const MARKED = /\uE000([^\uE001]*)\uE001/g;

/** Marks a text that came from outside. */
export function mark(text: string): string {
	return BEGIN + text.replace(/[\uE000\uE001]/g, '') + END;
}

/** Names of the API: keys, enum words, error codes, permissions. No blanks, digits, dashes or slashes. */
const NAME = /^@?[A-Za-z]{1,40}(\.[A-Za-z]{1,40}){0,3}$/;
/** An error code can be a status, as the text "429". */
const STATUS = /^[1-5]\d\d$/;
const MAX_SAID = 12;

function name(text: string): string {
	return NAME.test(text) || STATUS.test(text) ? mark(text) : WITHHELD;
}

function said(value: Sayable): string {
	if (value === null || value === undefined) return 'none';
	if (typeof value === 'number') return Number.isFinite(value) ? String(Math.round(value * 100) / 100) : 'none';
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	if (typeof value === 'string') return name(value);
	if (value.length === 0) return 'none';
	const more = value.length > MAX_SAID ? ` and ${value.length - MAX_SAID} more` : '';
	return value.slice(0, MAX_SAID).map(name).join(', ') + more;
}

/** Words of the API as they are, where they are known ones; others like any text from outside. */
export function words(texts: readonly string[], known: readonly string[]): string {
	const all = [...new Set(texts)].map((text) => (known.includes(text) ? text : name(text)));
	return all.length === 0
		? 'none'
		: all.slice(0, MAX_SAID).join(', ') + (all.length > MAX_SAID ? ` and ${all.length - MAX_SAID} more` : '');
}

/**
 * A finding for the report: the template's own words, with numbers and names of the API put in. Any other text is
 * withheld here, so that a judge cannot let a device's name or a comment into the report by mistake.
 */
export function say(texts: TemplateStringsArray, ...values: Sayable[]): string {
	return texts.reduce((all, text, i) => all + said(values[i - 1]) + text);
}
