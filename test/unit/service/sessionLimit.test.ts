import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import type { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import { callWithSession } from '../../../nodes/DefenderLiveResponse/service/sessionLimit';
import { actionEntity } from '../result/entities';
import { fakeSession, refused } from './fakeSession';
import { idsOf } from './watchedService';

const SECOND = 1_000;
const RUN = { kind: CALLS.run, method: 'POST' as const, path: '/machines/a/runliveresponse', body: {} };
const ADVICE =
	'unfinished; those that wait for devices that are offline count too. Wait until some have ended, cancel those that are Pending (Machine Action > Get Many, then Cancel), or raise Max Wait.';

/**
 * A tenant without a session left.
 *
 * @param freeAt when there is one again, in ms after the start
 * @param unfinished how many live responses are, by the ms since the start; undefined where they cannot be listed
 */
function fullTenant({ freeAt = Infinity, unfinished = (() => 30) as (since: number) => number | undefined } = {}) {
	const start = { at: 0 };
	const sent: number[] = [];
	const listed: number[] = [];
	const { session, clock } = fakeSession(({ at, method }) => {
		const since = at - start.at;
		if (method === 'POST') {
			sent.push(since);
			if (since < freeAt) throw refused(429, { code: 'TooManyRequests', message: 'Too many concurrent live response sessions' });
			return { id: 'x' };
		}
		listed.push(since);
		const count = unfinished(since);
		if (count === undefined) throw refused(401);
		return { value: idsOf(count).map((id) => actionEntity('Pending', [{}], id)) };
	});
	start.at = clock.now();
	/** A run of this app, and how it ended, when. */
	const run = async (maxMs: number, onFailure?: (error: DefenderError) => void) => {
		const deadline = new Deadline(clock, maxMs, 0);
		const how = await callWithSession({ ...session, deadline, onFailure }, RUN).catch((error: DefenderError) => error);
		return { how, at: clock.now() - start.at };
	};
	return { run, clock, sent, listed };
}

describe('a run that finds no session', () => {
	it('gives up while there is still time for its own call, and says how many are unfinished', async () => {
		const { run, sent, listed } = fullTenant();
		expect(await run(55 * SECOND)).toMatchObject({
			how: {
				message: 'Defender has no session left for another live response',
				advice: `30 live responses of the tenant are ${ADVICE}`,
				reason: 'sessionLimit',
				status: 429,
				sent: 'no',
			},
			at: 40 * SECOND,
		});
		expect(sent).toEqual([0]);
		expect(listed).toEqual([0, 15, 30, 40].map((seconds) => seconds * SECOND));
	});

	it('does not know how many are unfinished where they cannot be listed', async () => {
		const { run, sent } = fullTenant({ unfinished: () => undefined });
		expect(await run(120 * SECOND)).toMatchObject({
			how: { advice: `As many live responses as the tenant may have are ${ADVICE}` },
			at: 105 * SECOND,
		});
		expect(sent).toEqual([0, 60 * SECOND]);
	});

	it('is sent again as soon as fewer are unfinished', async () => {
		const { run, sent } = fullTenant({ freeAt: 20 * SECOND, unfinished: (since) => (since < 20 * SECOND ? 30 : 29) });
		expect(await run(600 * SECOND)).toEqual({ how: { id: 'x' }, at: 30 * SECOND });
		expect(sent).toEqual([0, 30 * SECOND]);
	});

	it('is sent again after a minute, two, and four, since some sessions are not listed', async () => {
		const { run, sent } = fullTenant({ freeAt: 400 * SECOND });
		expect(await run(600 * SECOND)).toEqual({ how: { id: 'x' }, at: 420 * SECOND });
		expect(sent).toEqual([0, 60, 180, 420].map((seconds) => seconds * SECOND));
	});
});

describe('other runs of the app', () => {
	const FREE_AT = 30 * SECOND;
	const tenant = () => fullTenant({ freeAt: FREE_AT, unfinished: (since) => (since < FREE_AT ? 30 : 29) });

	it('are not sent while one waits for a session', async () => {
		const { run, clock, sent } = tenant();
		const first = run(600 * SECOND);
		await clock.sleep(5 * SECOND);
		const failures: string[] = [];
		const others = await Promise.all([run(600 * SECOND, ({ advice }) => failures.push(advice)), run(600 * SECOND)]);
		expect((await first).at).toBe(FREE_AT);
		for (const { how, at } of others) {
			expect(how).toEqual({ id: 'x' });
			expect(at).toBeGreaterThanOrEqual(FREE_AT);
			expect(at).toBeLessThanOrEqual(FREE_AT + SECOND);
		}
		expect(sent).toHaveLength(4);
		expect(sent.filter((at) => at > 0 && at < FREE_AT)).toEqual([]);
		expect(new Set(failures)).toEqual(new Set([`30 live responses of the tenant are ${ADVICE}`]));
	});

	it('wait no longer than they may, and are then not sent', async () => {
		const { run, clock, sent } = tenant();
		const first = run(600 * SECOND);
		await clock.sleep(5 * SECOND);
		expect(await run(20 * SECOND)).toMatchObject({
			how: { message: 'Defender has no session left for another live response', reason: 'sessionLimit', sent: 'no' },
			at: 10 * SECOND,
		});
		await first;
		expect(sent).toEqual([0, FREE_AT]);
	});
});
