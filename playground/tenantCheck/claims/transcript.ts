import type { Answer } from '../calls';
import { claim, verdict } from '../claim';
import { NotAsked } from '../notAsked';
import type { Place } from '../observations/place';
import { blob } from '../observations/storage';
import { WITHHELD, mark, say } from '../say';
import { bannerOf, outputOf, readTranscript, type Transcript } from '../transcript';

const KEYS = ['script_name', 'exit_code', 'script_output', 'script_errors'];
const OLD_KEYS = ['name', 'script_error'];
const ENGLISH = 'Transcript started, output file is';

type Seen = Answer & { place: Place };

function read({ status, body }: Seen): Transcript {
	if (status !== 200) throw new NotAsked('the result could not be downloaded: see storage.without-token');
	return readTranscript(body);
}

/** @throws NotAsked where no parser reads it */
function fieldsOf(seen: Seen) {
	const { fields } = read(seen);
	if (!fields) throw new NotAsked('the transcript could not be read: see transcript.json');
	return fields;
}

function windowsOutput(seen: Seen): string {
	if (!seen.place.powerShell) throw new NotAsked('the script is not a PowerShell script');
	fieldsOf(seen);
	return outputOf(read(seen));
}

export const TRANSCRIPT_CLAIMS = [
	claim({
		id: 'transcript.encoding',
		claim: 'A transcript is UTF-8 without a byte order mark, and not packed.',
		source: 'captured once',
		affects: 'reading a transcript; the node also reads UTF-16, a byte order mark and gzip',
		ifNot: 'The node reads the other forms too. The emulator would send that one.',
		emulator: 'script behaviour encoding',
		from: [blob],
		judge: (seen) => verdict(read(seen).form === 'UTF-8', read(seen).form),
	}),
	claim({
		id: 'transcript.json',
		claim: 'It is JSON that a strict parser reads, without line breaks inside texts.',
		source: "captured once; the documentation's sample has a line break",
		affects: 'reading a transcript; the node repairs line breaks',
		ifNot: 'The node repairs it. If it cannot, the outcome is `unreadable` with the text in `script_output`.',
		emulator: 'script behaviour raw',
		from: [blob],
		judge(seen) {
			const { form, strict, fields } = read(seen);
			if (form === 'gzip' || form === 'UTF-16') throw new NotAsked('the transcript is written in another form: see transcript.encoding');
			return verdict(strict, strict ? say`yes` : fields ? say`with line breaks in texts` : say`not readable`);
		},
	}),
	claim({
		id: 'transcript.keys',
		claim: `It has ${KEYS.map((key) => `\`${key}\``).join(', ')} (not \`name\` and \`script_error\`).`,
		source: 'captured; the first documentation had the other names',
		affects: 'reading a transcript; the node reads both',
		ifNot: 'The older names are read alike. Without `exit_code` the outcome is `unreadable`.',
		emulator: 'script behaviour keys',
		from: [blob],
		judge(seen) {
			const fields = fieldsOf(seen);
			const missing = KEYS.filter((key) => !(key in fields));
			const old = OLD_KEYS.filter((key) => key in fields);
			return verdict(
				missing.length === 0 && old.length === 0,
				missing.length === 0 && old.length === 0 ? say`all four` : say`missing: ${missing}; old names: ${old}`,
			);
		},
	}),
	claim({
		id: 'transcript.exit-code-type',
		claim: '`exit_code` is a whole number.',
		source: 'captured; one product documents a text',
		affects: 'exit codes are compared as numbers',
		ifNot: 'A number in a text is read alike; anything else is `unreadable`.',
		emulator: 'script behaviour transcript',
		from: [blob],
		judge(seen) {
			const code = fieldsOf(seen).exit_code;
			if (code === undefined) throw new NotAsked('there is no exit_code: see transcript.keys');
			return verdict(Number.isInteger(code), Number.isInteger(code) ? say`a whole number` : say`a ${typeof code}`);
		},
	}),
	claim({
		id: 'transcript.nul',
		claim: 'On Windows the output ends with a NUL.',
		source: 'captured once; the documentation shows three',
		affects: 'NULs are taken off: databases refuse them',
		ifNot: 'Nothing: what is not there is not taken off.',
		emulator: 'script behaviour nuls',
		from: [blob],
		judge(seen) {
			const nuls = /\0*$/.exec(windowsOutput(seen))![0].length;
			return verdict(nuls > 0, say`${nuls}`);
		},
	}),
	claim({
		id: 'transcript.banner',
		claim: "On Windows the output begins with a line that names the agent's transcript, `…\\PSScriptOutputs\\PSScript_Transcript_….txt`.",
		source: 'captured',
		affects: 'the line is taken off, known by its path',
		ifNot: 'Without the line there is nothing to take off. With another path it stays in `script_output`.',
		emulator: 'script behaviour banner',
		from: [blob],
		judge: (seen) =>
			verdict(bannerOf(windowsOutput(seen)) !== undefined, bannerOf(windowsOutput(seen)) === undefined ? say`none` : say`there is one`),
	}),
	claim({
		id: 'transcript.banner-language',
		claim: `That line reads *${ENGLISH}*, on a device in English.`,
		source: 'captured; other languages from transcripts of other origin',
		affects: 'nothing: the node knows the line by its path, in every language',
		ifNot: 'Nothing for the node; the words show the language.',
		emulator: 'device language',
		from: [blob],
		judge(seen) {
			const words = bannerOf(windowsOutput(seen));
			if (words === undefined) throw new NotAsked('there is no such line: see transcript.banner');
			// Only the words of PowerShell: letters and marks, no digits or paths.
			const fixed = /^[\p{L}\p{M}\s,.:;'’「」。、]{0,80}$/u.test(words) ? words.trim() : '';
			return verdict(words === ENGLISH, words === ENGLISH ? say`these words` : `other words: ${fixed === '' ? WITHHELD : mark(fixed)}`);
		},
	}),
];
