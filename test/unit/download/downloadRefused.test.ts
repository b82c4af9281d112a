import { disconnected, refused } from '../service/fakeSession';
import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import type { BlobAnswer, BlobRequest } from './fakeStorage';
import { all, LINK, NEXT_LINK, serve } from './fakeStorage';
import { CONTENT, download, storageSays } from './startedDownload';

describe('a storage that has another version of the file meanwhile', () => {
	it.each<[string, (request: BlobRequest) => BlobAnswer]>([
		[
			'refuses the old one',
			() => {
				throw storageSays(412);
			},
		],
		[
			'has no such part',
			() => {
				throw storageSays(416);
			},
		],
		['starts again', () => ({ ...serve(CONTENT, { from: 0 } as BlobRequest) })],
		['goes on with another version', (request) => serve(CONTENT, request, { headers: { etag: '"0x8DA"' } })],
		['goes on at another byte', (request) => serve(CONTENT, request, { headers: { 'content-range': 'bytes 4-15/16' } })],
		['goes on with a file of another length', (request) => serve(CONTENT, request, { headers: { 'content-range': 'bytes 5-15/17' } })],
	])('and %s gives nothing that is half of each', async (_, second) => {
		const { bytes, streams } = download((request, before) =>
			before === 0 ? serve(CONTENT, request, { until: 5, ending: 'break' }) : second(request),
		);
		await expect(bytes()).rejects.toMatchObject({
			reason: 'damaged',
			message: 'The result arrived damaged: it changed while it was downloaded',
		});
		expect(streams.every(({ destroyed }) => destroyed)).toBe(true);
	});
});

describe('a link that is refused', () => {
	it.each([401, 403])('(%i) is replaced by a new one at once, which is then the one in use', async (status) => {
		const { start, requests, calls, stats } = download((request) => {
			if (request.url === LINK) throw storageSays(status);
			return serve(CONTENT, request);
		});
		const { link, bytes } = await start();
		expect(await all(bytes())).toEqual(CONTENT);
		expect(link).toEqual({ url: NEXT_LINK, expiresAt: '2026-01-13T10:00:00.000Z' });
		expect(requests.map(({ url }) => url)).toEqual([LINK, NEXT_LINK]);
		expect(requests[1].at).toBe(requests[0].at);
		expect(calls).toHaveLength(1);
		expect(stats).toMatchObject({ apiCalls: 3, retries: 1 });
	});

	it('half-way is replaced as well, and the rest comes with the new one', async () => {
		const { start, requests } = download((request, before) => {
			if (before === 1) throw storageSays(403);
			return serve(CONTENT, request, before === 0 ? { until: 6, ending: 'break' } : {});
		});
		const started = await start();
		expect(await all(started.bytes())).toEqual(CONTENT);
		expect(requests.map(({ url, from }) => [url, from])).toEqual([
			[LINK, 0],
			[LINK, 6],
			[NEXT_LINK, 6],
		]);
		expect(started.link.url).toBe(NEXT_LINK);
	});

	it('again and again is asked for less and less often, and given up after seven times', async () => {
		const { start, requests } = download(() => {
			throw storageSays(403, { 'x-ms-error-code': 'AuthenticationFailed' });
		});
		await expect(start()).rejects.toMatchObject({
			reason: 'unreachable',
			message: 'The result could not be downloaded. The storage answered 403 (AuthenticationFailed)',
		});
		expect(requests.slice(1).map(({ at }, place) => at - requests[place].at)).toEqual([0, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500]);
	});

	it('is given up where there is no new one', async () => {
		const { start } = download(
			() => {
				throw storageSays(403);
			},
			{
				link: () => {
					throw refused(404);
				},
			},
		);
		await expect(start()).rejects.toMatchObject({ reason: 'noResult', message: 'Defender has no result for this command' });
	});
});

it('a file that is gone is looked for once more by a new link', async () => {
	const gone = (times: number) =>
		download((request, before) => {
			if (before < times) throw storageSays(404, { 'x-ms-error-code': 'BlobNotFound' });
			return serve(CONTENT, request);
		});
	expect(await gone(1).bytes()).toEqual(CONTENT);
	const { bytes, requests } = gone(2);
	await expect(bytes()).rejects.toMatchObject({
		reason: 'noResult',
		message: 'Defender has no result for this command. The storage answered 404 (BlobNotFound)',
	});
	expect(requests.map(({ url }) => url)).toEqual([LINK, NEXT_LINK]);
});

describe('a storage that cannot answer at the moment', () => {
	it('is asked again when it says, with the same link', async () => {
		const { bytes, requests, stats } = download((request, before) => {
			if (before === 0) throw storageSays(503, { 'retry-after': '7' });
			return serve(CONTENT, request);
		});
		expect(await bytes()).toEqual(CONTENT);
		expect(requests.map(({ url }) => url)).toEqual([LINK, LINK]);
		expect(requests[1].at - requests[0].at).toBe(7_000);
		expect(stats).toMatchObject({ apiCalls: 2, retries: 1 });
	});

	it('is asked again only where Max Wait leaves the time', async () => {
		const within = (ms: number) => {
			const fake = download((request, before) => {
				if (before === 0) throw storageSays(503, { 'retry-after': '7' });
				return serve(CONTENT, request);
			});
			fake.session.deadline = new Deadline(fake.clock, ms, 0);
			return fake;
		};
		expect(await within(7_000).bytes()).toEqual(CONTENT);
		const { start, requests } = within(6_999);
		await expect(start()).rejects.toMatchObject({
			reason: 'unreachable',
			message: 'The result could not be downloaded in time. The storage answered 503',
		});
		expect(requests).toHaveLength(1);
	});

	it('is asked again less and less often where it does not say', async () => {
		const { start, requests } = download(() => {
			throw disconnected('ECONNRESET');
		});
		await expect(start()).rejects.toMatchObject({
			reason: 'unreachable',
			message: 'The result could not be downloaded. The storage could not be reached (ECONNRESET)',
		});
		expect(requests.slice(1).map(({ at }, place) => at - requests[place].at)).toEqual([
			1_500, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500,
		]);
	});

	it('is not asked again where asking again is of no use', async () => {
		const { start, requests } = download(() => {
			throw storageSays(400, { 'x-ms-error-code': 'InvalidQueryParameterValue' });
		});
		await expect(start()).rejects.toMatchObject({
			reason: 'unreachable',
			message: 'The result could not be downloaded. The storage answered 400 (InvalidQueryParameterValue)',
		});
		expect(requests).toHaveLength(1);
	});
});
