/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { bufferContent, generatedContent, gzipHeader, storedGzip, type Content } from './content';
import { transcriptBanner, type Language } from './transcriptBanner';

/** Exact bytes; the base64 form is for the control interface, which speaks JSON. */
export type Bytes = Buffer | string | { base64: string };

/** How one command goes on a device, whatever its type. */
export interface CommandBehaviour {
	/** How long the command takes; default is the life's `runMs`. */
	durationMs?: number;
	/** Status of the command once it has ended; default `Completed`, or `Failed` where there are `commandErrors`. */
	commandStatus?: 'Completed' | 'Failed' | (string & {});
	commandErrors?: string[];
	/** The command has ended and there is nothing to download: the link function answers 404. */
	noResult?: boolean;
	/** The action ends with this status when this command would have ended; the command itself stays `Created`. */
	endsAction?: 'Failed' | 'TimeOut' | 'Cancelled';
	/** Whether the blob has an MD5; default true, false for generated content. */
	md5?: boolean;
	/** Sent as Content-Type of the blob. */
	contentType?: string;
	/** Sent as Content-Encoding of the blob; the bytes are left as they are. */
	contentEncoding?: string;
	/** Exact bytes of the blob, instead of anything below. */
	raw?: Bytes;
}

/** How a script runs. Default: exit code 0 and an empty output. */
export interface ScriptBehaviour extends CommandBehaviour {
	exitCode?: number;
	/** The `exit_code` that is reported, whatever the script ended with: 0 was reported for a script that ended with 4 (PatchPilot). */
	reportedExitCode?: number;
	/** The agent finds the script changed: it does not run, and its exit code is 323 (dfir.ch). */
	hashMismatch?: boolean;
	output?: string;
	errors?: string;
	/** `live`: script_name and script_errors, as captured from the service; `2021`: name and script_error, as first documented. */
	keys?: 'live' | '2021';
	/** First line "Transcript started, …"; default true on Windows. */
	banner?: boolean;
	/** Language of that line; default: the device's. */
	language?: Language;
	/** A byte order mark in `script_output`: before the first line, or before the script's own output. */
	outputBom?: 'beforeBanner' | 'afterBanner';
	/** NULs at the end of the output; default 1 on Windows, else 0. */
	nuls?: number;
	encoding?: 'utf8' | 'utf8bom' | 'utf16le' | 'utf16be' | 'gzip';
	/** Values that replace or add to the transcript's own, e.g. an exit_code that is a string. */
	transcript?: Record<string, unknown>;
}

/** A file on a device. */
export interface FileBehaviour extends CommandBehaviour {
	/** The file's bytes, or a size: then they are made up while they are sent. */
	content?: Bytes | { size: number };
	/** Default: last part of the path. */
	originalName?: string;
	container?: 'gzip' | 'raw';
	/** The original name in the gzip header; default true. */
	fname?: boolean;
	contentDisposition?: boolean;
}

/** What the storage half serves for one command. */
export interface Result {
	content: Content;
	contentType: string;
	contentEncoding?: string;
	/** File name in the link's rscd field; without it the blob is served without Content-Disposition. */
	attachment?: string;
	md5: boolean;
}

export function toBuffer(bytes: Bytes): Buffer {
	if (Buffer.isBuffer(bytes)) return bytes;
	return typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes.base64, 'base64');
}

/** What of a device's system shows in a transcript. */
export interface System {
	windows: boolean;
	language: Language;
}

/** The result of a RunScript: a JSON transcript, with banner and NULs as captured on Windows. */
export function scriptResult(script: ScriptBehaviour, scriptName: string, system: System, attachment: string): Result {
	const bytes = script.raw === undefined ? transcriptBytes(script, scriptName, system) : toBuffer(script.raw);
	return { ...blobOptions(script, 'application/json'), content: bufferContent(bytes), attachment };
}

function transcriptBytes(script: ScriptBehaviour, scriptName: string, { windows, language }: System): Buffer {
	const banner = (script.banner ?? windows) ? transcriptBanner(script.language ?? language, randomUUID()) : '';
	const bom = (place: ScriptBehaviour['outputBom']) => (script.outputBom === place ? '\uFEFF' : '');
	const output = `${bom('beforeBanner')}${banner}${bom('afterBanner')}${script.output ?? ''}${'\0'.repeat(script.nuls ?? (windows ? 1 : 0))}`;
	const old = script.keys === '2021';
	const text = JSON.stringify({
		[old ? 'name' : 'script_name']: scriptName,
		exit_code: script.hashMismatch ? 323 : (script.reportedExitCode ?? script.exitCode ?? 0),
		// The check comes before Start-Transcript: there is nothing to write down.
		script_output: script.hashMismatch ? '' : output,
		[old ? 'script_error' : 'script_errors']: script.errors ?? '',
		...script.transcript,
	});
	switch (script.encoding ?? 'utf8') {
		case 'utf8':
			return Buffer.from(text);
		case 'utf8bom':
			return Buffer.from(`\uFEFF${text}`);
		case 'utf16le':
			return Buffer.from(`\uFEFF${text}`, 'utf16le');
		case 'utf16be':
			return Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
		case 'gzip':
			return gzipSync(text);
	}
}

/** The result of a GetFile: the file in gzip, served as `<URL-encoded name>.gz` (what SPLUNK, VLAD and PSLR unpack). */
export function fileResult(file: FileBehaviour, path: string): Result {
	const name = file.originalName ?? path.split(/[\\/]/).pop() ?? path;
	const generated = typeof file.content === 'object' && 'size' in file.content;
	return {
		...blobOptions(file, 'application/octet-stream'),
		content: fileContent(file, name),
		md5: file.md5 ?? !generated,
		...(file.contentDisposition !== false && {
			attachment: encodeURIComponent(name) + (file.container === 'raw' ? '' : '.gz'),
		}),
	};
}

function fileContent(file: FileBehaviour, name: string): Content {
	if (file.raw !== undefined) return bufferContent(toBuffer(file.raw));
	const content = file.content ?? '';
	const fname = file.fname === false ? undefined : name;
	if (typeof content === 'object' && 'size' in content) {
		const inner = generatedContent(content.size);
		return file.container === 'raw' ? inner : storedGzip(inner, fname);
	}
	const bytes = toBuffer(content as Bytes);
	if (file.container === 'raw') return bufferContent(bytes);
	// gzipSync writes a header of 10 bytes without a name; it is replaced by one that has it.
	return bufferContent(Buffer.concat([gzipHeader(fname), gzipSync(bytes).subarray(10)]));
}

function blobOptions(behaviour: CommandBehaviour, contentType: string) {
	return {
		contentType: behaviour.contentType ?? contentType,
		contentEncoding: behaviour.contentEncoding,
		md5: behaviour.md5 ?? true,
	};
}
