import { newCallStats } from '../../../nodes/DefenderLiveResponse/service/callStats';
import fc from 'fast-check';
import { itemOf } from '../../../nodes/DefenderLiveResponse/result/item';
import { readOutput } from '../../../nodes/DefenderLiveResponse/result/output';
import { showTranscript } from '../../../nodes/DefenderLiveResponse/result/shownTranscript';
import type { Outcome } from '../../../nodes/DefenderLiveResponse/result/outcome';
import type { ResultSettings } from '../../../nodes/DefenderLiveResponse/result/options';
import { readMachineAction } from '../../../nodes/DefenderLiveResponse/service/machineAction';
import { actionEntity, ACTION_ID } from '../result/entities';
import { propertiesOf } from './property';

const OUTCOMES: Outcome[] = [
	'succeeded',
	'scriptFailed',
	'commandFailed',
	'actionFailed',
	'cancelled',
	'timedOut',
	'notExecuted',
	'noResult',
	'unreadable',
	'unverified',
	'pending',
	'notSent',
	'refused',
];
const KEYS = [
	'computerDnsName',
	'outcome',
	'exit_code',
	'script_output',
	'script_error',
	'errors',
	'started',
	'script_name',
	'commandType',
	'commandIndex',
	'machineActionId',
	'machineId',
];
const LINK_KEYS = [
	'computerDnsName',
	'outcome',
	'downloadLink',
	'linkExpiresAt',
	'started',
	'commandType',
	'commandIndex',
	'machineActionId',
	'machineId',
];
/** There only where there was something to tell. */
const EXTRA = ['transcriptPath', 'omittedCharacters'];

const text = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 20 }),
	fc.constantFrom('Log: C:\\PSScriptOutputs\\PSScript_Transcript_1.txt\r\nout\0', '{"a":1}', '[1,2]', '\0'),
);
const settings: fc.Arbitrary<ResultSettings> = fc.record({
	followLink: fc.boolean(),
	simplify: fc.boolean(),
	includeLink: fc.boolean(),
	successExitCodes: fc.constant([0]),
	exitCodePattern: fc.constant(undefined),
	transcriptAsFile: fc.constant(false),
	parseOutput: fc.constantFrom('none', 'json', 'lines'),
	splitOutput: fc.constant(false),
	stripBanner: fc.boolean(),
	maxOutputLength: fc.nat(20),
	decompress: fc.constant(true),
	maxDownloadSize: fc.constant(1024),
	binaryPropertyName: fc.constant('data'),
	expectedScriptName: fc.constant(''),
});
const command = fc.record({
	commandStatus: fc.constantFrom('Created', 'Completed', 'Failed', null),
	errors: fc.oneof(fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 2 }), fc.constant(null)),
	type: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('RunScript', 'GetFile', 'PutFile', null) }, text),
	params: fc.oneof(
		fc.constant(null),
		fc.array(fc.record({ key: fc.constantFrom('ScriptName', 'Path', 'Args', '__proto__'), value: fc.oneof(text, fc.constant(null)) }), {
			maxLength: 2,
		}),
	),
});
const result = fc.record({
	outcome: fc.constantFrom(...OUTCOMES),
	isListed: fc.boolean(),
	isStale: fc.boolean(),
	command,
	transcript: fc.option(
		fc.record({ script_name: fc.option(text), exit_code: fc.option(fc.integer()), script_output: text, script_error: text }),
		{ nil: undefined },
	),
	raw: fc.option(fc.dictionary(fc.oneof(text, fc.constantFrom('error', '__proto__')), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }), {
		nil: undefined,
	}),
	file: fc.option(fc.record({ fileName: text, fileSize: fc.nat(), mimeType: text, sha256: text }), { nil: undefined }),
	link: fc.option(fc.constant({ url: 'https://a.blob.core.windows.net/x?sig=SECRET', expiresAt: null }), { nil: undefined }),
	errors: fc.array(text, { maxLength: 2 }),
	warnings: fc.array(text, { maxLength: 2 }),
});
type Result = typeof result extends fc.Arbitrary<infer T> ? T : never;

function item({ isListed, command: state, raw, transcript, ...known }: Result, chosen: ResultSettings) {
	const action = readMachineAction(actionEntity('Succeeded', isListed ? [state] : []))!;
	const shown = transcript && showTranscript(transcript, readOutput(transcript.script_output), transcript.exit_code, chosen);
	return itemOf(
		{ ...known, transcript: shown, raw: raw as never, machineActionId: ACTION_ID, commandIndex: 0, action, command: action.commands[0] },
		chosen,
		newCallStats(),
	);
}

export const itemProperties = propertiesOf('item', {
	'it has the same keys in the same order however the command went, and never a top-level error': fc.property(
		result,
		settings,
		(went, chosen) => {
			const json = item(went, chosen);
			const isFile = went.isListed && went.command.type === 'GetFile';
			const expected = !chosen.followLink
				? LINK_KEYS
				: [
						...KEYS,
						...(chosen.parseOutput === 'none' ? [] : ['output']),
						...(isFile ? ['fileName', 'fileSize', 'mimeType', 'sha256'] : []),
						...(chosen.includeLink ? ['downloadLink', 'linkExpiresAt'] : []),
						...(chosen.simplify ? [] : ['machineAction', 'command', 'transcript', 'download']),
					];
			expect(Object.keys(json).filter((key) => !EXTRA.includes(key))).toEqual(expected);
		},
	),
	'its outcome is the one that was judged, and its texts hold no NULs': fc.property(result, settings, (went, chosen) => {
		const json = item(went, chosen);
		expect(json.outcome).toBe(went.outcome);
		expect(`${String(json.script_name)}${String(json.script_output)}${String(json.script_error)}`).not.toContain('\0');
	}),
	'it can be written as JSON and read again, and only downloadLink has the link': fc.property(result, settings, (went, chosen) => {
		const json = item(went, chosen);
		const written = JSON.stringify(json);
		expect(JSON.stringify(JSON.parse(written))).toBe(written);
		const others = { ...json };
		delete others.downloadLink;
		expect(JSON.stringify(others)).not.toContain('SECRET');
	}),
});
