/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';
import { DownloadFailed } from '../../../nodes/DefenderLiveResponse/download/download';
import { MAX_DEPTH } from '../../../nodes/DefenderLiveResponse/result/output';
import { compile } from '../../../nodes/DefenderLiveResponse/result/pattern/compile';
import { MAX_STATES } from '../../../nodes/DefenderLiveResponse/result/pattern/search';
import type { CommandState } from './entities';
import { ACTION_ID, actionEntity } from './entities';
import type { BlobRequest } from '../download/fakeStorage';
import { LINK, md5Of, serve, sha256Of } from '../download/fakeStorage';
import { fetchResult, fillRoom, NO_TEXT, SCRIPT, TRANSCRIPT } from './fetchedResult';

describe('a script', () => {
	it('that ended well comes with its transcript, and what is known of the download', async () => {
		const { result, bytes, requests, calls } = await fetchResult({ settings: { simplify: false } });
		expect(result).toMatchObject({
			machineActionId: ACTION_ID,
			commandIndex: 0,
			outcome: 'succeeded',
			errors: [],
			warnings: [],
			transcript: { script_name: 'check.ps1', exit_code: 0, script_output: 'fine\n', script_error: '' },
			raw: TRANSCRIPT,
			link: { url: LINK, expiresAt: '2026-01-13T09:30:00.000Z' },
			download: {
				bytes: bytes.length,
				contentType: 'application/octet-stream',
				linkExpiresAt: '2026-01-13T09:30:00.000Z',
				sha256: sha256Of(bytes),
				retrievedAt: '2026-01-13T09:00:00.000Z',
			},
		});
		expect(result.action?.entity).toEqual({ ...actionEntity('Succeeded', [SCRIPT]) });
		expect(result.command?.command?.type).toBe('RunScript');
		expect(requests).toHaveLength(1);
		expect(calls.map(({ path }) => path)).toEqual([`/machineactions/${ACTION_ID}/GetLiveResponseResultDownloadLink(index=0)`]);
	});

	it.each([
		[3010, 'succeeded'],
		[1, 'scriptFailed'],
	])('with exit code %i has %s', async (exit_code, outcome) => {
		expect((await fetchResult({ content: { ...TRANSCRIPT, exit_code } })).result.outcome).toBe(outcome);
	});

	it('without an exit code is judged by no one, and says so', async () => {
		const { result } = await fetchResult({ content: { ...TRANSCRIPT, exit_code: null } });
		expect(result).toMatchObject({
			outcome: 'unreadable',
			errors: ['The transcript has no exit code'],
			transcript: { script_output: 'fine\n' },
		});
	});

	it('with a compressed transcript is read as well', async () => {
		const { result, bytes } = await fetchResult({ content: gzipSync(JSON.stringify(TRANSCRIPT)) });
		expect(result).toMatchObject({ outcome: 'succeeded', download: { bytes: bytes.length, sha256: sha256Of(bytes) } });
	});

	it.each<[string, Buffer, string]>([
		['text', Buffer.from('<html>'), '<html>'],
		['cut off', Buffer.from('{"exit_code":0,"scri'), '{"exit_code":0,"scri'],
		['gzip that is none', Buffer.from('\x1f\x8bno', 'latin1'), '\x1f\ufffdno'],
	])('whose result is %s is unreadable, and the text is kept', async (_, content, text) => {
		const { result } = await fetchResult({ content });
		expect(result).toMatchObject({
			outcome: 'unreadable',
			errors: ['The result is not a transcript that can be read; its text is in script_output'],
			transcript: { script_name: null, exit_code: null, script_output: text, script_error: '' },
		});
		expect(result.raw).toBeUndefined();
	});

	it('whose transcript no one wants to see as it came is not kept', async () => {
		expect((await fetchResult()).result).not.toHaveProperty('raw');
	});

	it.each<[string, string, string]>([
		['a number that only rounds to 0', '1e-400', "The transcript's exit code is not a whole number: 1e-400"],
		['two exit codes', '1,"exit_code":0', 'The transcript has 2 exit codes'],
		['exit codes in two casings', '0,"Exit_Code":1', 'The transcript has 2 exit codes: exit_code, Exit_Code'],
	])('with %s is judged by no one', async (_, written, reason) => {
		const content = Buffer.from(`{"script_name":"check.ps1","exit_code":${written},"script_output":"fine"}`);
		const { result } = await fetchResult({ content });
		expect(result).toMatchObject({ outcome: 'unreadable', errors: [reason], transcript: { exit_code: null, script_output: 'fine' } });
	});

	it('is waited for where it may be long and there is no room', async () => {
		const order: string[] = [];
		const end = await fillRoom();
		const bytes = Buffer.from(JSON.stringify(TRANSCRIPT));
		const answer = (request: BlobRequest) => serve(bytes, request, { headers: { 'content-length': undefined } });
		const unknown = fetchResult({ answer }).then(() => order.push('of unknown length'));
		await fetchResult();
		order.push('short');
		await end();
		await unknown;
		expect(order).toEqual(['short', 'of unknown length']);
	});

	it('with bytes that are not texts says so', async () => {
		expect((await fetchResult({ content: NO_TEXT })).result.warnings).toEqual([
			'The result holds bytes that are not text; they were replaced',
		]);
	});

	it('with a transcript nested too deep for n8n comes without it as downloaded', async () => {
		const nested = async (depth: number) => {
			const inner = depth - 1;
			const content = Buffer.from(`{"exit_code":0,"script_output":"fine","extra":${'['.repeat(inner)}${']'.repeat(inner)}}`);
			return await fetchResult({ content, settings: { simplify: false } });
		};
		expect((await nested(MAX_DEPTH)).result).toMatchObject({ warnings: [], raw: { exit_code: 0 } });
		const { result } = await nested(MAX_DEPTH + 1);
		expect(result).toMatchObject({ outcome: 'succeeded', warnings: ['The transcript is nested too deep to be shown as downloaded'] });
		expect(result.raw).toBeUndefined();
	});

	it('is too large where it is so compressed or not', async () => {
		const text = JSON.stringify({ ...TRANSCRIPT, script_output: 'x'.repeat(2_000) });
		const reason = "The result is larger than 0 MB. Raise 'File: Max Download Size' in the options to get it";
		for (const content of [Buffer.from(text), gzipSync(text)]) {
			const { result } = await fetchResult({ content, settings: { maxDownloadSize: 1_000 } });
			expect(result).toMatchObject({ outcome: 'unreadable', errors: [reason] });
		}
		const { result } = await fetchResult({ content: Buffer.from(text), settings: { maxDownloadSize: text.length } });
		expect(result.outcome).toBe('succeeded');
	});
});

describe('an exit code that the script prints itself', () => {
	const program = compile('^RESULT=(\\d+)$');
	if ('refused' in program) throw new Error(program.refused);
	const settings = { exitCodePattern: program };

	it("replaces the transcript's own, NULs or not", async () => {
		const { result } = await fetchResult({ settings, content: { ...TRANSCRIPT, script_output: 'RESU\0LT=7\0\n' } });
		expect(result).toMatchObject({ outcome: 'scriptFailed', transcript: { exit_code: 7 }, warnings: [], errors: [] });
	});

	it('is found behind a banner in any language, and behind a byte order mark', async () => {
		const banner = 'ログ: C:\\Temp\\PSScriptOutputs\\PSScript_Transcript_{1}.txt\r\n';
		for (const output of ['\ufeffRESULT=7', `${banner}RESULT=7`, `${banner}\ufeffRESULT=7`]) {
			expect((await fetchResult({ settings, content: { ...TRANSCRIPT, script_output: output } })).result).toMatchObject({
				outcome: 'scriptFailed',
				transcript: { exit_code: 7 },
			});
		}
	});

	it('is not looked for in the banner', async () => {
		const anyDigits = compile('(\\d+)');
		if ('refused' in anyDigits) throw new Error(anyDigits.refused);
		const script_output = 'Log: C:\\Temp\\PSScriptOutputs\\PSScript_Transcript_{1954B499}.txt\n';
		const { result } = await fetchResult({ settings: { exitCodePattern: anyDigits }, content: { ...TRANSCRIPT, script_output } });
		expect(result).toMatchObject({ outcome: 'unreadable', transcript: { exit_code: null } });
	});

	it.each([
		['fine\n', 'The exit code pattern does not match the output'],
		['RESULT=99999999999999999999', 'The exit code pattern found "99999999999999999999", which is not a whole number'],
	])("is missing in %j, whatever the transcript's own is", async (script_output, reason) => {
		const { result } = await fetchResult({ settings, content: { ...TRANSCRIPT, script_output } });
		expect(result).toMatchObject({ outcome: 'unreadable', transcript: { exit_code: null, script_output }, errors: [reason], warnings: [] });
	});

	it('may be in what is too much to be searched, so that it stays unknown', async () => {
		const script_output = `RESULT=7\n${'x'.repeat(Math.ceil(MAX_STATES / program.length))}`;
		const { result } = await fetchResult({
			content: { ...TRANSCRIPT, script_output },
			settings: { ...settings, maxDownloadSize: 64 * 1024 * 1024 },
		});
		expect(result).toMatchObject({ outcome: 'unreadable', transcript: { exit_code: null }, warnings: [] });
		expect(result.errors).toEqual([
			`The exit code pattern does not match the output; its first ${script_output.length} characters were too many to be searched`,
		]);
	});
});

describe('a transcript of another script than the command ran', () => {
	it.each([0, 323])('is judged by no one, whatever it says (%i), and shown', async (exit_code) => {
		const { result } = await fetchResult({ content: { ...TRANSCRIPT, script_name: 'other.ps1', exit_code } });
		expect(result).toMatchObject({
			outcome: 'unreadable',
			errors: ['The result is of the script "other.ps1", and the command is "check.ps1"'],
			transcript: { script_name: 'other.ps1', exit_code: null, script_output: 'fine\n' },
		});
	});

	it('leaves a failed command failed', async () => {
		const { result } = await fetchResult({
			state: { ...SCRIPT, commandStatus: 'Failed' },
			content: { ...TRANSCRIPT, script_name: 'other.ps1' },
		});
		expect(result).toMatchObject({ outcome: 'commandFailed', transcript: { exit_code: null } });
	});

	it.each<[string, string | null, CommandState]>([
		['the case', 'CHECK.ps1', SCRIPT],
		['outer blanks', ' check.ps1 ', SCRIPT],
		['NULs', 'check.ps1\0\0', SCRIPT],
		['the form of its accents', 'pru\u0308fung.ps1', { type: 'RunScript', params: [{ key: 'ScriptName', value: 'pr\u00fcfung.ps1' }] }],
		['that it names none', null, SCRIPT],
		['that it has an empty name', '', SCRIPT],
		['that the command names none', 'check.ps1', { type: 'RunScript', params: [] }],
		[
			'the case of what the command calls its name',
			'check.ps1',
			{ type: 'runscript', params: [{ key: 'scriptname', value: 'Check.PS1' }] },
		],
	])('is the same where it differs in %s', async (_, script_name, state) => {
		expect((await fetchResult({ state, content: { ...TRANSCRIPT, script_name } })).result).toMatchObject({
			outcome: 'succeeded',
			errors: [],
		});
	});
});

it('a transcript that n8n unpacked on the way counts, and it is said that no one compared its checksum', async () => {
	const bytes = Buffer.from(JSON.stringify(TRANSCRIPT));
	const answer = (request: BlobRequest) =>
		serve(bytes, request, { headers: { 'content-length': '40', 'content-md5': md5Of(gzipSync(bytes)) } });
	const { result } = await fetchResult({ answer });
	expect(result).toMatchObject({
		outcome: 'succeeded',
		warnings: ['The result was unpacked on its way to n8n, so its checksum could not be compared'],
	});
});

describe('the transcript as a file', () => {
	const settings = { transcriptAsFile: true };

	it('is there as it was downloaded, with its digest', async () => {
		const { result, kept, bytes } = await fetchResult({ settings });
		const fileName = `output_${ACTION_ID}_0.json`;
		expect(result).toMatchObject({
			outcome: 'succeeded',
			errors: [],
			transcript: { script_output: 'fine\n' },
			file: { fileName, fileSize: bytes.length, mimeType: 'application/json', sha256: sha256Of(bytes) },
		});
		expect(kept).toEqual([{ name: fileName, content: bytes }]);
	});

	it('is not kept unless it is chosen', async () => {
		const { result, kept } = await fetchResult();
		expect(result).not.toHaveProperty('file');
		expect(kept).toEqual([]);
	});

	it('that cannot be stored says so, beside what was read', async () => {
		const { result } = await fetchResult({
			settings,
			content: { ...TRANSCRIPT, exit_code: null },
			storing: new DownloadFailed('notStored', 'The file could not be stored'),
		});
		expect(result).toMatchObject({
			outcome: 'unreadable',
			errors: ['The transcript has no exit code', 'The file could not be stored'],
			transcript: { script_output: 'fine\n' },
		});
		expect(result).not.toHaveProperty('file');
	});

	it('does not hide what should not happen', async () => {
		await expect(fetchResult({ settings, storing: new TypeError('a bug') })).rejects.toThrow('a bug');
	});
});

describe("the exit code of Defender's agent for a script that was changed", () => {
	it.each<[string, number, number[], number]>([
		['is explained', 323, [0], 1],
		['is not where it counts as success', 323, [0, 323], 0],
		['is not that of another failure', 324, [0], 0],
	])('%s', async (_, exit_code, successExitCodes, count) => {
		const { errors } = (await fetchResult({ content: { ...TRANSCRIPT, exit_code }, settings: { successExitCodes } })).result;
		expect(errors).toHaveLength(count);
		for (const error of errors) expect(error).toMatch(/^Exit code 323 is that of Defender's agent .* Upload the script again and rerun it/);
	});
});
