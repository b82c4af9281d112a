import { isEntity, type Entity } from './observations/entities';

/** A script's result, as it came. */
export interface Transcript {
	/** How the bytes are written. */
	form: 'UTF-8' | 'UTF-8 with a byte order mark' | 'UTF-16' | 'gzip';
	/** Whether a strict parser reads it. */
	strict: boolean;
	/** Undefined where it cannot be read at all. */
	fields?: Entity;
}

const BANNER = /^(?<words>[^\n]*?)"?(?<path>[A-Za-z]:\\[^\n"]*\\PSScriptOutputs\\PSScript_Transcript_[^\n"\\]*\.txt)/;

export function readTranscript(bytes: Buffer): Transcript {
	if (bytes[0] === 0x1f && bytes[1] === 0x8b) return { form: 'gzip', strict: false };
	if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return { form: 'UTF-16', strict: false };
	const text = bytes.toString();
	const form = text.startsWith('\uFEFF') ? 'UTF-8 with a byte order mark' : 'UTF-8';
	const json = text.replace(/^\uFEFF/, '');
	const fields = parse(json);
	if (fields) return { form, strict: true, fields };
	// Line breaks inside a text, as the documentation's own sample has them.
	return { form, strict: false, fields: parse(json.replace(/[\n\r\t]/g, ' ')) };
}

function parse(text: string): Entity | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return isEntity(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** What a script printed; `script_output` of a transcript. */
export function outputOf({ fields }: Transcript): string {
	const output = fields?.script_output;
	return typeof output === 'string' ? output : '';
}

/** The words before the path in the first line that PowerShell adds; undefined where there is no such line. */
export function bannerOf(output: string): string | undefined {
	return BANNER.exec(output)?.groups?.words.trim();
}
