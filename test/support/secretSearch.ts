/** Something that must not be found. */
export interface Secret {
	/** What it is, for people. */
	name: string;
	value: string;
}

/** Shorter than this, something could be found by chance. */
const SHORTEST = 12;

function hexEscaped(text: string, escape: (code: string) => string): string {
	return text.replace(/[^A-Za-z0-9]/g, (character) => escape(character.charCodeAt(0).toString(16).padStart(2, '0')));
}

/** The part of the secret's base64 that does not depend on what stands before and after it. */
function insideBase64(bytes: Buffer, before: number): string {
	const all = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
	return all.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** A secret as it stands, and as it would be written in JSON, in URLs, in HTML, in base64 and in hexadecimal. */
export function formsOf(secret: string): string[] {
	const plain = [...new Set([secret, decoded(secret)])];
	const forms = plain.flatMap((value) => {
		const bytes = Buffer.from(value);
		const json = JSON.stringify(value).slice(1, -1);
		const base64 = [0, 1, 2].map((before) => insideBase64(bytes, before));
		return [
			value,
			json,
			JSON.stringify(json).slice(1, -1),
			json.replaceAll('/', '\\/'),
			hexEscaped(value, (code) => `\\u00${code}`),
			hexEscaped(value, (code) => `\\u00${code.toUpperCase()}`),
			hexEscaped(value, (code) => `%${code}`),
			hexEscaped(value, (code) => `%${code.toUpperCase()}`),
			encodeURI(value),
			encodeURIComponent(value),
			encodeURIComponent(encodeURIComponent(value)),
			new URLSearchParams({ '': value }).toString().slice(1),
			value.replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
			...base64,
			...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
			...base64.map(encodeURIComponent),
			bytes.toString('hex'),
			bytes.toString('hex').toUpperCase(),
		];
	});
	return [...new Set(forms)].filter((form) => form.length >= SHORTEST);
}

interface Needle {
	secret: Secret;
	bytes: Buffer;
}

/** Looks for many secrets at once, in every form that they could have been written in. */
export class SecretSearch {
	/** By their first four bytes, so that one pass over a text is enough for thousands. */
	private readonly needles = new Map<number, Needle[]>();

	constructor(readonly secrets: Secret[]) {
		for (const secret of secrets) {
			for (const form of formsOf(secret.value)) {
				const bytes = Buffer.from(form);
				const start = bytes.readUInt32LE(0);
				this.needles.set(start, [...(this.needles.get(start) ?? []), { secret, bytes }]);
			}
		}
	}

	/** The secrets that are in there. */
	in(text: string | Buffer): Secret[] {
		const bytes = typeof text === 'string' ? Buffer.from(text) : text;
		const found = new Set<Secret>();
		for (let at = 0; at + SHORTEST <= bytes.length; at++) {
			for (const needle of this.needles.get(bytes.readUInt32LE(at)) ?? []) {
				if (bytes.subarray(at, at + needle.bytes.length).equals(needle.bytes)) found.add(needle.secret);
			}
		}
		return [...found];
	}
}
