import { DownloadFailed, requestLink } from '../../../nodes/DefenderLiveResponse/download/download';
import { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import { fakeSession, refused } from '../service/fakeSession';
import { ACTION_ID } from '../result/entities';
import { LINK } from './fakeStorage';

const ADDRESS = { machineActionId: ACTION_ID, index: 1 };

/** A service that has no result for the first `missing` times. */
function service(missing: number) {
	let asked = 0;
	const fake = fakeSession(() => {
		if (asked++ < missing) throw refused(404, { code: 'ResourceNotFound' });
		return { value: LINK };
	});
	const ask = async (endedAgo?: number) =>
		await requestLink(fake.session, ADDRESS, endedAgo === undefined ? undefined : fake.clock.now() - endedAgo);
	return { ...fake, ask };
}

it('is the link of that command, and says until when it works', async () => {
	const { ask, calls, stats } = service(0);
	expect(await ask()).toEqual({ url: LINK, expiresAt: '2026-01-13T09:30:00.000Z' });
	expect(calls.map(({ path }) => path)).toEqual([`/machineactions/${ACTION_ID}/GetLiveResponseResultDownloadLink(index=1)`]);
	expect(stats).toMatchObject({ apiCalls: 1, retries: 0 });
});

it('is not followed to a host of another user, and the reason says so without the link', async () => {
	const { session } = fakeSession(() => ({ value: 'https://evil.example/x?sig=secret' }));
	await expect(requestLink(session, ADDRESS, undefined)).rejects.toMatchObject({
		reason: 'linkNotTrusted',
		message: 'The result link was not followed: its host evil.example is not a storage host of this cloud',
	});
});

it('is asked for once where the result cannot be on its way any more', async () => {
	for (const endedAgo of [undefined, 120_000, 3_600_000]) {
		const { ask, calls } = service(1);
		await expect(ask(endedAgo)).rejects.toMatchObject({ reason: 'noResult', message: 'Defender has no result for this command' });
		expect(calls).toHaveLength(1);
	}
});

it('is waited for where the command has just ended, longer each time', async () => {
	const { ask, calls, stats } = service(4);
	expect(await ask(1_000)).toMatchObject({ url: LINK });
	// Half of each wait is by chance, for which the test's clock has its middle.
	expect(calls.slice(1).map(({ at }, place) => at - calls[place].at)).toEqual([750, 1_500, 3_000, 6_000]);
	expect(stats).toMatchObject({ apiCalls: 5, retries: 4 });
});

it.each([900_000, -900_000])('is waited for by the clock of the service, which is ahead by %i ms', async (aheadMs) => {
	const { ask, calls, session } = service(1);
	session.serviceClock.aheadMs = aheadMs;
	expect(await ask(1_000 - aheadMs)).toMatchObject({ url: LINK });
	expect(calls).toHaveLength(2);
});

it('is given up after five times', async () => {
	const { ask, calls } = service(5);
	await expect(ask(1_000)).rejects.toBeInstanceOf(DownloadFailed);
	expect(calls).toHaveLength(5);
});

it('is given up when the two minutes are over within which results appear', async () => {
	const { ask, calls } = service(5);
	await expect(ask(118_000)).rejects.toMatchObject({ reason: 'noResult' });
	expect(calls).toHaveLength(3);
});

it('is not a missing result where the service refuses', async () => {
	const { session } = fakeSession(() => {
		throw refused(403, { code: 'Forbidden' });
	});
	await expect(requestLink(session, ADDRESS, undefined)).rejects.toBeInstanceOf(DefenderError);
});

describe('a link to a package', () => {
	const ask = async (value: string) => await requestLink(fakeSession(() => ({ value })).session, { machineActionId: ACTION_ID }, undefined);
	const documented =
		'https://userrequests-us.securitycenter.windows.com:443/safedownload/WDATP_Investigation_Package.zip?token=gbDyj7y%2fb';

	it('is followed as documented, without the quotes that it comes in', async () => {
		expect(await ask(`"${documented}"`)).toEqual({ url: documented, expiresAt: null });
		expect(await ask(LINK)).toMatchObject({ url: LINK });
	});

	it.each(['https://securitycenter.windows.com.evil.example/x?token=secret', 'http://a.securitycenter.windows.com/x?token=secret'])(
		'is not followed elsewhere: %s',
		async (link) => {
			await expect(ask(link)).rejects.toMatchObject({ reason: 'linkNotTrusted', message: expect.not.stringContaining('token') });
		},
	);

	it('opens no such host to results', async () => {
		const { session } = fakeSession(() => ({ value: documented }));
		await expect(requestLink(session, ADDRESS, undefined)).rejects.toMatchObject({ reason: 'linkNotTrusted' });
	});
});
