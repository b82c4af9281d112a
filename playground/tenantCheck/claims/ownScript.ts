import { NUMBER, UNICODE, VERDICT, WORD, WORD_HEX } from '../acting/ownFiles';
import { ownEnd } from '../acting/ownRun';
import { claim, verdict } from '../claim';
import { NotAsked } from '../notAsked';
import type { Asker, Observation } from '../observation';
import type { Entity } from '../observations/entities';
import { wholeBlob } from '../observations/storage';
import { say } from '../say';
import { outputOf, readTranscript } from '../transcript';

/** What our own script printed. */
const ownTranscript: Observation<{ output: string; lines: Map<string, string>; fields: Entity }> = {
	asks: "our own script's result",
	acts: true,
	async make(asker: Asker) {
		await asker.see(ownEnd);
		const transcript = readTranscript((await wholeBlob(asker)).body);
		if (!transcript.fields) throw new NotAsked('the transcript could not be read: see transcript.json');
		const output = outputOf(transcript);
		const lines = output
			.replaceAll('\0', '')
			.split(/\r?\n/)
			.map((line) => /^([A-Z]+)=(.*)$/.exec(line.trim()))
			.filter((match) => match !== null);
		return { output, lines: new Map(lines.map(([, name, value]) => [name, value])), fields: transcript.fields };
	},
};

/** A line that our own script prints. @throws NotAsked where it is not there */
function line(lines: Map<string, string>, name: string): string {
	const value = lines.get(name);
	if (value === undefined) throw new NotAsked("our own script's lines are not in the output");
	return value;
}

export const SCRIPT_CLAIMS = [
	claim({
		id: 'result.exit-code',
		claim: `\`exit_code\` is what the script ended with: ${VERDICT}.`,
		source: 'documented; one client (PatchPilot) reports 0 for a script that ended with 4',
		affects: 'the outcome: only success codes are `succeeded`',
		ifNot: 'The exit code cannot be trusted: let scripts print their verdict and set Exit Code: Pattern.',
		emulator: 'script behaviour exitCode',
		from: [ownTranscript],
		judge: ({ fields }) =>
			verdict(
				fields.exit_code === VERDICT,
				typeof fields.exit_code === 'number' ? say`${fields.exit_code}` : say`a ${typeof fields.exit_code}`,
			),
	}),
	claim({
		id: 'result.verdict',
		claim: 'What the script prints arrives to the last line.',
		source: 'captured',
		affects: 'Exit Code: Pattern, Output: Parse',
		ifNot: 'A printed verdict cannot be relied on.',
		emulator: 'script behaviour output',
		from: [ownTranscript],
		judge: ({ lines }) =>
			verdict(lines.get('RESULT') === String(VERDICT), lines.has('RESULT') ? say`the last line is there` : say`the last line is missing`),
	}),
	claim({
		id: 'result.unicode',
		claim: 'Letters outside ASCII and emoji arrive as they were printed.',
		source: 'inferred: the agent switches PowerShell to UTF-8',
		affects: 'script_output is read as UTF-8',
		ifNot: 'Scripts have to print ASCII, or Base64.',
		emulator: 'script behaviour output',
		from: [ownTranscript],
		judge: ({ lines }) => verdict(line(lines, 'UNICODE') === UNICODE, line(lines, 'UNICODE') === UNICODE ? say`unchanged` : say`changed`),
	}),
	claim({
		id: 'result.arguments',
		claim: 'Arguments in quotes reach the script, with blanks and letters outside ASCII.',
		source: 'inferred',
		affects: 'Arguments of Run Script',
		ifNot: 'Encode arguments, e.g. in Base64: the examples have scripts for that.',
		emulator: 'none: scripts do not run',
		from: [ownTranscript],
		judge({ lines }) {
			const arrived = line(lines, 'HEX') === WORD_HEX && line(lines, 'NUMBER') === String(NUMBER);
			const printed = line(lines, 'WORD') === WORD;
			return verdict(arrived, arrived ? (printed ? say`unchanged` : say`unchanged in the script, not in the output`) : say`changed`);
		},
	}),
	claim({
		id: 'result.name',
		claim: "`script_name` is the script's name in the library.",
		source: 'captured',
		affects: 'Expected Script Name; a result of another script is not `succeeded`',
		ifNot: 'Expected Script Name refuses good results.',
		emulator: 'script behaviour transcript',
		from: [ownTranscript],
		judge: ({ fields }) =>
			verdict(
				/^n8n-tenant-check\.(?:ps1|sh)$/i.test(String(fields.script_name ?? fields.name)),
				/^n8n-tenant-check\.(?:ps1|sh)$/i.test(String(fields.script_name ?? fields.name)) ? say`the same` : say`another`,
			),
	}),
];
