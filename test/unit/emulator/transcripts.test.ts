import type { Emulator, ScriptBehaviour } from '../../../playground/emulator';
import { apiClient, runScript, startWithClock, type FakeClock } from './client';

let emulator: Emulator;
let clock: FakeClock;
beforeAll(async () => {
	({ emulator, clock } = await startWithClock());
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.close());

interface Transcript {
	exit_code: number;
	script_output: string;
	script_errors: string;
}
/** Runs a script on a new device, and gives its transcript. */
async function transcriptOf(script: ScriptBehaviour, device: Record<string, unknown> = {}): Promise<Transcript> {
	const call = apiClient(emulator);
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': script }, ...device });
	const { body } = await call('POST', `/machines/${id}/runliveresponse`, { Commands: [runScript('a.ps1')], Comment: 'x' });
	clock.advance(60_000);
	const link = await call('GET', `/machineactions/${body.id}/GetLiveResponseResultDownloadLink(index=0)`);
	return (await (await fetch(link.body.value)).json()) as Transcript;
}

const PATH = String.raw`C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Temp\\PSScriptOutputs\\PSScript_Transcript_\{[0-9A-F-]{36}\}\.txt`;
test.each([
	['en', `Transcript started, output file is ${PATH}`],
	['ja', `トランスクリプトが開始されました。出力ファイル: ${PATH}`],
	['de', `Die Aufzeichnung wurde gestartet\\. Die Ausgabedatei ist "${PATH}"\\.`],
	['fr', `Transcription démarrée, le fichier de sortie est ${PATH}`],
] as const)('the first line in the language of the device: %s', async (language, line) => {
	const expected = new RegExp(`^${line}\ndone\0$`);
	expect((await transcriptOf({ output: 'done' }, { language })).script_output).toMatch(expected);
	expect(emulator.machines()[0]).not.toHaveProperty('language');
	expect((await transcriptOf({ output: 'done', language })).script_output).toMatch(expected);
	expect((await transcriptOf({ output: 'done' }, { language, osPlatform: 'Ubuntu' })).script_output).toBe('done');
});

test('a script is reported with 0 whatever it ended with', async () => {
	expect(await transcriptOf({ exitCode: 4, reportedExitCode: 0, output: 'RESULT=4' })).toMatchObject({
		exit_code: 0,
		script_output: expect.stringContaining('RESULT=4'),
	});
	expect((await transcriptOf({ exitCode: 4 })).exit_code).toBe(4);
});

test('a script that the agent found changed ends with 323 and writes nothing', async () => {
	expect(await transcriptOf({ hashMismatch: true, output: 'never' })).toMatchObject({
		exit_code: 323,
		script_output: '',
		script_errors: '',
	});
});

test('byte order marks before the first line or before the output', async () => {
	expect((await transcriptOf({ outputBom: 'beforeBanner', output: '{}' })).script_output).toMatch(/^\uFEFFTranscript started.*\n\{\}\0$/);
	expect((await transcriptOf({ outputBom: 'afterBanner', output: '{}' })).script_output).toMatch(/^Transcript started.*\n\uFEFF\{\}\0$/);
	expect((await transcriptOf({ outputBom: 'afterBanner', output: '{}', banner: false, nuls: 0 })).script_output).toBe('\uFEFF{}');
});
