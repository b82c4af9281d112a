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
 * @param words what the service says until then
 */
function fullTenant({
	freeAt = Infinity,
	unfinished = (() => 30) as (since: number) => number | undefined,
	words = 'Too many concurrent live response sessions',
	headers = {},
} = {}) {
	const start = { at: 0 };
	const sent: number[] = [];
	const listed: number[] = [];
	const { session, clock } = fakeSession(({ at, method }) => {
		const since = at - start.at;
		if (method === 'POST') {
			sent.push(since);
			if (since < freeAt) throw refused(429, { code: 'TooManyRequests', message: words }, headers);
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
		// The one that gives up does not make room for others.
		expect((await run(600 * SECOND)).how).toEqual({ id: 'x' });
		await first;
		expect(sent.slice(0, 2)).toEqual([0, FREE_AT]);
		expect(sent).toHaveLength(3);
	});
});

describe('a refusal with 429', () => {
	it.each(['API calls quota exceeded', '1 call is allowed', 'quota exceeded', 'maximum allowed 10 per 00:01:00'])(
		'that is about calls does not wait for a session: %s',
		async (words) => {
			const { run, sent, listed } = fullTenant({ freeAt: 1, words });
			expect((await run(600 * SECOND)).how).toEqual({ id: 'x' });
			expect([sent, listed]).toEqual([[0, 750], []]);
		},
	);

	it.each<[string, number, number]>([
		['No concurrent runs are left for more calls', 3, 60 * SECOND],
		['The calls need a session', 3, 60 * SECOND],
		// No tenant has fewer than 25 sessions.
		['Too many requests', 24, 750],
		['Too many requests', 25, 60 * SECOND],
		['', 24, 750],
		['', 25, 60 * SECOND],
	])('that says %j, while %i live responses are unfinished, is tried again after %i ms', async (words, count, again) => {
		const { run, sent, listed } = fullTenant({ freeAt: 1, words, unfinished: () => count });
		expect((await run(600 * SECOND)).how).toEqual({ id: 'x' });
		expect(sent).toEqual([0, again]);
		expect(listed[0]).toBe(0);
	});

	it('that may be about calls is tried again when the service asks for it, where there is time', async () => {
		const tenant = () => fullTenant({ freeAt: 1, words: '', unfinished: () => 0, headers: { 'retry-after': '7' } });
		const inTime = tenant();
		expect(await inTime.run(7 * SECOND)).toEqual({ how: { id: 'x' }, at: 7 * SECOND });
		const late = tenant();
		expect(await late.run(7 * SECOND - 1)).toMatchObject({ how: { status: 429, reason: 'rateLimit' }, at: 0 });
		expect([inTime.sent, late.sent]).toEqual([[0, 7 * SECOND], [0]]);
	});
});
