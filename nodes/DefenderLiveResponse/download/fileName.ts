import { redact } from '../service/redact';
import { gzipFileName } from './gzip';

/** Longest file name that common file systems take, in characters. */
const MAX_NAME = 200;

/**
 * Characters that no file name needs and that deceive who reads it: controls, and marks that turn the direction of text;
 * and halves of characters, which cannot be written as UTF-8.
 */
const DECEIVING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Reserved in Windows file names. */
const RESERVED = /[<>:"|?*]/g;

/** Names that Windows takes for devices, in any folder and with any extension. */
const DEVICE = /^(con|prn|aux|nul|(com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(\.|$)/i;

/** A name without its folders and without what could deceive or harm; undefined where nothing is left of it. */
export function cleanFileName(name: string): string | undefined {
	const [last] = name.replace(DECEIVING, '').split(/[\\/]/).slice(-1);
	const plain = last
		.replace(RESERVED, '_')
		.replace(/^[\s.]+$/, '')
		.trim();
	// The end has the extension. By characters, since half of one would be none.
	const clean = plain.length > MAX_NAME ? [...plain].slice(-MAX_NAME / 2).join('') : plain;
	if (clean === '') return undefined;
	return DEVICE.test(clean) ? `_${clean}` : clean;
}

/** A parameter of a header: its name, and its value, in quotes or not. */
const PARAMETER = /;\s*([^\s=;]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"?|([^;]*))/g;

/** A text that may be URL-encoded. */
function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** An extended value (RFC 8187): `UTF-8'en'a%20b`; undefined where it cannot be read. */
function extendedValue(value: string): string | undefined {
	const parts = /^([\w-]+)'[^']*'(.*)/s.exec(value);
	if (!parts) return undefined;
	const [, charset, written] = parts;
	try {
		const bytes = written.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
		return new TextDecoder(charset, { fatal: true }).decode(Buffer.from(bytes, 'latin1'));
	} catch {
		return undefined;
	}
}

/** The name in a `Content-Disposition` header: the extended one, else the plain one, as written, URL-encoded or not. */
function announcedName(header: string | undefined): string {
	const values = new Map<string, string>();
	for (const [, name, quoted, plain] of `;${header ?? ''}`.matchAll(PARAMETER)) {
		// Not each backslash is one of the header: some write paths as they are.
		const value = quoted?.replace(/\\(["\\])/g, '$1') ?? plain.trim();
		if (!values.has(name.toLowerCase())) values.set(name.toLowerCase(), value);
	}
	const extended = extendedValue(values.get('filename*') ?? '');
	return extended || decoded(values.get('filename') ?? '');
}

/** What is known of a collected file's name. */
export interface NameSources {
	contentDisposition?: string;
	/** The file's first bytes as downloaded. */
	start: Uint8Array;
	path?: string;
	/** Whether the file is passed on as downloaded, compressed. */
	compressed: boolean;
}

/**
 * The original name of a collected file: from the download's header, else from the gzip header, else from the
 * command's path. The first two are written by the device, so none is used as it is.
 *
 * @param withoutSecrets removes what must never be shown: n8n stores the name with the file
 */
export function collectedFileName({ contentDisposition, start, path, compressed }: NameSources, withoutSecrets = redact): string {
	const announced = announcedName(contentDisposition).replace(/\.gz$/i, '');
	// Cleaning can cut a secret in two, and can put one together that was written with invisible characters in between.
	const cleaned = (name = '') => withoutSecrets(cleanFileName(withoutSecrets(name)) ?? '') || undefined;
	const names = [announced, gzipFileName(start), path].map(cleaned);
	const name = names.find((candidate) => candidate !== undefined) ?? 'file';
	return compressed && !/\.gz$/i.test(name) ? `${name}.gz` : name;
}
