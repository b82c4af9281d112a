import { NodeOperationError } from 'n8n-workflow';
import { readResultLimits, readResultSettings, readWaiting } from '../../../nodes/DefenderLiveResponse/host/readSettings';
import type { Program } from '../../../nodes/DefenderLiveResponse/result/pattern/compile';
import { searchLast } from '../../../nodes/DefenderLiveResponse/result/pattern/search';
import { contextOf } from './fakeContext';

const settingsOf = (options: Record<string, unknown>, more: Record<string, unknown> = {}) =>
	readResultSettings(contextOf({ options, ...more }), 1);

it('has the defaults of the contract', () => {
	const context = contextOf({});
	expect(readResultSettings(context, 0)).toEqual({
		followLink: true,
		simplify: true,
		includeLink: false,
		transcriptAsFile: false,
		successExitCodes: [0],
		exitCodePattern: undefined,
		parseOutput: 'none',
		splitOutput: false,
		stripBanner: true,
		maxOutputLength: 0,
		decompress: true,
		maxDownloadSize: 1024 * 1024 * 1024,
		binaryPropertyName: 'data',
		expectedScriptName: '',
		callsPerMinute: 100,
		callsPerHour: 1500,
	});
	expect(readWaiting(context, 0)).toEqual({ waits: true, maxWaitMs: 20 * 60_000, intervalMs: 10_000 });
	expect(readResultLimits(context)).toEqual({ perMinute: 100, perHour: 1500 });
});

it.each<[unknown, number[]]>([
	['0', [0]],
	['0,3010', [0, 3010]],
	[' 0 , 3010 ,-1', [0, 3010, -1]],
	['3221225786', [3221225786]],
	[3010, [3010]],
])('success exit codes %j', (successExitCodes, expected) => {
	expect(settingsOf({ successExitCodes }).successExitCodes).toEqual(expected);
});

it.each(['', 'zero', '0,', '0;1', '0 1', '1.5', '0x0', '*', ','])('refuses success exit codes %j', (successExitCodes) => {
	expect(() => settingsOf({ successExitCodes })).toThrow(/'Exit Code: Success Codes'.*\[item 1\]/);
});

it.each([
	['^RESULT=(\\d+)$', 'x\nRESULT=5\nRESULT=7\ny', '7'],
	['code (?<code>-?\\d+)', 'code 1 code -2', '-2'],
	['(?:exit|rc)=(\\d)', 'exit=1 rc=2', '2'],
])('the pattern %s finds the last match of all lines', (exitCodePattern, output, expected) => {
	const pattern = settingsOf({ exitCodePattern }).exitCodePattern as Program;
	expect(searchLast(output, pattern).group).toBe(expected);
});

it.each(['RESULT=\\d+', '(?:\\d+)', '(', '[0-9', '(a)\\', '\\(\\d\\)', '*(a)', '(?=a)'])('refuses the pattern %j', (exitCodePattern) => {
	expect(() => settingsOf({ exitCodePattern })).toThrow(/'Exit Code: Pattern'.*\[item 1\]/);
});

it.each<[string, Record<string, unknown>, object]>([
	['no pattern', { exitCodePattern: '' }, { exitCodePattern: undefined }],
	['a size', { maxDownloadSize: 2 }, { maxDownloadSize: 2 * 1024 * 1024 }],
	['a size as text', { maxDownloadSize: '1.5' }, { maxDownloadSize: 1.5 * 1024 * 1024 }],
	['a length', { maxOutputLength: 100 }, { maxOutputLength: 100 }],
	['a length as text', { maxOutputLength: '100' }, { maxOutputLength: 100 }],
	['a script', { expectedScriptName: ' a.ps1 ' }, { expectedScriptName: 'a.ps1' }],
	[
		'what is switched',
		{ includeLink: true, splitOutput: true, stripBanner: false, decompress: false },
		{ includeLink: true, splitOutput: true, stripBanner: false, decompress: false },
	],
])('takes %s', (_, options, expected) => {
	expect(settingsOf(options)).toMatchObject(expected);
});

it('reads the parameters beside the options', () => {
	expect(settingsOf({}, { followLink: false, simplify: false })).toMatchObject({ followLink: false, simplify: false });
});

it.each<[string, unknown, string]>([
	['maxDownloadSize', 0, 'File: Max Download Size'],
	['maxDownloadSize', -1, 'File: Max Download Size'],
	['maxDownloadSize', 'much', 'File: Max Download Size'],
	['maxOutputLength', -1, 'Output: Max Length'],
	['maxOutputLength', 1.5, 'Output: Max Length'],
	['maxOutputLength', 'all', 'Output: Max Length'],
	['maxOutputLength', '', 'Output: Max Length'],
])('refuses %s %j', (name, value, displayName) => {
	const attempt = () => settingsOf({ [name]: value });
	expect(attempt).toThrow(NodeOperationError);
	expect(attempt).toThrow(new RegExp(`'${displayName}'.*\\[item 1\\]`));
});

describe('waiting', () => {
	it.each<[Record<string, unknown>, object]>([
		[{ maxWaitMinutes: 5 }, { maxWaitMs: 300_000 }],
		[{ maxWaitMinutes: 0.5 }, { maxWaitMs: 30_000 }],
		[{ maxWaitMinutes: '3' }, { maxWaitMs: 180_000 }],
		[{ maxWaitMinutes: 0 }, { maxWaitMs: 0 }],
		[
			{ maxWaitMinutes: 5, waitForCompletion: false },
			{ waits: false, maxWaitMs: 300_000 },
		],
		[{ options: { pollInterval: 60 } }, { intervalMs: 60_000 }],
		[{ options: { pollInterval: 5 } }, { intervalMs: 5_000 }],
		[{ options: { pollInterval: 1 } }, { intervalMs: 5_000 }],
		[{ options: { pollInterval: 0 } }, { intervalMs: 5_000 }],
	])('%j is %j', (parameters, expected) => {
		expect(readWaiting(contextOf(parameters), 0)).toMatchObject(expected);
	});

	it.each([{ maxWaitMinutes: -1 }, { maxWaitMinutes: 'long' }, { options: { pollInterval: -1 } }, { options: { pollInterval: 'often' } }])(
		'refuses %j',
		(parameters) => {
			expect(() => readWaiting(contextOf(parameters), 0)).toThrow(/\[item 0\]/);
		},
	);
});

it.each<[Record<string, unknown>, object]>([
	[{ callsPerMinute: 10 }, { perMinute: 10, perHour: 1500 }],
	[
		{ callsPerMinute: 0, callsPerHour: 0 },
		{ perMinute: 0, perHour: 0 },
	],
])('limits of %j', (options, expected) => {
	expect(readResultLimits(contextOf({ options }))).toEqual(expected);
});

it.each([{ callsPerMinute: -1 }, { callsPerMinute: 'all' }, { callsPerHour: 1.5 }])('refuses limits of %j', (options) => {
	expect(() => readResultLimits(contextOf({ options }))).toThrow(/'Rate: Calls per (Minute|Hour)'/);
});
