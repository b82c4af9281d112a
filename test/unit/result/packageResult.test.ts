import { packageItem, fetchPackage } from '../../../nodes/DefenderLiveResponse/result/packageResult';
import type { BlobAnswer, BlobRequest } from '../download/fakeStorage';
import { all, fakeStorage, md5Of, serve, sha256Of } from '../download/fakeStorage';
import type { Call } from '../service/fakeSession';
import { refused } from '../service/fakeSession';
import { ACTION_ID, actionOf, MACHINE_ID } from './entities';

const LINK = 'https://automatedirstrprdeus.blob.core.windows.net/c/package.zip?se=2026-01-13T09%3A30%3A00Z&sig=first';
const ZIP = Buffer.from('504b0304aabbccdd', 'hex');
const NAME = 'WDATP_Investigation_Package.zip';

interface Given {
	status?: string;
	content?: Buffer;
	answer?: (request: BlobRequest, before: number) => BlobAnswer;
	link?: (call: Call, before: number) => unknown;
	maxBytes?: number;
	signal?: AbortSignal;
}

/** Fetches the package of an action that was last updated hours ago. */
async function packageOf({
	status = 'Succeeded',
	content = ZIP,
	answer,
	link = () => ({ value: LINK }),
	maxBytes = 1_000,
	signal,
}: Given = {}) {
	const fake = fakeStorage(answer ?? ((request) => serve(content, request)), link, signal);
	const action = { ...actionOf(status, []), type: 'CollectInvestigationPackage', lastUpdateDateTimeUtc: '2026-01-13T05:00:00Z' };
	const kept: Array<{ name: string; type: string; content: Buffer }> = [];
	const result = await fetchPackage(fake.session, action, maxBytes, {
		isStreaming: () => true,
		async keep(content, name, type) {
			kept.push({ name, type, content: Buffer.isBuffer(content) ? content : await all(content) });
		},
	});
	return { ...fake, action, result, kept };
}

describe('the package of an action', () => {
	it('is asked for, downloaded and kept as it is', async () => {
		const { result, kept, calls, requests } = await packageOf();
		const file = { fileName: NAME, fileSize: 8, mimeType: 'application/zip', sha256: sha256Of(ZIP) };
		expect(result).toEqual({ outcome: 'succeeded', errors: [], file });
		expect(kept).toEqual([{ name: NAME, type: 'application/zip', content: ZIP }]);
		expect(calls.map(({ method, path }) => [method, path])).toEqual([['GET', `/machineactions/${ACTION_ID}/getPackageUri`]]);
		expect(requests.map(({ url }) => url)).toEqual([LINK]);
	});

	it('has the name that its download gives', async () => {
		const answer = (request: BlobRequest) =>
			serve(ZIP, request, { headers: { 'content-disposition': 'attachment; filename="ws-01.zip"' } });
		expect((await packageOf({ answer })).kept.map(({ name }) => name)).toEqual(['ws-01.zip']);
	});

	it('may be an archive without files', async () => {
		expect((await packageOf({ content: Buffer.from('504b0506000000000000', 'hex') })).result).toMatchObject({
			outcome: 'succeeded',
			errors: [],
		});
	});

	it.each<[string, Buffer, string]>([
		['nothing', Buffer.alloc(0), 'The package arrived empty'],
		['a page', Buffer.from('<html>'), 'The package is not a ZIP archive. It is there as it came'],
		['the start of one alone', Buffer.from('504b03', 'hex'), 'The package is not a ZIP archive. It is there as it came'],
		['something packed by gzip', Buffer.from('1f8b0800504b0304', 'hex'), 'The package is not a ZIP archive. It is there as it came'],
	])('that is %s is kept as it came, and unreadable', async (_, content, error) => {
		const { result, kept } = await packageOf({ content });
		expect(result).toMatchObject({ outcome: 'unreadable', errors: [error], file: { fileSize: content.length, sha256: sha256Of(content) } });
		expect(kept.map((file) => file.content)).toEqual([content]);
	});

	it('that arrives damaged is downloaded again', async () => {
		const answer = (request: BlobRequest, before: number) =>
			serve(ZIP, request, before === 0 ? { headers: { 'content-md5': md5Of(Buffer.from('x')) } } : {});
		const { result, requests } = await packageOf({ answer });
		expect(result.outcome).toBe('succeeded');
		expect(requests).toHaveLength(2);
	});

	it.each<[string, Given, string, string]>([
		[
			'there is none',
			{
				link: () => {
					throw refused(404);
				},
			},
			'noResult',
			'Defender has no package for this machine action',
		],
		[
			'its link is not trusted',
			{ link: () => ({ value: 'https://example.com/package.zip?sig=x' }) },
			'unreadable',
			'The result link was not followed: ',
		],
		[
			'it is too large',
			{ maxBytes: 7 },
			'unreadable',
			"The result is larger than 0 MB. Raise 'File: Max Download Size' in the options to get it",
		],
	])('is not there, without an exception, where %s', async (_, given, outcome, error) => {
		const { result } = await packageOf(given);
		expect(result).toEqual({ outcome, errors: [expect.stringContaining(error)] });
	});

	it('may be as large as the limit', async () => {
		expect((await packageOf({ maxBytes: 8 })).result.outcome).toBe('succeeded');
	});

	it.each<[string, string, string[]]>([
		['Pending', 'pending', ['The device has not started it (Pending, sent less than a minute ago). It may be offline']],
		['InProgress', 'pending', ['The device is still running it (InProgress, sent less than a minute ago)']],
		['Failed', 'actionFailed', []],
		['Cancelled', 'cancelled', []],
		['TimeOut', 'timedOut', []],
	])('is not asked for where the action is %s', async (status, outcome, errors) => {
		const { result, calls, kept } = await packageOf({ status });
		expect(result).toEqual({ outcome, errors });
		expect([calls, kept]).toEqual([[], []]);
	});

	it('is refused with an exception where Defender refuses it, and where the execution was cancelled', async () => {
		const link = () => {
			throw refused(401);
		};
		await expect(packageOf({ link })).rejects.toMatchObject({ status: 401 });
		await expect(packageOf({ signal: AbortSignal.abort() })).rejects.toThrow('The execution was cancelled');
	});
});

describe('the item of a package', () => {
	const action = actionOf('Succeeded', []);

	it('has the file, and its action and device', () => {
		const file = { fileName: NAME, fileSize: 8, mimeType: 'application/zip', sha256: 'ab' };
		expect(packageItem(action, { outcome: 'succeeded', errors: [], file })).toEqual({
			machineActionId: ACTION_ID,
			outcome: 'succeeded',
			...file,
			errors: [],
			machineId: MACHINE_ID,
			computerDnsName: 'ws-01.contoso.com',
		});
	});

	it('has the same keys without them', () => {
		const bare = { ...action, machineId: undefined, computerDnsName: undefined };
		expect(packageItem(bare, { outcome: 'noResult', errors: ['none'] })).toEqual({
			machineActionId: ACTION_ID,
			outcome: 'noResult',
			fileName: null,
			fileSize: null,
			mimeType: null,
			sha256: null,
			errors: ['none'],
			machineId: null,
			computerDnsName: null,
		});
	});
});
