/** More than a sentence with a path of Windows has, in characters, so that a long first line is not searched. */
const MAX_BANNER = 2_000;

/**
 * The first line that PowerShell's Start-Transcript writes, which names a file on the device. Its words are in the
 * device's language, so it is known by the agent's folder and file name. The path ends the line, but for quotes (in
 * French after a blank), a full stop and the few letters that end a sentence in Korean or Japanese; a line that goes on
 * is the script's own.
 * Sources: captured results; first lines of transcripts in Japanese and German.
 */
const BANNER =
	/^\uFEFF?[^\r\n]*?([a-z]:\\[^\r\n:*?"<>|]*\\PSScriptOutputs\\PSScript_Transcript_[^\s\\/:*?"<>|]*\.txt)["']?(?:[^\S\r\n]?[»”’」』])?[^\s!-~]{0,4}[.]?["']?[^\S\r\n]*(?:\r*\n|$)/iu;

/** Takes the banner off a script's output. `path` is the file that it names. */
export function takeOffBanner(output: string): { text: string; path?: string } {
	const banner = BANNER.exec(output.slice(0, MAX_BANNER));
	// The end of what is searched is not the line's.
	const isWhole = banner && (banner[0].endsWith('\n') || banner[0].length === output.length);
	return isWhole ? { text: output.slice(banner[0].length), path: banner[1] } : { text: output };
}

/** Without the byte order mark that some programs write first. */
export function withoutMark(text: string): string {
	return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
