import { shortened, MAX_SERVICE_TEXT, NUMBERED, redact } from './redact';
import { inEitherCase, spelled } from './spelling';

/** The number of characters that identify a value; a text shorter than the minimum could be any word. */
const HEAD = 16;
const MIN_SECRET = 8;

/** What goes on after a head: the rest of the value, however it is encoded, and whatever is attached to it. */
const REST = `(?:[^\\s"'<>&,;]|${NUMBERED})*`;

/** The armour and the line breaks of a key in PEM, however JSON writes them. */
const PEM_ARMOUR = /-----(?:BEGIN|END)[^-]*-----/g;
const PEM_REST = '(?:[\\w+/=]|\\s|\\\\|%)*';

/** The part of a value's Base64 that does not depend on what stands before the value, for each place it can have. */
function base64Heads(value: string): string[] {
	return [0, 1, 2].map((before) => {
		const text = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]).toString('base64');
		// The last characters depend on what follows.
		return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + Buffer.byteLength(value)) * 8) / 6)).slice(0, HEAD);
	});
}

/** Base64 comes in lines of 64 or 76 characters as well, whose ends JSON writes with a backslash. */
const BREAK = '(?:\\r?\\n|\\\\r\\\\n|\\\\n)?';

function base64Spelled(text: string): string {
	const standard = [...text].map((character) => {
		if (character === '+') return `(?:${spelled('+')}|-)`;
		return character === '/' ? `(?:${spelled('/')}|_)` : character;
	});
	return standard.join(BREAK);
}

/** As a form and as a link have it, where some characters differ. */
function urlEncoded(value: string): string[] {
	const form = new URLSearchParams([['', value]]).toString().slice(1);
	return [form, form.replaceAll('+', '%20').replaceAll('%7E', '~')];
}

/** Regular expressions for one value, wherever it may be written. */
function patternsOf(value: string): string[] {
	const body = value.replace(PEM_ARMOUR, '').replace(/^(?:\s|\\[rn])+/, '');
	const isPem = body !== value;
	const head = [...body].slice(0, HEAD).join('');
	// What would end the rest is a part of the value.
	const whole = isPem || !/[\s"'<>&,;]/.test(body) ? '' : `${spelled(body)}|`;
	const encoded = new Set([value, body, ...urlEncoded(value)].flatMap(base64Heads));
	return [
		// Tokens of this form are taken out wherever they come from.
		...(value.startsWith('eyJ') ? [] : [`(?:${whole}${spelled(head)}${isPem ? PEM_REST : REST})`]),
		...[...encoded].map((text) => `${base64Spelled(text)}(?:[\\w+/=%-]|${BREAK.slice(0, -1)})*`),
		`(?:${inEitherCase(Buffer.from(head).toString('hex'))})[0-9a-fA-F]*`,
	];
}

/**
 * The credential's own values: client secret, private key, tokens. Servers and proxies have been seen to answer with
 * what they were sent, so whatever comes from outside is shown without them.
 */
export class Secrets {
	private readonly known = new Set<string>();

	private pattern: RegExp | undefined;

	/** Notes values, as far as they are texts; those of a token that was renewed stay secret. */
	add(...values: unknown[]): void {
		for (const value of values) {
			if (typeof value !== 'string' || value.trim().length < MIN_SECRET || this.known.has(value)) continue;
			this.known.add(value);
			this.pattern = undefined;
		}
	}

	/** The text without them, and without signatures of links and tokens of anybody. */
	redact(text: string): string {
		if (this.known.size === 0) return redact(text);
		this.pattern ??= new RegExp([...this.known].flatMap(patternsOf).join('|'), 'g');
		return redact(text.replace(this.pattern, '(removed)'));
	}

	/** A foreign text in a form that may be shown: without secrets, and not longer than people read. */
	quote(text: string, maxLength = MAX_SERVICE_TEXT): string {
		// More than is kept, so that no secret is cut in two.
		return shortened(this.redact(text.slice(0, 4 * maxLength)), maxLength);
	}
}

/** Where there is no credential. */
export const NO_SECRETS = new Secrets();
