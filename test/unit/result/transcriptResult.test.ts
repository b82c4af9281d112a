/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';
import { compile } from '../../../nodes/DefenderLiveResponse/result/pattern/compile';
import { MAX_STATES } from '../../../nodes/DefenderLiveResponse/result/pattern/search';
import { ACTION_ID, actionEntity } from './entities';
import { LINK, sha256Of } from '../download/fakeStorage';
import { fetchResult, NO_TEXT, SCRIPT, TRANSCRIPT } from './fetchedResult';

describe('a script', () => {
	it('that ended well comes with its transcript, and what is known of the download', async () => {
		const { result, bytes, requests, calls } = await fetchResult();
		expect(result).toMatchObject({
			machineActionId: ACTION_ID, commandIndex: 0, outcome: 'succeeded', errors: [], warnings: [],
			transcript: { script_name: 'check.ps1', exit_code: 0, script_output: 'fine\n', script_error: '' },
			raw: TRANSCRIPT,
			link: { url: LINK, expiresAt: '2026-01-13T09:30:00.000Z' },
			download: {
				bytes: bytes.length, contentType: 'application/octet-stream', linkExpiresAt: '2026-01-13T09:30:00.000Z',
				sha256: sha256Of(bytes), retrievedAt: '2026-01-13T09:00:00.000Z',
			},
		});
		expect(result.action?.entity).toEqual({ ...actionEntity('Succeeded', [SCRIPT]) });
		expect(result.command?.command?.type).toBe('RunScript');
		expect(requests).toHaveLength(1);
		expect(calls.map(({ path }) => path)).toEqual([`/machineactions/${ACTION_ID}/GetLiveResponseResultDownloadLink(index=0)`]);
	});

	it.each([[3010, 'succeeded'], [1, 'scriptFailed']])('with exit code %i has %s', async (exit_code, outcome) => {
		expect((await fetchResult({ content: { ...TRANSCRIPT, exit_code } })).result.outcome).toBe(outcome);
	});

	it('without an exit code is judged by nobody, and says so', async () => {
		const { result } = await fetchResult({ content: { ...TRANSCRIPT, exit_code: null } });
		expect(result).toMatchObject({ outcome: 'unreadable', errors: ['The transcript has no exit code'], transcript: { script_output: 'fine\n' } });
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
			errors: ['The result is no transcript that can be read; its text is in script_output'],
			transcript: { script_name: null, exit_code: null, script_output: text, script_error: '' },
		});
		expect(result.raw).toBeUndefined();
	});

	it('with bytes that are no text says so', async () => {
		expect((await fetchResult({ content: NO_TEXT })).result.warnings).toEqual(['The result holds bytes that are no text; they were replaced']);
	});

	it('with a transcript nested too deep for n8n comes without it as downloaded', async () => {
		const depth = 300;
		const content = Buffer.from(`{"exit_code":0,"script_output":"fine","extra":${'['.repeat(depth)}${']'.repeat(depth)}}`);
		const { result } = await fetchResult({ content });
		expect(result).toMatchObject({ outcome: 'succeeded', warnings: ['The transcript is nested too deep to be shown as downloaded'] });
		expect(result.raw).toBeUndefined();
	});

	it('is too large where it is so compressed or not', async () => {
		const text = JSON.stringify({ ...TRANSCRIPT, script_output: 'x'.repeat(2_000) });
		const reason = 'The result is larger than 0 MB. Raise Max Download Size in the options to get it';
		for (const content of [Buffer.from(text), gzipSync(text)]) {
			const { result } = await fetchResult({ content, settings: { maxDownloadBytes: 1_000 } });
			expect(result).toMatchObject({ outcome: 'unreadable', errors: [reason] });
		}
		const { result } = await fetchResult({ content: Buffer.from(text), settings: { maxDownloadBytes: text.length } });
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

	it('leaves it where there is none, and says so', async () => {
		const { result } = await fetchResult({ settings });
		expect(result).toMatchObject({
			outcome: 'succeeded', transcript: { exit_code: 0 }, errors: [],
			warnings: ["The exit code pattern matched nothing; the transcript's own exit code was kept"],
		});
	});

	it('may be in what is too much to be searched, so that nobody knows it', async () => {
		const script_output = `RESULT=7\n${'x'.repeat(Math.ceil(MAX_STATES / program.length))}`;
		const { result } = await fetchResult({ content: { ...TRANSCRIPT, script_output }, settings: { ...settings, maxDownloadBytes: 64 * 1024 * 1024 } });
		expect(result).toMatchObject({ outcome: 'unreadable', transcript: { exit_code: null }, warnings: [] });
		expect(result.errors).toEqual([
			`The exit code pattern found no exit code; the output's first ${script_output.length} characters were too many to be searched`,
			'The transcript has no exit code',
		]);
	});
});
