/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';
import { fetchCommandResult } from '../../../nodes/DefenderLiveResponse/result/commandResult';
import { compile } from '../../../nodes/DefenderLiveResponse/result/pattern/compile';
import { MOST_STATES } from '../../../nodes/DefenderLiveResponse/result/pattern/search';
import type { ResultSettings } from '../../../nodes/DefenderLiveResponse/result/settings';
import { Cancelled } from '../../../nodes/DefenderLiveResponse/service/clock';
import { newTally } from '../../../nodes/DefenderLiveResponse/service/tally';
import type { Call } from '../service/fakeSession';
import { refused } from '../service/fakeSession';
import type { CommandState } from './entities';
import { ACTION_ID, actionEntity, actionOf } from './entities';
import type { BlobAnswer, BlobRequest } from './fakeStorage';
import { all, fakeStorage, LINK, serve, sha256Of } from './fakeStorage';

const SETTINGS: ResultSettings = {
	followLink: true,
	simplify: true,
	includeLink: false,
	successExitCodes: [0, 3010],
	parseOutput: 'none',
	splitOutput: false,
	stripBanner: true,
	maxOutputLength: 0,
	decompress: true,
	maxDownloadBytes: 1024 * 1024,
	binaryPropertyName: 'data',
	expectedScriptName: '',
};
const SCRIPT: CommandState = { type: 'RunScript', params: [{ key: 'Args', value: 'Path' }, { key: 'ScriptName', value: 'check.ps1' }] };
const FILE: CommandState = { type: 'GetFile', params: [{ key: 'Args', value: 'x' }, { key: 'Path', value: 'C:\\Temp\\out.csv' }] };
const TRANSCRIPT = { script_name: 'check.ps1', exit_code: 0, script_output: 'fine\n', script_errors: '' };
const NO_TEXT = Buffer.from([0x7b, 0xff, 0x7d]);

interface Given {
	state?: CommandState;
	status?: string;
	settings?: Partial<ResultSettings>;
	/** What the storage has. */
	content?: Buffer | object;
	answer?: (request: BlobRequest, before: number) => BlobAnswer;
	link?: (call: Call, before: number) => unknown;
	/** When the action was updated last. */
	updated?: string;
	index?: number;
	/** Whether the command is listed without saying what it is. */
	unknown?: boolean;
	signal?: AbortSignal;
}

/** Fetches the result of an action's command. */
async function fetch({ state = SCRIPT, status = 'Succeeded', settings, content = TRANSCRIPT, answer, link = () => ({ value: LINK }), updated, index = 0, unknown = false, signal }: Given = {}) {
	const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
	const fake = fakeStorage(answer ?? ((request) => serve(bytes, request)), link, signal);
	const action = actionOf(status, [state]);
	action.lastUpdateDateTimeUtc = updated;
	if (unknown) action.commands[0].command = null;
	const tally = newTally();
	const kept: Array<{ name: string; content: Buffer }> = [];
	const result = await fetchCommandResult(fake.session, action, index, { ...SETTINGS, ...settings }, async (stream, name) => {
		kept.push({ name, content: await all(stream) });
	}, tally);
	return { ...fake, result, tally, kept, bytes };
}

const damagedOnce = (bytes: Buffer) => (request: BlobRequest, before: number) =>
	serve(bytes, request, before === 0 ? { headers: { 'content-md5': 'other' } } : {});

describe('a script', () => {
	it('that ended well comes with its transcript, and what is known of the download', async () => {
		const { result, bytes, requests, calls } = await fetch();
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
		expect((await fetch({ content: { ...TRANSCRIPT, exit_code } })).result.outcome).toBe(outcome);
	});

	it('without an exit code is judged by nobody, and says so', async () => {
		const { result } = await fetch({ content: { ...TRANSCRIPT, exit_code: null } });
		expect(result).toMatchObject({ outcome: 'unreadable', errors: ['The transcript has no exit code'], transcript: { script_output: 'fine\n' } });
	});

	it('with a compressed transcript is read as well', async () => {
		const { result, bytes } = await fetch({ content: gzipSync(JSON.stringify(TRANSCRIPT)) });
		expect(result).toMatchObject({ outcome: 'succeeded', download: { bytes: bytes.length, sha256: sha256Of(bytes) } });
	});

	it.each<[string, Buffer, string]>([
		['text', Buffer.from('<html>'), '<html>'],
		['cut off', Buffer.from('{"exit_code":0,"scri'), '{"exit_code":0,"scri'],
		['gzip that is none', Buffer.from('\x1f\x8bno', 'latin1'), '\x1f\ufffdno'],
	])('whose result is %s is unreadable, and the text is kept', async (_, content, text) => {
		const { result } = await fetch({ content });
		expect(result).toMatchObject({
			outcome: 'unreadable',
			errors: ['The result is no transcript that can be read; its text is in script_output'],
			transcript: { script_name: null, exit_code: null, script_output: text, script_error: '' },
		});
		expect(result.raw).toBeUndefined();
	});

	it('with bytes that are no text says so', async () => {
		expect((await fetch({ content: NO_TEXT })).result.warnings).toEqual(['The result holds bytes that are no text; they were replaced']);
	});

	it('with a transcript nested too deep for n8n comes without it as downloaded', async () => {
		const depth = 300;
		const content = Buffer.from(`{"exit_code":0,"script_output":"fine","extra":${'['.repeat(depth)}${']'.repeat(depth)}}`);
		const { result } = await fetch({ content });
		expect(result).toMatchObject({ outcome: 'succeeded', warnings: ['The transcript is nested too deep to be shown as downloaded'] });
		expect(result.raw).toBeUndefined();
	});

	it('is too large where it is so compressed or not', async () => {
		const text = JSON.stringify({ ...TRANSCRIPT, script_output: 'x'.repeat(2_000) });
		const reason = 'The result is larger than 0 MB. Raise Max Download Size in the options to get it';
		for (const content of [Buffer.from(text), gzipSync(text)]) {
			const { result } = await fetch({ content, settings: { maxDownloadBytes: 1_000 } });
			expect(result).toMatchObject({ outcome: 'unreadable', errors: [reason] });
		}
		const { result } = await fetch({ content: Buffer.from(text), settings: { maxDownloadBytes: text.length } });
		expect(result.outcome).toBe('succeeded');
	});
});

describe('an exit code that the script prints itself', () => {
	const program = compile('^RESULT=(\\d+)$');
	if ('refused' in program) throw new Error(program.refused);
	const settings = { exitCodePattern: program };

	it("replaces the transcript's own, NULs or not", async () => {
		const { result } = await fetch({ settings, content: { ...TRANSCRIPT, script_output: 'RESU\0LT=7\0\n' } });
		expect(result).toMatchObject({ outcome: 'scriptFailed', transcript: { exit_code: 7 }, warnings: [], errors: [] });
	});

	it('leaves it where there is none, and says so', async () => {
		const { result } = await fetch({ settings });
		expect(result).toMatchObject({
			outcome: 'succeeded', transcript: { exit_code: 0 }, errors: [],
			warnings: ["The exit code pattern matched nothing; the transcript's own exit code was kept"],
		});
	});

	it('may be in what is too much to be searched, so that nobody knows it', async () => {
		const script_output = `RESULT=7\n${'x'.repeat(Math.ceil(MOST_STATES / program.length))}`;
		const { result } = await fetch({ content: { ...TRANSCRIPT, script_output }, settings: { ...settings, maxDownloadBytes: 64 * 1024 * 1024 } });
		expect(result).toMatchObject({ outcome: 'unreadable', transcript: { exit_code: null }, warnings: [] });
		expect(result.errors).toEqual([
			`The exit code pattern found no exit code; the output's first ${script_output.length} characters were too many to be searched`,
			'The transcript has no exit code',
		]);
	});
});

describe('a collected file', () => {
	const text = Buffer.from('a;b\n');

	it('is stored under its name and described', async () => {
		const content = gzipSync(text);
		const { result, kept } = await fetch({ state: FILE, content });
		expect(kept).toEqual([{ name: 'out.csv', content: text }]);
		expect(result).toMatchObject({
			outcome: 'succeeded', errors: [], warnings: [],
			file: { fileName: 'out.csv', fileSize: text.length, mimeType: 'text/csv', sha256: sha256Of(text) },
			link: { url: LINK }, download: { bytes: content.length, sha256: sha256Of(content) },
		});
		expect(result.transcript).toBeUndefined();
	});

	it('stays compressed where that is wanted', async () => {
		const content = gzipSync(text);
		const { kept } = await fetch({ state: FILE, content, settings: { decompress: false } });
		expect(kept).toEqual([{ name: 'out.csv.gz', content }]);
	});

	it('that cannot be decompressed is handed on as it came', async () => {
		const content = Buffer.concat([gzipSync(text).subarray(0, 12), Buffer.alloc(100)]);
		const { result, kept } = await fetch({ state: FILE, content });
		expect(kept.pop()).toEqual({ name: 'out.csv.gz', content });
		expect(result).toMatchObject({ outcome: 'succeeded', warnings: ['The file could not be decompressed and is handed on as it came'] });
	});

	it('without a path has some name', async () => {
		expect((await fetch({ state: { type: 'GetFile', params: [] }, content: text })).result.file?.fileName).toBe('file');
	});

	it('over the limit is told of', async () => {
		const { result } = await fetch({ state: FILE, content: Buffer.alloc(2_000), settings: { maxDownloadBytes: 1_999 } });
		expect(result).toMatchObject({ outcome: 'unreadable', errors: [expect.stringContaining('Raise Max Download Size') as string] });
	});

	it('is begun anew where it arrived damaged', async () => {
		const { result, kept, tally } = await fetch({ state: FILE, answer: damagedOnce(text) });
		expect(kept.pop()).toEqual({ name: 'out.csv', content: text });
		expect(result.outcome).toBe('succeeded');
		expect(tally).toMatchObject({ apiCalls: 3, retries: 1 });
	});
});

describe('a result that arrives damaged', () => {
	it('is fetched three times at most', async () => {
		const { result, requests, tally } = await fetch({ answer: (request) => serve(NO_TEXT, request, { headers: { 'content-md5': 'other' } }) });
		expect(result).toMatchObject({ outcome: 'unreadable', errors: ['The result arrived damaged: its checksum does not match'], warnings: [] });
		expect(requests).toHaveLength(3);
		expect(tally.retries).toBe(2);
	});

	it('counts where it came whole in the end', async () => {
		const { result } = await fetch({ answer: damagedOnce(Buffer.from(JSON.stringify(TRANSCRIPT))) });
		expect(result).toMatchObject({ outcome: 'succeeded', errors: [] });
	});
});

it('a result that is unreachable is fetched once, and told of', async () => {
	const { result, requests } = await fetch({ answer: () => { throw refused(400, '<Error/>'); } });
	expect(result).toMatchObject({ outcome: 'unreadable', errors: ['The result could not be downloaded. The storage answered 400'] });
	expect(requests).toHaveLength(1);
});

describe('a command without a result', () => {
	const none = () => { throw refused(404, { code: 'ResourceNotFound' }); };

	it('is said to have none, which is no reason of the service', async () => {
		const { result, calls } = await fetch({ link: none });
		expect(result).toMatchObject({ outcome: 'noResult', errors: [], warnings: ['Defender has no result for this command'] });
		expect(calls).toHaveLength(1);
	});

	it.each<[string, string | undefined, CommandState, number]>([
		['is asked again where it has just ended', '2026-01-13T08:59:59Z', SCRIPT, 5],
		['is asked once where it ended long ago', '2026-01-13T08:50:00Z', SCRIPT, 1],
		['is asked once where nobody knows when it ended', 'soon', SCRIPT, 1],
		['is asked once where it failed, since it may never have one', '2026-01-13T08:59:59Z', { ...SCRIPT, commandStatus: 'Failed' }, 1],
	])('%s', async (_, updated, state, times) => {
		const { calls } = await fetch({ link: none, updated, state });
		expect(calls).toHaveLength(times);
	});

	it('is not asked where there is nothing to ask for', async () => {
		const pending = await fetch({ status: 'Pending' });
		expect(pending.result).toMatchObject({ outcome: 'pending', errors: [], warnings: [], machineActionId: ACTION_ID, commandIndex: 0 });
		const put = await fetch({ state: { type: 'PutFile', params: [] } });
		expect(put.result.outcome).toBe('succeeded');
		expect([...pending.calls, ...put.calls]).toEqual([]);
	});

	it('and of which nobody knows what it was is read as a script', async () => {
		const { result } = await fetch({ content: { exit_code: 0 }, unknown: true });
		expect(result).toMatchObject({ outcome: 'succeeded', transcript: { exit_code: 0 } });
	});

	it('and without any commands is asked for all the same', async () => {
		const { result } = await fetch({ index: 3 });
		expect(result).toMatchObject({ commandIndex: 3, command: undefined, outcome: 'succeeded' });
	});
});

describe('a command that failed', () => {
	const state = { ...SCRIPT, commandStatus: 'Failed' };

	it('stays failed, and its transcript says more', async () => {
		expect((await fetch({ state })).result).toMatchObject({ outcome: 'commandFailed', transcript: { script_output: 'fine\n' } });
	});

	it('stays failed where its transcript is refused, with the reason', async () => {
		const { result } = await fetch({ state, link: () => { throw refused(403, { code: 'DisabledFeature' }); } });
		expect(result).toMatchObject({ outcome: 'commandFailed', warnings: [] });
		expect(result.errors).toEqual([expect.stringMatching(/^Live response is switched off in this tenant\. In the Defender portal/)]);
	});

	it('stays failed where it has none', async () => {
		const { result } = await fetch({ state, link: () => { throw refused(404); } });
		expect(result).toMatchObject({ outcome: 'commandFailed', errors: [], warnings: ['Defender has no result for this command'] });
	});
});

it('a refusal of the service is one of the whole item where the command did not fail', async () => {
	await expect(fetch({ link: () => { throw refused(403, { code: 'DisabledFeature' }); } })).rejects.toMatchObject({ status: 403 });
});

it('a cancelled execution has no result, whatever is known of the command', async () => {
	const user = new AbortController();
	user.abort();
	for (const commandStatus of ['Completed', 'Failed']) {
		await expect(fetch({ state: { ...SCRIPT, commandStatus }, signal: user.signal })).rejects.toBeInstanceOf(Cancelled);
	}
});

it('a link that is not followed is handed on, and nothing is judged', async () => {
	const { result, requests } = await fetch({ settings: { followLink: false } });
	expect(result).toMatchObject({ outcome: 'unverified', errors: [], warnings: [], link: { url: LINK, expiresAt: '2026-01-13T09:30:00.000Z' } });
	expect(requests).toEqual([]);
	const failed = await fetch({ settings: { followLink: false }, state: { ...SCRIPT, commandStatus: 'Failed' } });
	expect(failed.result.outcome).toBe('commandFailed');
});

describe('a result of another script than expected', () => {
	const settings = { expectedScriptName: 'Other.ps1' };
	const refusal = { message: 'The result is of the script "check.ps1", not of "Other.ps1"', todo: 'Check the machine action ID and the command index, or Expected Script Name in the options.' };

	it('is refused before anything is asked for, where the command names its script', async () => {
		let asked = 0;
		await expect(fetch({ settings, link: () => asked++ })).rejects.toMatchObject(refusal);
		expect(asked).toBe(0);
	});

	it('is refused where its transcript does', async () => {
		await expect(fetch({ settings, state: { type: 'RunScript', params: [] } })).rejects.toMatchObject(refusal);
	});

	it('is none where only the case differs, or nobody names it', async () => {
		expect((await fetch({ settings: { expectedScriptName: 'CHECK.ps1' } })).result.outcome).toBe('succeeded');
		const unnamed = { state: { type: 'RunScript', params: [] }, content: { exit_code: 0 } };
		expect((await fetch({ settings, ...unnamed })).result.outcome).toBe('succeeded');
	});
});
