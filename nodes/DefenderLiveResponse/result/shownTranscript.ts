import type { Output } from './output';
import { keepEnd, parseOutput, withoutNuls } from './output';
import { keptPart } from './copied';
import type { ResultSettings } from './options';
import type { Transcript } from './transcript';

/** What an item shows of a transcript. It keeps nothing else of it in memory. */
export interface ShownTranscript {
	script_name: string | null;
	exit_code: number | null;
	script_output: string;
	script_error: string;
	/** The file on the device that the banner names, where there is one. */
	transcriptPath?: string;
	/** How many were cut, where some were. */
	omittedCharacters?: number;
	/** The output as data, where that is wanted. */
	output?: unknown;
}

/** What the user wants to see of a transcript. */
export function showTranscript(
	{ script_name, script_output, script_error }: Omit<Transcript, 'exit_code'>,
	output: Output,
	exitCode: number | null,
	{ stripBanner, maxOutputLength, parseOutput: mode }: ResultSettings,
): ShownTranscript {
	const { printed, text, readable, transcriptPath } = output;
	const end = keepEnd(stripBanner ? text : printed, maxOutputLength);
	const errorEnd = keepEnd(withoutNuls(script_error), maxOutputLength);
	const cut = end.cut + errorEnd.cut;
	return {
		script_name: script_name && withoutNuls(script_name),
		exit_code: exitCode,
		script_output: keptPart(end.text, script_output.length),
		script_error: keptPart(errorEnd.text, script_error.length),
		...(stripBanner && { transcriptPath }),
		...(cut > 0 && { omittedCharacters: cut }),
		...(mode !== 'none' && { output: parseOutput(readable, mode) }),
	};
}
