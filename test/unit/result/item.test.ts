import { newCallStats } from '../../../nodes/DefenderLiveResponse/service/callStats';
import type { CommandResult } from '../../../nodes/DefenderLiveResponse/result/item';
import { itemOf, withoutResult } from '../../../nodes/DefenderLiveResponse/result/item';
import { readOutput } from '../../../nodes/DefenderLiveResponse/result/output';
import { showTranscript } from '../../../nodes/DefenderLiveResponse/result/shownTranscript';
import type { Transcript } from '../../../nodes/DefenderLiveResponse/result/transcript';
import type { Outcome } from '../../../nodes/DefenderLiveResponse/result/outcome';
import type { ResultSettings } from '../../../nodes/DefenderLiveResponse/result/options';
import type { CommandState } from './entities';
import { ACTION_ID, actionOf, MACHINE_ID } from './entities';

const SETTINGS: ResultSettings = {
	followLink: true,
	simplify: true,
	includeLink: false,
	successExitCodes: [0],
	exitCodePattern: undefined,
	transcriptAsFile: false,
	parseOutput: 'none',
	splitOutput: false,
	stripBanner: true,
	maxOutputLength: 0,
	decompress: true,
	maxDownloadSize: 1024,
	binaryPropertyName: 'data',
	expectedScriptName: '',
};
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
const LINK = { url: 'https://a.blob.core.windows.net/x?sig=abc', expiresAt: '2026-01-13T09:33:00.000Z' };
const RAW = {
	script_name: 'minidump.ps1',
	exit_code: 0,
	script_output: '[{"n":1},{"n":2}]\n\0',
	script_errors: 'warned\0',
	error: 'a key of the script',
};
const SCRIPT: CommandState = { type: 'RunScript', params: [{ key: 'ScriptName', value: 'minidump.ps1' }] };
const FILE = { fileName: 'out.zip', fileSize: 5, mimeType: 'application/zip', sha256: 'ab' };

function resultOf(state: CommandState, more: Partial<CommandResult> = {}): CommandResult {
	const action = actionOf('Succeeded', [state]);
	return {
		machineActionId: ACTION_ID,
		commandIndex: 0,
		action,
		command: action.commands[0],
		outcome: 'succeeded',
		errors: [],
		warnings: [],
		...more,
	};
}
const shownOf = (transcript: Partial<Transcript>, settings: Partial<ResultSettings> = {}, exitCode: number | null = 0) => {
	const whole = { script_name: null, exit_code: { missing: '' }, script_output: '', script_error: '', ...transcript };
	return showTranscript(whole, readOutput(whole.script_output), exitCode, { ...SETTINGS, ...settings });
};
const TRANSCRIPT = { script_name: RAW.script_name, script_output: RAW.script_output, script_error: RAW.script_errors };
function scriptResult(more: Partial<CommandResult> = {}, settings: Partial<ResultSettings> = {}): CommandResult {
	const transcript = shownOf(TRANSCRIPT, settings);
	const download = {
		bytes: 100,
		contentType: 'application/json',
		linkExpiresAt: LINK.expiresAt,
		sha256: 'cd',
		retrievedAt: '2026-01-13T09:04:00.000Z',
	};
	return resultOf(SCRIPT, { transcript, raw: RAW, link: LINK, download, ...more });
}
const item = (result: CommandResult, settings: Partial<ResultSettings> = {}) =>
	itemOf(result, { ...SETTINGS, ...settings }, newCallStats());
const keys = (json: object) => Object.keys(json);

/** In the order of the contract. */
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
		started: true,
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
		['the link alone', { followLink: false }, LINK_KEYS],
		['the link alone, in full', { followLink: false, simplify: false, parseOutput: 'json' as const }, LINK_KEYS],
	])('%s, with a transcript and without', (_, settings, expected) => {
		expect(keys(item(scriptResult({ outcome }, settings), settings))).toEqual(expected);
		expect(keys(item(resultOf(SCRIPT, { outcome }), settings))).toEqual(expected);
	});

	it('as a collected file, with the file and without', () => {
		const state = { type: 'GetFile', params: [{ key: 'Path', value: 'C:\\out.zip' }] };
		for (const file of [FILE, undefined]) {
			const json = item(resultOf(state, { outcome, file }));
			expect(keys(json)).toEqual(FILE_KEYS);
			expect(json).toMatchObject({ script_name: null, exit_code: null, script_output: null, script_error: null });
			expect(json).toMatchObject(file ?? { fileName: null, fileSize: null, mimeType: null, sha256: null });
			expect(keys(item(resultOf(state, { outcome, file }), { simplify: false }))).toEqual([...FILE_KEYS, ...FULL_KEYS]);
		}
	});

	it('as a copied file, and as a command that is not listed', () => {
		expect(keys(item(resultOf({ type: 'PutFile' }, { outcome })))).toEqual(KEYS);
		expect(keys(item(resultOf(SCRIPT, { outcome, command: undefined })))).toEqual(KEYS);
	});
});

it('names the script of a command that has no transcript', () => {
	expect(item(resultOf(SCRIPT, { outcome: 'pending' }))).toMatchObject({
		script_name: 'minidump.ps1',
		exit_code: null,
		script_output: null,
		script_error: null,
	});
});

it('lists the reasons of the service before those of the node', () => {
	const json = item(resultOf({ ...SCRIPT, errors: ['no such script', { code: 5 }] }, { errors: ['not read'] }));
	expect(json.errors).toEqual(['no such script', '{"code":5}', 'not read']);
});

it('has extra keys behind the others, where there is something to tell', () => {
	const settings = { parseOutput: 'json' as const, maxOutputLength: 2, includeLink: true, simplify: false };
	const transcript = shownOf({ script_output: `Transcript started, output file is ${PATH}\n[1,2]` }, settings);
	expect(keys(item(scriptResult({ transcript }), settings))).toEqual([
		...KEYS,
		'output',
		'transcriptPath',
		'omittedCharacters',
		'downloadLink',
		'linkExpiresAt',
		...FULL_KEYS,
	]);
});

const PATH = 'C:\\Temp\\PSScriptOutputs\\PSScript_Transcript_{1}.txt';
const BANNER = `Transcript started, output file is ${PATH}`;

describe('the banner', () => {
	it.each([
		['before output', `${BANNER}\r\nout\r\n\0\0`, 'out\r\n'],
		['alone', `${BANNER}\n\0`, ''],
		['alone without a line break', BANNER, ''],
		// Output comes without NULs, so those behind or before the banner must not keep it there.
		['before a NUL', `${BANNER}\0`, ''],
		['behind a NUL', `\0${BANNER}\nout`, 'out'],
	])('%s becomes transcriptPath', (_, script_output, expected) => {
		expect(item(scriptResult({ transcript: shownOf({ script_output }) }))).toMatchObject({ script_output: expected, transcriptPath: PATH });
	});

	it('stays where it is to stay, and is not a part of what is parsed', () => {
		const settings = { stripBanner: false, parseOutput: 'json' as const };
		const json = item(scriptResult({ transcript: shownOf({ script_output: `${BANNER}\n[1]\0` }, settings) }), settings);
		expect(json).toMatchObject({ script_output: `${BANNER}\n[1]`, output: [1] });
		expect(json).not.toHaveProperty('transcriptPath');
	});
});

describe('long output', () => {
	it('keeps its end and tells what was left out', () => {
		const shown = (script_output: string, script_error: string) => shownOf({ script_output, script_error }, { maxOutputLength: 4 });
		expect(shown(`${BANNER}\nabcdef\0`, '12345')).toMatchObject({ script_output: 'cdef', script_error: '2345', omittedCharacters: 3 });
		expect(shown('abcdef', '123456')).toMatchObject({ omittedCharacters: 4 });
		expect(shown('abcd', '1')).not.toHaveProperty('omittedCharacters');
	});

	it('is parsed before it is cut', () => {
		expect(shownOf({ script_output: `${BANNER}\n[1,2,3]\n\0` }, { maxOutputLength: 2, parseOutput: 'json' }).output).toEqual([1, 2, 3]);
	});
});

it('parses output as JSON and as lines; what has none is null', () => {
	const parsed = (settings: Partial<ResultSettings>) => item(scriptResult({}, settings), settings).output;
	expect(parsed({ parseOutput: 'json' })).toEqual([{ n: 1 }, { n: 2 }]);
	expect(parsed({ parseOutput: 'lines' })).toEqual(['[{"n":1},{"n":2}]']);
	// It would be in memory for nothing.
	expect(shownOf(TRANSCRIPT)).not.toHaveProperty('output');
	expect(
		item(scriptResult({ transcript: shownOf({ script_output: 'no JSON' }, { parseOutput: 'json' }) }), { parseOutput: 'json' }).output,
	).toBeNull();
	expect(item(resultOf(SCRIPT), { parseOutput: 'json' }).output).toBeNull();
	expect(item(scriptResult())).not.toHaveProperty('output');
});

describe('whether the device began the command', () => {
	const started = (
		state: CommandState,
		more: Partial<CommandResult> & { status?: string } = {},
		settings: Partial<ResultSettings> = {},
	) => {
		const action = actionOf(more.status ?? 'Pending', [state]);
		return item({ ...resultOf(state), action, command: action.commands[0], ...more }, settings).started;
	};
	const CREATED: CommandState = { ...SCRIPT, commandStatus: 'Created' };

	it('is what the service says, with a link and without', () => {
		for (const followLink of [true, false]) {
			expect(started(CREATED, {}, { followLink })).toBe(false);
			expect(started(SCRIPT, {}, { followLink })).toBe(true);
			expect(started(CREATED, { status: 'InProgress' }, { followLink })).toBeNull();
			expect(started(CREATED, { status: 'InProgress', link: LINK }, { followLink })).toBe(true);
		}
	});

	it('is not known of what may have gone on since, but what had begun has', () => {
		expect(started(CREATED, { isStale: true })).toBeNull();
		expect(started(SCRIPT, { isStale: true })).toBe(true);
	});
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
	for (const entity of [{}, { commands: null }, { commands: 'x' }])
		expect(full({ commandIndex: 3, action: { ...action, entity } })).toBeNull();
});

it('tells when the link of the download was over, or else that of the result', () => {
	const download = { bytes: 1, contentType: null, linkExpiresAt: 'of the download', sha256: 'x', retrievedAt: 'x' };
	const expiry = (more: Partial<CommandResult>) =>
		(item(scriptResult(more), { simplify: false }).download as { linkExpiresAt: string }).linkExpiresAt;
	expect(expiry({ download })).toBe('of the download');
	expect(expiry({ download: undefined })).toBe(LINK.expiresAt);
});

it("names the transcript's script, or else the command's", () => {
	const named = (script_name: string | null) => item(scriptResult({ transcript: shownOf({ script_name }) })).script_name;
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
		computerDnsName: 'ws-01.contoso.com',
		outcome: 'unverified',
		downloadLink: LINK.url,
		linkExpiresAt: LINK.expiresAt,
		started: true,
		commandType: 'RunScript',
		commandIndex: 0,
		machineActionId: ACTION_ID,
		machineId: MACHINE_ID,
	});
});

it('of a command that was refused has the same keys without values, with a link and without', () => {
	const [refused, refusedLink] = [withoutResult({ followLink: true }), withoutResult({ followLink: false })];
	expect(keys(refused)).toEqual(KEYS);
	expect(keys(refusedLink)).toEqual(LINK_KEYS);
	expect(refused.errors).toEqual([]);
	for (const item of [{ ...refused, errors: null }, refusedLink]) expect(new Set(Object.values(item))).toEqual(new Set([null]));
});
