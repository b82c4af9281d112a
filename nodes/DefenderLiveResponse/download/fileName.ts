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
	const last = name.replace(DECEIVING, '').split(/[\\/]/).pop() ?? '';
	const plain = last.replace(RESERVED, '_').replace(/^[\s.]+$/, '').trim();
	// The end has the extension. By characters, since half of one would be none.
	const clean = plain.length > MAX_NAME ? [...plain].slice(-MAX_NAME / 2).join('') : plain;
	if (clean === '') return undefined;
	return DEVICE.test(clean) ? `_${clean}` : clean;
}

/** The name in a `Content-Disposition` header, as written: quoted or not, URL-encoded or not. */
function announcedName(header: string | undefined): string | undefined {
	const name = /filename\*?=(?:UTF-8'[^']*')?("[^"]*"|[^;]*)/i.exec(header ?? '')?.[1];
	const plain = name?.replace(/^"|"$/g, '').trim();
	if (!plain) return undefined;
	try {
		return decodeURIComponent(plain);
	} catch {
		return plain;
	}
}

/** What is known of a collected file's name. */
export interface NameSources {
	/** `Content-Disposition` of the download. */
	contentDisposition?: string;
	/** The file's first bytes as downloaded. */
	start: Uint8Array;
	/** The path that the command asked for. */
	path?: string;
	/** Whether the file is handed on as downloaded, compressed. */
	compressed: boolean;
}

/**
 * The original name of a collected file: from the download's header, else from the gzip header, else from the
 * command's path. The first two are written by the device, so none is taken as it is.
 */
export function collectedFileName({ contentDisposition, start, path, compressed }: NameSources): string {
	const announced = announcedName(contentDisposition)?.replace(/\.gz$/i, '');
	const names = [announced, gzipFileName(start), path].map((name) => cleanFileName(name ?? ''));
	const name = names.find((candidate) => candidate !== undefined) ?? 'file';
	return compressed && !/\.gz$/i.test(name) ? `${name}.gz` : name;
}
