import type { IDataObject } from 'n8n-workflow';
import { collect, decompressGzip } from '../download/collect';
import type { Link } from '../download/download';
import { DownloadFailed, startDownload } from '../download/download';
import { SMALL_BYTES, withRoom } from '../download/room';
import { sha256 } from '../service/digest';
import { isSameScript, scriptNameOf } from './commandParams';
import { decodeText } from './decode';
import type { ExitCode } from './exitCode';
import type { Fetched, Fetching } from './fetching';
import { reportOf, warningsOf } from './fetching';
import { judgeExitCode } from './outcome';
import type { Output } from './output';
import { readOutput, withoutNuls } from './output';
import { printedExitCode } from './pattern/printedExitCode';
import type { ResultSettings } from './options';
import { showTranscript } from './shownTranscript';
import type { Transcript } from './transcript';
import { readTranscript } from './transcript';

/**
 * The longest transcript that is read, in bytes. It is in memory several times over while it is read, at up to two bytes
 * a character.
 */
const MAX_TRANSCRIPT = 50 * 1024 * 1024;

/** The exit code that counts: the one that the script printed, where a pattern says how it does. */
function exitCodeOf(transcript: Transcript, { readable }: Output, { exitCodePattern }: ResultSettings): ExitCode {
	return exitCodePattern ? printedExitCode(readable, exitCodePattern) : transcript.exit_code;
}

/** The exit code with which Defender's agent ends when the script on the device is not the one of the library. Source: its command line. */
const SCRIPT_CHANGED = 323;

/** What is to be said of exit codes that the agent gives rather than the script; a script may end with them too. */
function hintsOf({ exit_code }: Transcript, { successExitCodes }: ResultSettings): string[] {
	if (!('code' in exit_code) || exit_code.code !== SCRIPT_CHANGED || successExitCodes.includes(SCRIPT_CHANGED)) return [];
	return [
		"Exit code 323 is that of Defender's agent when the script on the device does not have the checksum of the one in the library: it is then not run. Upload the script again and rerun it, and check whether something on the device changes it",
	];
}

/** Why a transcript is not that of the command; undefined where it is, or names no script. */
function scriptMismatch({ script_name }: Transcript, { command }: Fetching): string | undefined {
	const sent = scriptNameOf(command);
	const name = script_name && withoutNuls(script_name);
	if (!sent || !name || isSameScript(sent, name)) return undefined;
	return `The result is of the script "${name}", and the command is "${sent}"`;
}

function judgeTranscript(
	downloaded: string,
	fetching: Fetching,
): Pick<Fetched, 'outcome' | 'errors' | 'transcript' | 'raw'> & { isTooDeep: boolean } {
	const { settings, session } = fetching;
	const read = readTranscript(downloaded);
	if ('unreadable' in read) {
		// It is unknown who wrote these words: a proxy or the storage may show the link.
		const text = session.secrets.redact(downloaded);
		const whole = { script_name: null, script_output: text, script_error: '' };
		const errors = ['The result is not a transcript that can be read; its text is in script_output'];
		return { outcome: 'unreadable', errors, transcript: showTranscript(whole, readOutput(text), null, settings), isTooDeep: false };
	}
	const { transcript, raw } = read;
	const output = readOutput(transcript.script_output);
	const other = scriptMismatch(transcript, fetching);
	const exitCode = other === undefined ? exitCodeOf(transcript, output, settings) : { missing: other };
	const code = 'code' in exitCode ? exitCode.code : null;
	return {
		outcome: judgeExitCode(code, settings.successExitCodes),
		errors: ['missing' in exitCode ? [exitCode.missing] : [], other === undefined ? hintsOf(transcript, settings) : []].flat(),
		transcript: showTranscript(transcript, output, code, settings),
		...(raw && !settings.simplify && { raw: raw as IDataObject }),
		isTooDeep: !raw,
	};
}

/** Keeps a transcript as it was downloaded. A transcript that cannot be stored has still been read. */
async function keepTranscript(
	{ store, address: { machineActionId, index } }: Fetching,
	bytes: Buffer,
	digest: string,
): Promise<Pick<Fetched, 'errors' | 'file'>> {
	// As the storage names it.
	const fileName = `output_${machineActionId}_${index}.json`;
	const mimeType = 'application/json';
	const failed = await store.keep(bytes, fileName, mimeType).catch((error: unknown) => {
		if (error instanceof DownloadFailed) return error;
		throw error;
	});
	if (failed) return { errors: [failed.message] };
	return { errors: [], file: { fileName, fileSize: bytes.length, mimeType, sha256: digest } };
}

/**
 * A script's transcript, from bytes to outcome. Whatever the bytes are, there is an outcome. What is large is read when
 * its turn comes, and nothing of it is kept but what is shown.
 */
export async function fetchTranscript(fetching: Fetching, link: Link): Promise<Fetched> {
	const { session, settings, address } = fetching;
	const maxBytes = Math.min(settings.maxDownloadSize, MAX_TRANSCRIPT);
	return await withRoom(
		session,
		() => true,
		async (makeRoom) => {
			const download = await startDownload(session, address, link, maxBytes);
			// Of unknown length it may be as long as any that is small.
			await makeRoom(download.blob.totalBytes ?? SMALL_BYTES);
			const bytes = await collect(download.bytes(), maxBytes, makeRoom);
			const digest = sha256(bytes);
			const { text, damaged } = decodeText(await decompressGzip(bytes, maxBytes, makeRoom));
			const { isTooDeep, ...fetched } = judgeTranscript(text, fetching);
			const warnings = warningsOf(download);
			if (damaged) warnings.push('The result holds bytes that are not text; they were replaced');
			if (isTooDeep) warnings.push('The transcript is nested too deep to be shown as downloaded');
			const kept = settings.transcriptAsFile ? await keepTranscript(fetching, bytes, digest) : { errors: [] };
			const errors = [...fetched.errors, ...kept.errors];
			return { ...fetched, ...kept, errors, warnings, link: download.link, download: reportOf(download, bytes.length, digest, session) };
		},
	);
}
