import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { DefenderError } from '../service/errors';
import type { MachineAction } from '../service/machineAction';
import type { Session } from '../service/session';
import type { StoreFile } from '../download/collectedFile';
import { storeCollectedFile } from '../download/collectedFile';
import { decodeText } from './decode';
import type { Download, Link, ResultAddress } from '../download/download';
import { DownloadFailed, requestLink, startDownload, tooLarge } from '../download/download';
import { BrokenGzip, gunzip, isGzip } from '../download/gzip';
import type { CommandResult, DownloadReport } from './item';
import { scriptNameOf } from './item';
import { judgeCommand, judgeExitCode } from './outcome';
import { withoutNuls } from './output';
import { printedExitCode } from './pattern/printedExitCode';
import type { ResultSettings } from './settings';
import { readTranscript } from './transcript';

/**
 * The longest transcript that is read, in bytes. It is in memory several times over while it is read, at two bytes a
 * character, and so are those of other devices at the same time.
 */
const MAX_TRANSCRIPT = 50 * 1024 * 1024;

/** How often a damaged download is started anew. */
const MAX_RESTARTS = 2;

/** Everything that fetching one result needs, beside the result's address. */
interface Fetching {
	session: Session;
	settings: ResultSettings;
	store: StoreFile;
}

/** The part of a result that its download decides. */
type Fetched = Pick<CommandResult, 'outcome' | 'errors' | 'warnings'> & Partial<CommandResult>;

async function collect(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of chunks) {
		length += chunk.length;
		if (length > maxBytes) throw tooLarge(maxBytes);
		parts.push(chunk);
	}
	return Buffer.concat(parts, length);
}

/** Decompresses what is gzip; what only begins like it stays as it is. */
async function unpacked(bytes: Buffer, maxBytes: number): Promise<Buffer> {
	if (!isGzip(bytes)) return bytes;
	async function* whole() {
		yield bytes;
	}
	return await collect(gunzip(whole()), maxBytes).catch((error: unknown) => {
		if (error instanceof BrokenGzip) return bytes;
		throw error;
	});
}

function report(download: Download, bytes: number, sha256: string, session: Session): DownloadReport {
	return {
		bytes,
		contentType: download.blob.contentType ?? null,
		linkExpiresAt: download.link.expiresAt,
		sha256,
		retrievedAt: new Date(session.clock.now()).toISOString(),
	};
}

/** A script's transcript, from bytes to outcome. Whatever the bytes are, there is an outcome. */
async function fetchTranscript(
	{ session, settings }: Fetching,
	address: ResultAddress,
	link: Link,
): Promise<Fetched> {
	const maxBytes = Math.min(settings.maxDownloadBytes, MAX_TRANSCRIPT);
	const download = await startDownload(session, address, link, maxBytes);
	const bytes = await collect(download.bytes(), maxBytes);
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	const { text, damaged } = decodeText(await unpacked(bytes, maxBytes));
	const fetched: Fetched = {
		outcome: 'unreadable',
		errors: [],
		warnings: damaged ? ['The result holds bytes that are no text; they were replaced'] : [],
		link: download.link,
		download: report(download, bytes.length, sha256, session),
	};
	const read = readTranscript(text);
	if ('unreadable' in read) {
		fetched.transcript = { script_name: null, exit_code: null, script_output: text, script_error: '' };
		fetched.errors.push('The result is no transcript that can be read; its text is in script_output');
		return fetched;
	}
	const { transcript } = read;
	if (settings.exitCodePattern) {
		const { code, unsearched } = printedExitCode(withoutNuls(transcript.script_output), settings.exitCodePattern);
		if (code !== undefined) {
			transcript.exit_code = code;
		} else if (unsearched > 0) {
			// There may be a match in what was not searched, so the transcript's own code is no answer.
			transcript.exit_code = null;
			fetched.errors.push(`The exit code pattern found no exit code; the output's first ${unsearched} characters were too many to be searched`);
		} else {
			fetched.warnings.push("The exit code pattern matched nothing; the transcript's own exit code was kept");
		}
	}
	if (transcript.exit_code === null) fetched.errors.push('The transcript has no exit code');
	fetched.outcome = judgeExitCode(transcript.exit_code, settings.successExitCodes);
	fetched.transcript = transcript;
	if (read.raw) fetched.raw = read.raw as IDataObject;
	else fetched.warnings.push('The transcript is nested too deep to be shown as downloaded');
	return fetched;
}

async function fetchFile(
	{ session, settings, store }: Fetching,
	address: ResultAddress,
	link: Link,
	path: string | undefined,
): Promise<Fetched> {
	const maxBytes = settings.maxDownloadBytes;
	const fetch = async (decompress: boolean, warnings: string[]): Promise<Fetched> => {
		const download = await startDownload(session, address, link, maxBytes);
		const stored = await storeCollectedFile(download, { decompress, maxBytes, path }, store);
		return {
			outcome: 'succeeded',
			errors: [],
			warnings,
			file: stored.file,
			link: download.link,
			download: report(download, stored.bytes, stored.sha256, session),
		};
	};
	return await fetch(settings.decompress, []).catch(async (error: unknown) => {
		if (!(error instanceof BrokenGzip)) throw error;
		return await fetch(false, ['The file could not be decompressed and is handed on as it came']);
	});
}

/** Starts again when the content arrived damaged, since its next copy may be whole. */
async function whole({ stats }: Session, fetch: () => Promise<Fetched>): Promise<Fetched> {
	for (let restarts = 0; ; restarts++) {
		const fetched = await fetch().catch((error: unknown) => {
			const again = error instanceof DownloadFailed && error.reason === 'damaged' && restarts < MAX_RESTARTS;
			if (!again) throw error;
			return undefined;
		});
		if (fetched) return fetched;
		stats.retries++;
	}
}

function refuseOtherScript(expected: string, actual: string | null): void {
	if (expected === '' || actual === null || actual.toLowerCase() === expected.toLowerCase()) return;
	throw new DefenderError(
		`The result is of the script "${actual}", not of "${expected}"`,
		'Check the machine action ID and the command index, or Expected Script Name in the options.',
	);
}

/**
 * The result of one command of an action: judged, and its file or transcript fetched where there is one.
 *
 * @param action as last seen
 * @param index of a command that the action has
 * @returns never a failed download as an exception: the outcome and `errors` tell of it
 * @throws DefenderError when the API refuses, or when the result is of another script than expected; Cancelled
 */
export async function fetchCommandResult(
	session: Session,
	action: MachineAction,
	index: number,
	settings: ResultSettings,
	store: StoreFile,
): Promise<CommandResult> {
	const command = action.commands.find((candidate) => candidate.index === index);
	const known = { machineActionId: action.id, commandIndex: index, action, command };
	refuseOtherScript(settings.expectedScriptName, scriptNameOf(command));
	const verdict = judgeCommand(action, command);
	if (!verdict.ask) return { ...known, outcome: verdict.outcome, errors: [], warnings: [] };

	const fetching = { session, settings, store };
	const address = { machineActionId: action.id, index };
	// A command that failed may have no result for good.
	const ended = Date.parse(action.lastUpdateDateTimeUtc ?? '');
	const endedAt = verdict.outcome || Number.isNaN(ended) ? undefined : ended;
	const fetchByType = async (): Promise<Fetched> => {
		const link = await requestLink(session, address, endedAt);
		if (!settings.followLink) return { outcome: 'unverified', errors: [], warnings: [], link };
		if (command?.command?.type === 'GetFile') {
			const path = command.command.params.find(({ key }) => key === 'Path')?.value ?? undefined;
			return await whole(session, async () => await fetchFile(fetching, address, link, path));
		}
		return await whole(session, async () => await fetchTranscript(fetching, address, link));
	};
	const fetched = await fetchByType().catch((error: unknown): Fetched => {
		// What is known of a command that failed is not given up for the transcript, which only says more.
		if (verdict.outcome && error instanceof DefenderError) {
			return { outcome: verdict.outcome, errors: [error.inFull], warnings: [] };
		}
		if (!(error instanceof DownloadFailed)) throw error;
		if (error.reason === 'noResult') return { outcome: 'noResult', errors: [], warnings: [error.message] };
		return { outcome: 'unreadable', errors: [error.message], warnings: [] };
	});
	refuseOtherScript(settings.expectedScriptName, fetched.transcript?.script_name ?? null);
	return { ...known, ...fetched, outcome: verdict.outcome ?? fetched.outcome };
}
