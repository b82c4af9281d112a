/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';
import { DownloadFailed } from '../../../nodes/DefenderLiveResponse/download/download';
import { Cancelled } from '../../../nodes/DefenderLiveResponse/service/clock';
import { refused } from '../service/fakeSession';
import type { CommandState } from './entities';
import { ACTION_ID } from './entities';
import type { BlobRequest } from '../download/fakeStorage';
import { LINK, serve, sha256Of } from '../download/fakeStorage';
import { damagedOnce, FILE, fetchResult, fillRoom, NO_TEXT, SCRIPT, TRANSCRIPT } from './fetchedResult';

describe('a collected file', () => {
	const text = Buffer.from('a;b\n');

	it('is stored under its name and described', async () => {
		const content = gzipSync(text);
		const { result, kept } = await fetchResult({ state: FILE, content });
		expect(kept).toEqual([{ name: 'out.csv', content: text }]);
		expect(result).toMatchObject({
			outcome: 'succeeded',
			errors: [],
			warnings: [],
			file: { fileName: 'out.csv', fileSize: text.length, mimeType: 'text/csv', sha256: sha256Of(text) },
			link: { url: LINK },
			download: { bytes: content.length, sha256: sha256Of(content) },
		});
		expect(result.transcript).toBeUndefined();
	});

	it('stays compressed where that is wanted', async () => {
		const content = gzipSync(text);
		const { kept } = await fetchResult({ state: FILE, content, settings: { decompress: false } });
		expect(kept).toEqual([{ name: 'out.csv.gz', content }]);
	});

	it.each<[string, Buffer]>([
		['is gzip at its start only', Buffer.concat([gzipSync(text).subarray(0, 12), Buffer.alloc(100)])],
		['was cut off', gzipSync(text).subarray(0, -9)],
		['has a wrong checksum in it', Buffer.from(gzipSync(text).map((byte, at, all) => (at === all.length - 8 ? byte ^ 1 : byte)))],
		['has something behind it', Buffer.concat([gzipSync(text), Buffer.from('more')])],
		['is two files', Buffer.concat([gzipSync(text), gzipSync(text)])],
	])('that %s cannot be decompressed, and is there as it came', async (_, content) => {
		const { result, kept } = await fetchResult({ state: FILE, content });
		expect(kept.pop()).toEqual({ name: 'out.csv.gz', content });
		expect(result).toMatchObject({
			outcome: 'unreadable',
			warnings: [],
			errors: ['The file is damaged or not gzip: it could not be decompressed and is returned as downloaded'],
			file: { fileName: 'out.csv.gz', fileSize: content.length, sha256: sha256Of(content) },
			download: { bytes: content.length },
		});
	});

	it('that arrives empty is not one', async () => {
		const { result } = await fetchResult({ state: FILE, content: Buffer.alloc(0) });
		expect(result).toMatchObject({ outcome: 'unreadable', errors: ['The file arrived empty'], file: { fileSize: 0 } });
		const packed = await fetchResult({ state: FILE, content: gzipSync('') });
		expect(packed.result).toMatchObject({ outcome: 'succeeded', file: { fileSize: 0 } });
	});

	it('is one whatever the case of its command', async () => {
		const state = { type: 'getfile', params: [{ key: 'path', value: '/tmp/out.csv' }] };
		expect((await fetchResult({ state, content: gzipSync(text) })).result).toMatchObject({
			outcome: 'succeeded',
			file: { fileName: 'out.csv' },
		});
	});

	it('in a store that holds files whole is the same', async () => {
		const { result, kept } = await fetchResult({ state: FILE, content: gzipSync(text), streaming: false });
		expect(kept).toEqual([{ name: 'out.csv', content: text }]);
		expect(result.outcome).toBe('succeeded');
	});

	it('is waited for where it has to be held whole and there is no room', async () => {
		const order: string[] = [];
		const end = await fillRoom();
		const file = (streaming: boolean) => fetchResult({ state: FILE, content: Buffer.alloc(100_000), streaming });
		const held = file(false).then(() => order.push('held whole'));
		await file(true);
		order.push('streamed');
		await end();
		await held;
		expect(order).toEqual(['streamed', 'held whole']);
	});

	it('that n8n unpacked on the way is one, and it is said that no one compared its checksum', async () => {
		const answer = (request: BlobRequest) =>
			serve(text, request, { headers: { 'content-length': '1', 'content-md5': 'of the packed one' } });
		const { result } = await fetchResult({ state: FILE, answer });
		expect(result).toMatchObject({
			outcome: 'succeeded',
			warnings: ['The result was unpacked on its way to n8n, so its checksum could not be compared'],
		});
	});

	it('that could not be stored is there for no one, and the others go on', async () => {
		const { result } = await fetchResult({
			state: FILE,
			content: gzipSync(text),
			storing: new DownloadFailed('notStored', 'The file could not be stored: why'),
		});
		expect(result).toMatchObject({ outcome: 'unreadable', errors: ['The file could not be stored: why'], warnings: [] });
		expect(result.file).toBeUndefined();
	});

	it('without a path has some name', async () => {
		for (const params of [[], null]) {
			expect((await fetchResult({ state: { type: 'GetFile', params }, content: text })).result.file?.fileName).toBe('file');
		}
	});

	it('over the limit is reported', async () => {
		const { result } = await fetchResult({ state: FILE, content: Buffer.alloc(2_000), settings: { maxDownloadSize: 1_999 } });
		expect(result).toMatchObject({ outcome: 'unreadable', errors: [expect.stringContaining("Raise 'File: Max Download Size'") as string] });
	});

	it('is started again where it arrived damaged', async () => {
		const { result, kept, stats } = await fetchResult({ state: FILE, answer: damagedOnce(text) });
		expect(kept.pop()).toEqual({ name: 'out.csv', content: text });
		expect(result.outcome).toBe('succeeded');
		expect(stats).toMatchObject({ apiCalls: 3, retries: 1 });
	});
});

describe('a result that arrives damaged', () => {
	it('is fetched three times at most', async () => {
		const { result, requests, stats } = await fetchResult({
			answer: (request) => serve(NO_TEXT, request, { headers: { 'content-md5': 'other' } }),
		});
		expect(result).toMatchObject({
			outcome: 'unreadable',
			errors: ['The result arrived damaged: its checksum does not match'],
			warnings: [],
		});
		expect(requests).toHaveLength(3);
		expect(stats.retries).toBe(2);
	});

	it('counts where it came whole in the end', async () => {
		const { result } = await fetchResult({ answer: damagedOnce(Buffer.from(JSON.stringify(TRANSCRIPT))) });
		expect(result).toMatchObject({ outcome: 'succeeded', errors: [] });
	});
});

it('a result that is unreachable is fetched once, and reported', async () => {
	const { result, requests } = await fetchResult({
		answer: () => {
			throw refused(400, '<Error/>');
		},
	});
	expect(result).toMatchObject({ outcome: 'unreadable', errors: ['The result could not be downloaded. The storage answered 400'] });
	expect(requests).toHaveLength(1);
});

describe('a command without a result', () => {
	const none = () => {
		throw refused(404, { code: 'ResourceNotFound' });
	};

	it('is said to have none, which is not a reason of the service', async () => {
		const { result, calls } = await fetchResult({ link: none });
		expect(result).toMatchObject({ outcome: 'noResult', errors: [], warnings: ['Defender has no result for this command'] });
		expect(calls).toHaveLength(1);
	});

	it.each<[string, string | undefined, CommandState, number]>([
		['is asked again where it has just ended', '2026-01-13T08:59:59Z', SCRIPT, 5],
		['is asked once where it ended long ago', '2026-01-13T08:50:00Z', SCRIPT, 1],
		['is asked once if it is unknown when it ended', 'soon', SCRIPT, 1],
		['is asked once where it failed, since it may never have one', '2026-01-13T08:59:59Z', { ...SCRIPT, commandStatus: 'Failed' }, 1],
	])('%s', async (_, updated, state, times) => {
		const { calls } = await fetchResult({ link: none, updated, state });
		expect(calls).toHaveLength(times);
	});

	it('is not asked where there is nothing to ask for', async () => {
		const pending = await fetchResult({ status: 'Pending' });
		expect(pending.result).toMatchObject({ outcome: 'pending', warnings: [], machineActionId: ACTION_ID, commandIndex: 0 });
		const put = await fetchResult({ state: { type: 'PutFile', params: [] } });
		expect(put.result).toMatchObject({ outcome: 'succeeded', errors: [] });
		expect([...pending.calls, ...put.calls]).toEqual([]);
	});

	it.each([
		['Pending', /^The device has not started it \(Pending.*\)\. It may be offline$/],
		['inProgress', /^The device is still running it \(InProgress/],
		['Queued', /^Defender gives its status as "Queued"/],
	])('says why there is none yet: %s', async (status, why) => {
		const { result } = await fetchResult({ status });
		expect(result).toMatchObject({ outcome: 'pending', errors: [expect.stringMatching(why)] });
	});

	it('and of an unknown type is read as a script', async () => {
		const { result } = await fetchResult({ content: { exit_code: 0 }, unknown: true });
		expect(result).toMatchObject({ outcome: 'succeeded', transcript: { exit_code: 0 } });
	});

	it('and without any commands is asked for anyway', async () => {
		const { result } = await fetchResult({ index: 3 });
		expect(result).toMatchObject({ commandIndex: 3, command: undefined, outcome: 'succeeded' });
	});
});

describe('a command that failed', () => {
	const state = { ...SCRIPT, commandStatus: 'Failed' };

	it('stays failed, and its transcript says more', async () => {
		expect((await fetchResult({ state })).result).toMatchObject({ outcome: 'commandFailed', transcript: { script_output: 'fine\n' } });
	});

	it('stays failed where its transcript is refused, with the reason', async () => {
		const { result } = await fetchResult({
			state,
			link: () => {
				throw refused(403, { code: 'DisabledFeature' });
			},
		});
		expect(result).toMatchObject({ outcome: 'commandFailed', warnings: [] });
		expect(result.errors).toEqual([expect.stringMatching(/^Live response is switched off in this tenant\. In the Defender portal/)]);
	});

	it('stays failed where it has none', async () => {
		const { result } = await fetchResult({
			state,
			link: () => {
				throw refused(404);
			},
		});
		expect(result).toMatchObject({ outcome: 'commandFailed', errors: [], warnings: ['Defender has no result for this command'] });
	});
});

it('a refusal of the service is one of the whole item where the command did not fail', async () => {
	await expect(
		fetchResult({
			link: () => {
				throw refused(403, { code: 'DisabledFeature' });
			},
		}),
	).rejects.toMatchObject({ status: 403 });
});

it('a cancelled execution has no result, whatever is known of the command', async () => {
	const user = new AbortController();
	user.abort();
	for (const commandStatus of ['Completed', 'Failed']) {
		await expect(fetchResult({ state: { ...SCRIPT, commandStatus }, signal: user.signal })).rejects.toBeInstanceOf(Cancelled);
	}
});

it('a link that is not followed is passed on, and nothing is judged', async () => {
	const { result, requests } = await fetchResult({ settings: { followLink: false } });
	expect(result).toMatchObject({
		outcome: 'unverified',
		errors: [],
		warnings: [],
		link: { url: LINK, expiresAt: '2026-01-13T09:30:00.000Z' },
	});
	expect(requests).toEqual([]);
	const failed = await fetchResult({ settings: { followLink: false }, state: { ...SCRIPT, commandStatus: 'Failed' } });
	expect(failed.result.outcome).toBe('commandFailed');
});

it('a file that arrived and that the service does not say is done is not a success', async () => {
	const doubted = async (state: CommandState, settings = {}) =>
		(await fetchResult({ state: { ...state, commandStatus: 'Executing' }, settings })).result;
	const errors = ['Defender says that the command is "Executing"'];
	expect(await doubted(FILE)).toMatchObject({ outcome: 'unreadable', errors });
	expect(await doubted(SCRIPT)).toMatchObject({ outcome: 'unreadable', errors, transcript: { exit_code: 0 } });
	expect(await doubted(SCRIPT, { followLink: false })).toMatchObject({ outcome: 'unreadable', errors, link: { url: LINK } });
	expect(await doubted(SCRIPT, { successExitCodes: [7] })).toMatchObject({ outcome: 'scriptFailed', errors: [] });
});

it.each(['failed', 'Error', 'Cancelled'])(
	'a command that is "%s" has failed, whatever its exit code and its action',
	async (commandStatus) => {
		expect((await fetchResult({ state: { ...SCRIPT, commandStatus } })).result).toMatchObject({
			outcome: 'commandFailed',
			transcript: { exit_code: 0 },
		});
	},
);

it('errors that say nothing are none', async () => {
	expect((await fetchResult({ state: { ...SCRIPT, errors: ['', null] } })).result).toMatchObject({ outcome: 'succeeded', errors: [] });
});

describe('where several commands have one index', () => {
	const failed = { ...SCRIPT, index: 0, commandStatus: 'Failed', errors: ['boom'] };
	const doubt = 'Defender lists 2 different commands with the index 0';
	const put: CommandState = { type: 'PutFile', params: [{ key: 'FileName', value: 'tool.exe' }] };

	it.each<[string, Parameters<typeof fetchResult>[0], object]>([
		['another has failed', { others: [failed] }, { outcome: 'unreadable', errors: [doubt], transcript: { exit_code: 0 } }],
		['another is of another type', { others: [{ ...FILE, index: 0 }] }, { outcome: 'unreadable', errors: [doubt] }],
		['only the link is asked for', { others: [failed], settings: { followLink: false } }, { outcome: 'unreadable', errors: [doubt] }],
		['there is no result', { state: put, others: [failed] }, { outcome: 'unreadable', errors: [doubt] }],
		['it has failed', { state: failed, others: [{ ...SCRIPT, index: 0 }] }, { outcome: 'commandFailed', errors: [doubt] }],
		['it is listed twice', { others: [{ ...SCRIPT, index: 0 }] }, { outcome: 'succeeded', errors: [] }],
		['they have others', { others: [{ ...failed, index: 1 }] }, { outcome: 'succeeded', errors: [] }],
	])('a result is not taken for a success if that is unknown: %s', async (_, given, expected) => {
		expect((await fetchResult(given)).result).toMatchObject(expected);
	});
});

describe('a result of another script than expected', () => {
	const settings = { expectedScriptName: 'Other.ps1' };
	const advice = "Check the machine action ID and the command index, or 'Expected Script Name' in the options.";
	const refusal = { message: 'The result is of the script "check.ps1", not of "Other.ps1"', advice };
	const unnamed: CommandState = { type: 'RunScript', params: [] };
	const asking = async (given: Parameters<typeof fetchResult>[0]) => {
		let asked = 0;
		const failed = await fetchResult({ ...given, link: () => asked++ }).catch((error: unknown) => error);
		return { asked, failed };
	};

	it('is refused before anything is asked for, where the command names its script', async () => {
		expect(await asking({ settings })).toMatchObject({ asked: 0, failed: refusal });
		expect(await asking({ settings, status: 'Pending' })).toMatchObject({ asked: 0, failed: refusal });
	});

	it.each(['GetFile', 'PutFile', 'getfile', 'Isolate'])(
		'is refused before anything is asked for, where the command is %s',
		async (type) => {
			const failed = { message: `The command is ${type}, and does not run the script "Other.ps1"`, advice };
			expect(await asking({ settings, state: { type, params: [] } })).toMatchObject({ asked: 0, failed });
		},
	);

	it('is refused where its transcript does', async () => {
		await expect(fetchResult({ settings, state: unnamed })).rejects.toMatchObject(refusal);
		const named = { type: 'RunScript', params: [{ key: 'ScriptName', value: 'other.ps1' }] };
		await expect(fetchResult({ settings, state: named })).rejects.toMatchObject(refusal);
	});

	it('is refused where no one names it', async () => {
		const unknown = { message: 'It is not known whether the result is of the script "Other.ps1"', advice };
		await expect(fetchResult({ settings, state: unnamed, content: { exit_code: 0 } })).rejects.toMatchObject(unknown);
		await expect(fetchResult({ settings: { ...settings, followLink: false }, state: unnamed })).rejects.toMatchObject(unknown);
		await expect(fetchResult({ settings, unknown: true, content: { exit_code: 0 } })).rejects.toMatchObject(unknown);
	});

	it('is none where only case and blanks differ', async () => {
		expect((await fetchResult({ settings: { expectedScriptName: 'CHECK.ps1' } })).result.outcome).toBe('succeeded');
		const padded = { type: 'RunScript', params: [{ key: 'ScriptName', value: ' check.ps1 ' }] };
		expect((await fetchResult({ settings: { expectedScriptName: 'check.ps1' }, state: padded })).result.outcome).toBe('succeeded');
		expect((await fetchResult({ settings: { expectedScriptName: 'check.ps1' }, state: unnamed })).result.outcome).toBe('succeeded');
	});

	it('may still appear for a command that has none yet', async () => {
		expect((await fetchResult({ settings, state: unnamed, status: 'Pending' })).result.outcome).toBe('pending');
	});
});
