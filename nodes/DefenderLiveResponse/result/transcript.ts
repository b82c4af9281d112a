import type { ExitCode } from './exitCode';
import { transcriptExitCode } from './exitCode';
import type { Written } from './json';
import { readJson, scanJson } from './json';
import { isTooDeep, MAX_DEPTH } from './output';

/** What a script left behind, under the names that the node gives out. */
export interface Transcript {
	script_name: string | null;
	/** Or why it has none. */
	exit_code: ExitCode;
	script_output: string;
	script_error: string;
}

/** A transcript, with the object as downloaded (null if it cannot be written again); or the text that is not a transcript. */
export type ReadTranscript = { transcript: Transcript; raw: Record<string, unknown> | null } | { unreadable: string };

/** Text; what is neither text nor nothing is shown as JSON rather than lost. */
function textOrNothing(value: unknown): string | null {
	if (typeof value === 'string') return value;
	return value === undefined || value === null || isTooDeep(value) ? null : JSON.stringify(value);
}

/** How each control character is written in JSON. */
const ESCAPES = Array.from({ length: 0x20 }, (_, code) => JSON.stringify(String.fromCharCode(code)).slice(1, -1));

/** Pieces of text that are put together at a time: a text made of single characters takes many times its length. */
const PIECES = 10_000;

/**
 * Escapes raw control characters inside JSON strings, as Microsoft's own sample has them.
 * n8n's `jsonParse` could repair that too, but it also closes what was cut off, and a cut exit code
 * (3 of 3010) would pass for a whole one.
 */
function escapeControlCharacters(json: string): string {
	const parts: string[] = [];
	let pieces: string[] = [];
	let inside = false;
	let from = 0;
	for (let at = 0; at < json.length; at++) {
		const code = json.charCodeAt(at);
		if (code === 0x22) inside = !inside;
		else if (inside && code === 0x5c) at++;
		else if (inside && code < 0x20) {
			pieces.push(json.slice(from, at), ESCAPES[code]);
			from = at + 1;
			if (pieces.length >= PIECES) {
				parts.push(pieces.join(''));
				pieces = [];
			}
		}
	}
	return [...parts, ...pieces, json.slice(from)].join('');
}

/** Without the NULs and white space around it, which JSON does not allow. */
function trimmed(text: string): string {
	const isPadding = (at: number) => text[at] === '\0' || text[at].trim() === '';
	let start = 0;
	let end = text.length;
	while (start < end && isPadding(start)) start++;
	while (end > start && isPadding(end - 1)) end--;
	return text.slice(start, end);
}

/** What a text says as JSON, and how it is written. */
function parseJson(text: string): { parsed: unknown; written: Written } {
	const written = scanJson(text, 'exit_code');
	const parsed = readJson(text, written);
	const json = parsed === undefined ? escapeControlCharacters(text) : text;
	return json === text ? { parsed, written } : parseJson(json);
}

/**
 * Reads the transcript of a RunScript command, under the names of the first documentation (`name`, `script_error`)
 * and those that the service sends. By hand rather than with zod, which takes ten times as long as JSON.parse does
 * for an ordinary transcript.
 * Source: Microsoft's page of the call (2021 and today) and captured results.
 *
 * @param text of the downloaded file; NULs around the document do no harm
 */
export function readTranscript(text: string): ReadTranscript {
	const { parsed, written } = parseJson(trimmed(text));
	if (typeof parsed !== 'object' || parsed === null) return { unreadable: text };
	const raw = parsed as Record<string, unknown>;
	if (!('exit_code' in raw) && !('script_output' in raw)) return { unreadable: text };
	return {
		raw: written.depth > MAX_DEPTH ? null : raw,
		transcript: {
			script_name: textOrNothing(raw.script_name) ?? textOrNothing(raw.name),
			exit_code: transcriptExitCode(written.values),
			script_output: textOrNothing(raw.script_output) ?? '',
			// Of the two, the one that says something.
			script_error: textOrNothing(raw.script_errors) || textOrNothing(raw.script_error) || '',
		},
	};
}
