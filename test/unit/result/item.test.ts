import { newCallStats } from '../../../nodes/DefenderLiveResponse/service/callStats';
import type { CommandResult } from '../../../nodes/DefenderLiveResponse/result/item';
import { itemOf, scriptNameOf, splitItem } from '../../../nodes/DefenderLiveResponse/result/item';
import type { Outcome } from '../../../nodes/DefenderLiveResponse/result/outcome';
import type { ResultSettings } from '../../../nodes/DefenderLiveResponse/result/settings';
import type { CommandState } from './entities';
import { ACTION_ID, actionOf, MACHINE_ID } from './entities';

const SETTINGS: ResultSettings = {
	followLink: true,
	simplify: true,
	includeLink: false,
	successExitCodes: [0],
	parseOutput: 'none',
	splitOutput: false,
	stripBanner: true,
	maxOutputLength: 0,
	decompress: true,
	maxDownloadBytes: 1024,
	binaryPropertyName: 'data',
	expectedScriptName: '',
};
const OUTCOMES: Outcome[] = [
	'succeeded', 'scriptFailed', 'commandFailed', 'actionFailed', 'cancelled', 'timedOut', 'notExecuted', 'noResult', 'unreadable', 'unverified', 'pending',
];
const LINK = { url: 'https://a.blob.core.windows.net/x?sig=abc', expiresAt: '2026-01-13T09:33:00.000Z' };
const RAW = { script_name: 'minidump.ps1', exit_code: 0, script_output: '[{"n":1},{"n":2}]\n\0', script_errors: 'warned\0', error: 'a key of the script' };
const SCRIPT: CommandState = { type: 'RunScript', params: [{ key: 'ScriptName', value: 'minidump.ps1' }] };
const FILE = { fileName: 'out.zip', fileSize: 5, mimeType: 'application/zip', sha256: 'ab' };

function resultOf(state: CommandState, more: Partial<CommandResult> = {}): CommandResult {
	const action = actionOf('Succeeded', [state]);
	return { machineActionId: ACTION_ID, commandIndex: 0, action, command: action.commands[0], outcome: 'succeeded', errors: [], warnings: [], ...more };
}
function scriptResult(more: Partial<CommandResult> = {}): CommandResult {
	const transcript = { script_name: RAW.script_name, exit_code: 0, script_output: RAW.script_output, script_error: RAW.script_errors };
	const download = { bytes: 100, contentType: 'application/json', linkExpiresAt: LINK.expiresAt, sha256: 'cd', retrievedAt: '2026-01-13T09:04:00.000Z' };
	return resultOf(SCRIPT, { transcript, raw: RAW, link: LINK, download, ...more });
}
const item = (result: CommandResult, settings: Partial<ResultSettings> = {}) => itemOf(result, { ...SETTINGS, ...settings }, newCallStats());
const keys = (json: object) => Object.keys(json).sort();

const KEYS = ['machineActionId', 'commandIndex', 'commandType', 'outcome', 'script_name', 'exit_code', 'script_output', 'script_error', 'errors', 'machineId', 'computerDnsName'];
const FILE_KEYS = [...KEYS, 'fileName', 'fileSize', 'mimeType', 'sha256'];
const FULL_KEYS = ['machineAction', 'command', 'transcript', 'download'];

it('is what the contract shows', () => {
	expect(item(scriptResult())).toEqual({
		machineActionId: ACTION_ID,
		commandIndex: 0,
		commandType: 'RunScript',
		outcome: 'succeeded',
		script_name: 'minidump.ps1',
		exit_code: 0,
		script_output: '[{"n":1},{"n":2}]\n',
		script_error: 'warned',
		errors: [],
		machineId: MACHINE_ID,
		computerDnsName: 'ws-01.contoso.com',
	});
});

describe.each(OUTCOMES)('%s has the same keys', (outcome) => {
	it.each([
		['simple', {}, KEYS],
		['full', { simplify: false }, [...KEYS, ...FULL_KEYS]],
		['parsed as JSON', { parseOutput: 'json' as const }, [...KEYS, 'output']],
		['parsed as lines', { parseOutput: 'lines' as const }, [...KEYS, 'output']],
		['with the link', { includeLink: true }, [...KEYS, 'downloadLink', 'linkExpiresAt']],
		['the link alone', { followLink: false }, ['machineActionId', 'commandIndex', 'commandType', 'outcome', 'downloadLink', 'linkExpiresAt']],
	])('%s, with a transcript and without', (_, settings, expected) => {
		expect(keys(item(scriptResult({ outcome }), settings))).toEqual([...expected].sort());
		expect(keys(item(resultOf(SCRIPT, { outcome }), settings))).toEqual([...expected].sort());
	});

	it('as a collected file, with the file and without', () => {
		const state = { type: 'GetFile', params: [{ key: 'Path', value: 'C:\\out.zip' }] };
		for (const file of [FILE, undefined]) {
			const json = item(resultOf(state, { outcome, file }));
			expect(keys(json)).toEqual([...FILE_KEYS].sort());
			expect(json).toMatchObject({ script_name: null, exit_code: null, script_output: null, script_error: null });
			expect(json).toMatchObject(file ?? { fileName: null, fileSize: null, mimeType: null, sha256: null });
			expect(keys(item(resultOf(state, { outcome, file }), { simplify: false }))).toEqual([...FILE_KEYS, ...FULL_KEYS].sort());
		}
	});

	it('as a copied file, and as a command that is not listed', () => {
		expect(keys(item(resultOf({ type: 'PutFile' }, { outcome })))).toEqual([...KEYS].sort());
		expect(keys(item(resultOf(SCRIPT, { outcome, command: undefined, action: undefined })))).toEqual([...KEYS].sort());
	});
});

it('names the script of a command that has no transcript', () => {
	expect(item(resultOf(SCRIPT, { outcome: 'pending' }))).toMatchObject({ script_name: 'minidump.ps1', exit_code: null, script_output: null, script_error: null });
	expect(scriptNameOf(undefined)).toBeNull();
});

it('lists the reasons of the service before those of the node', () => {
	const json = item(resultOf({ ...SCRIPT, errors: ['no such script', { code: 5 }] }, { errors: ['not read'] }));
	expect(json.errors).toEqual(['no such script', '{"code":5}', 'not read']);
});

const withOutput = (script_output: string, script_error = '') =>
	scriptResult({ transcript: { script_name: null, exit_code: 0, script_output, script_error } });
const BANNER = 'Transcript started, output file is C:\\Temp\\t.txt';

describe('the banner', () => {
	it.each([
		['before output', `${BANNER}\r\nout\r\n\0\0`, 'out\r\n'],
		['alone', `${BANNER}\n\0`, ''],
		['alone without a line break', BANNER, ''],
	])('%s becomes transcriptPath', (_, output, expected) => {
		expect(item(withOutput(output))).toMatchObject({ script_output: expected, transcriptPath: 'C:\\Temp\\t.txt' });
	});

	// Output comes without NULs, so those behind or before the banner must not keep it there.
	it.each([
		['before a NUL', `${BANNER}\0`, ''],
		['behind a NUL', `\0${BANNER}\nout`, 'out'],
	])('%s becomes transcriptPath', (_, output, expected) => {
		expect(item(withOutput(output))).toMatchObject({ script_output: expected, transcriptPath: 'C:\\Temp\\t.txt' });
	});

	it('stays where it is to stay', () => {
		const json = item(withOutput(`${BANNER}\nout\0`), { stripBanner: false });
		expect(json).toMatchObject({ script_output: `${BANNER}\nout` });
		expect(json).not.toHaveProperty('transcriptPath');
	});
});

describe('long output', () => {
	it('keeps its end and tells what was left out', () => {
		const json = item(withOutput(`${BANNER}\nabcdef\0`, '12345'), { maxOutputLength: 4 });
		expect(json).toMatchObject({ script_output: 'cdef', script_error: '2345', omittedCharacters: 3 });
		expect(item(withOutput('abcdef', '123456'), { maxOutputLength: 4 })).toMatchObject({ omittedCharacters: 4 });
		expect(item(withOutput('abcd', '1'), { maxOutputLength: 4 })).not.toHaveProperty('omittedCharacters');
	});

	it('is parsed before it is cut', () => {
		expect(item(withOutput(`${BANNER}\n[1,2,3]\n\0`), { maxOutputLength: 2, parseOutput: 'json' }).output).toEqual([1, 2, 3]);
	});
});

it('parses output as JSON and as lines; what is no JSON is null', () => {
	expect(item(scriptResult(), { parseOutput: 'json' }).output).toEqual([{ n: 1 }, { n: 2 }]);
	expect(item(scriptResult(), { parseOutput: 'lines' }).output).toEqual(['[{"n":1},{"n":2}]']);
	expect(item(withOutput('no JSON'), { parseOutput: 'json' }).output).toBeNull();
	expect(item(resultOf(SCRIPT), { parseOutput: 'json' }).output).toBeNull();
});

it('is split by the elements of its output', () => {
	const parsed = item(scriptResult(), { parseOutput: 'json' });
	expect(splitItem(parsed)).toEqual([{ ...parsed, output: { n: 1 } }, { ...parsed, output: { n: 2 } }]);
	for (const output of [undefined, null, [], { n: 1 }, 'text']) {
		expect(splitItem({ outcome: 'succeeded', output })).toEqual([{ outcome: 'succeeded', output }]);
	}
});

it('shows everything where it is not to be simple, as the service sent it', () => {
	const result = scriptResult({ warnings: ['mind this'] });
	const json = itemOf(result, { ...SETTINGS, simplify: false }, { apiCalls: 3, retries: 1, waitedMs: 20, throttledMs: 5 });
	expect(json.machineAction).toEqual(result.action?.entity);
	expect(json.command).toEqual((result.action?.entity.commands as unknown[])[0]);
	expect(json.transcript).toEqual(RAW);
	expect(json.download).toEqual({ ...result.download, warnings: ['mind this'], apiCalls: 3, retries: 1, waitedMs: 20, throttledMs: 5 });
});

it('shows the command that was asked for, and nothing where the service left it out', () => {
	const action = actionOf('Succeeded', [{ index: 3 }, { index: 7 }]);
	const full = (more: object) => item(scriptResult({ action, ...more }), { simplify: false }).command;
	expect(full({ commandIndex: 7 })).toEqual((action.entity.commands as unknown[])[1]);
	expect(full({ commandIndex: 5 })).toBeNull();
	const odd = { ...action, entity: { commands: [null, { index: 7 }] } };
	expect(full({ commandIndex: 7, action: odd })).toEqual({ index: 7 });
	expect(item(scriptResult({ action: undefined }), { simplify: false })).toMatchObject({ machineAction: null, command: null, machineId: null });
});

it('tells when the link of the download was over, or else that of the result', () => {
	const download = { bytes: 1, contentType: null, linkExpiresAt: 'of the download', sha256: 'x', retrievedAt: 'x' };
	const expiry = (more: Partial<CommandResult>) => (item(scriptResult(more), { simplify: false }).download as { linkExpiresAt: string }).linkExpiresAt;
	expect(expiry({ download })).toBe('of the download');
	expect(expiry({ download: undefined })).toBe(LINK.expiresAt);
});

it("names the transcript's script, or else the command's", () => {
	const named = (script_name: string | null) => item(scriptResult({ transcript: { script_name, exit_code: 0, script_output: '', script_error: '' } })).script_name;
	expect(named('other.ps1\0')).toBe('other.ps1');
	expect(named(null)).toBe('minidump.ps1');
});

it('of a command that does not say what it is has the keys of a script', () => {
	const result = resultOf(SCRIPT);
	expect(item({ ...result, command: { ...result.command!, command: undefined } })).toMatchObject({ commandType: null, script_name: null });
});

it('holds the link only where it is asked for', () => {
	for (const simplify of [true, false]) expect(JSON.stringify(item(scriptResult(), { simplify }))).not.toContain('sig=');
	expect(item(scriptResult(), { includeLink: true })).toMatchObject({ downloadLink: LINK.url, linkExpiresAt: LINK.expiresAt });
	expect(item(resultOf(SCRIPT, { outcome: 'unverified', link: LINK }), { followLink: false })).toEqual({
		machineActionId: ACTION_ID, commandIndex: 0, commandType: 'RunScript', outcome: 'unverified', downloadLink: LINK.url, linkExpiresAt: LINK.expiresAt,
	});
});
