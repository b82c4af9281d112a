import { ActionWatch } from '../../../nodes/DefenderLiveResponse/service/actionWatch';
import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import { actionEntity } from '../result/entities';
import type { Call } from './fakeSession';
import { fakeSession, refused } from './fakeSession';
import { ends, idOf, idsOf, INTERVAL, isById, isSingle, isUnfinished, MINUTE, namedIn, SECOND, service, watchOf } from './watchedService';

it('asks for some actions in one call, and for those that have ended no more', async () => {
	const ids = idsOf(5);
	const { session, calls, clock, start } = service(new Map(ids.map((id, place) => [id, place * 15 * SECOND])));
	const seen = await ends(watchOf(session), ids, () => clock.now());
	expect(seen.map(({ status, ended }) => [status, ended])).toEqual(Array(5).fill(['Succeeded', true]));
	expect(namedIn(calls[0])).toEqual(ids);
	expect(calls[0].at).toBe(start);
	expect(calls.map((call) => namedIn(call).length)).toEqual([5, 4, 4, 3, 2, 2, 1]);
	// Each is known within one interval of its end.
	seen.forEach(({ at }, place) => expect(at - start - place * 15 * SECOND).toBeLessThanOrEqual(INTERVAL + SECOND));
	calls.slice(1).forEach(({ at }, place) => expect(at - calls[place].at).toBe(INTERVAL));
});

it('asks for many by what the whole tenant has not finished, and by name for the rest', async () => {
	const ids = idsOf(150);
	// A third has ended before, the rest ends after a minute.
	const { session, calls, clock } = service(new Map(ids.map((id, place) => [id, place % 3 === 0 ? 0 : MINUTE])));
	const seen = await ends(watchOf(session), ids, () => clock.now());
	expect(seen.every(({ ended }) => ended)).toBe(true);
	expect(isUnfinished(calls[0])).toBe(true);
	const [, ...firstNamed] = calls.filter(({ at }) => at === calls[0].at);
	expect(firstNamed.every(isById)).toBe(true);
	expect(firstNamed.flatMap(namedIn).sort()).toEqual(ids.filter((_, place) => place % 3 === 0).sort());
	expect(firstNamed.length).toBeLessThanOrEqual(2);
	for (const { url } of calls) expect(url.length).toBeLessThan(2_000);
	// While nothing ends, one call a look is enough.
	const between = calls.filter(({ at }) => at > calls[0].at && at < calls[0].at + MINUTE);
	expect(between).toHaveLength(5);
});

it('asks for a hundred that have ended side by side, without another answer first', async () => {
	const ids = idsOf(100);
	const { session, calls, clock } = service(new Map(ids.map((id) => [id, 0])));
	await ends(watchOf(session), ids, () => clock.now());
	expect(calls.every(isById)).toBe(true);
	expect(calls).toHaveLength(3);
	expect(new Set(calls.map(({ at }) => at)).size).toBe(1);
});

it('never asks with a URL of 2,000 characters or more', async () => {
	for (const count of [1, 30, 39, 40, 41, 60, 300]) {
		const ids = idsOf(count);
		const { session, calls, clock } = service(new Map(ids.map((id) => [id, 0])));
		await ends(watchOf(session), ids, () => clock.now());
		for (const { url } of calls) expect(url.length).toBeLessThan(2_000);
		expect(calls.filter(isById).flatMap(namedIn).sort()).toEqual(ids.sort());
	}
});

it('takes ids in upper or lower case, and the same id for the same action', async () => {
	const id = idOf(10).replace('20d1de3f', 'ABCDEF01');
	const { session, calls, clock } = service(new Map([[id.toLowerCase(), 0]]));
	const watch = watchOf(session);
	const seen = await ends(watch, [id, id.toLowerCase(), id], () => clock.now());
	expect(seen.map(({ status }) => status)).toEqual(Array(3).fill('Succeeded'));
	expect(calls).toHaveLength(1);
	expect((await watch.until(id)).ended).toBe(true);
	expect(calls).toHaveLength(1);
});

it('polls at once for one that comes when the others have ended', async () => {
	const { session, clock, start } = service(new Map(idsOf(2).map((id) => [id, 0])));
	const watch = watchOf(session);
	await watch.until(idOf(0));
	await clock.sleep(SECOND);
	expect((await watch.until(idOf(1))).ended).toBe(true);
	expect(clock.now()).toBe(start + SECOND);
});

it('checks one that is asked for later with the others', async () => {
	const { session, calls, clock, start } = service(
		new Map([
			[idOf(0), MINUTE],
			[idOf(1), MINUTE],
		]),
	);
	const watch = watchOf(session);
	const first = watch.until(idOf(0));
	await clock.at(start + 15 * SECOND, () => undefined);
	const second = watch.until(idOf(1));
	expect((await Promise.all([first, second])).every(({ ended }) => ended)).toBe(true);
	expect(namedIn(calls.at(-1) as Call)).toEqual([idOf(0), idOf(1)]);
});

describe('an id that the service does not know', () => {
	it('counts as wrong after two minutes, and the others go on', async () => {
		const { session, calls, clock, start } = service(new Map([[idOf(1), 5 * MINUTE]]));
		const [unknown, known] = await ends(watchOf(session), [idOf(0), idOf(1)], () => clock.now());
		expect(unknown.error).toBeInstanceOf(DefenderError);
		expect((unknown.error as DefenderError).status).toBe(404);
		expect(unknown.at - start).toBeGreaterThanOrEqual(2 * MINUTE);
		expect(unknown.at - start).toBeLessThan(2 * MINUTE + 2 * INTERVAL);
		expect(known).toMatchObject({ ended: true, error: undefined });
		expect(calls.filter(isSingle)).toHaveLength(1);
	});

	it('is waited for while it may still appear', async () => {
		const known = new Map<string, number>();
		const { session, clock } = service(known, (_, since) => {
			if (since >= 90 * SECOND) known.set(idOf(0), 3 * MINUTE);
		});
		const [seen] = await ends(watchOf(session), [idOf(0)], () => clock.now());
		expect(seen).toMatchObject({ status: 'Succeeded', ended: true });
	});

	it.each([0, 30 * SECOND])('counts as wrong when the wait of %i ms has ended', async (maxWait) => {
		const { session, clock, start } = service(new Map());
		const [unknown] = await ends(watchOf(session, maxWait), [idOf(0)], () => clock.now());
		expect((unknown.error as DefenderError).status).toBe(404);
		expect(unknown.at).toBe(start + maxWait);
	});
});

it('asks again by its path for an action that no list shows', async () => {
	const { session, calls, clock, start } = service(new Map([[idOf(0), 5 * MINUTE]]));
	const { signed } = session.transport;
	session.transport.signed = async (options) => {
		const answer = await signed(options);
		return options.url.includes('?') ? { ...answer, body: { value: [] } } : answer;
	};
	const [seen] = await ends(watchOf(session), [idOf(0)], () => clock.now());
	expect(seen).toMatchObject({ ended: true, status: 'Succeeded' });
	expect(seen.at - start).toBeLessThanOrEqual(5 * MINUTE + 2 * INTERVAL);
	expect(calls.filter(isSingle).length).toBeGreaterThan(1);
});

describe('the wait', () => {
	it('ends with the last state when it has ended, to the millisecond', async () => {
		const { session, clock, start } = service(new Map([[idOf(0), 60 * MINUTE]]));
		const [seen] = await ends(watchOf(session, 95_250), [idOf(0)], () => clock.now());
		expect(seen).toEqual({ ended: false, status: 'InProgress', at: start + 95_250, error: undefined });
	});

	it('of nothing looks once', async () => {
		const { session, calls, clock } = service(
			new Map([
				[idOf(0), MINUTE],
				[idOf(1), 0],
			]),
		);
		const seen = await ends(watchOf(session, 0), [idOf(0), idOf(1)], () => clock.now());
		expect(seen.map(({ ended }) => ended)).toEqual([false, true]);
		expect(calls).toHaveLength(1);
	});

	it('counts for each action from when it was asked for', async () => {
		const { session, clock, start } = service(
			new Map([
				[idOf(0), 60 * MINUTE],
				[idOf(1), 60 * MINUTE],
			]),
		);
		const watch = watchOf(session, 2 * MINUTE);
		const first = ends(watch, [idOf(0)], () => clock.now());
		await clock.at(start + MINUTE, () => undefined);
		const second = ends(watch, [idOf(1)], () => clock.now());
		expect((await first)[0].at - start).toBe(2 * MINUTE);
		const { at, ended } = (await second)[0];
		expect(ended).toBe(false);
		expect(at - start).toBeGreaterThanOrEqual(3 * MINUTE);
		expect(at - start).toBeLessThanOrEqual(3 * MINUTE + INTERVAL);
	});

	it('keeps what was seen where the action vanishes', async () => {
		const known = new Map([[idOf(0), 60 * MINUTE]]);
		const { session, clock } = service(known, (_, since) => {
			if (since > MINUTE) known.clear();
		});
		const [seen] = await ends(watchOf(session, 5 * MINUTE), [idOf(0)], () => clock.now());
		expect(seen).toMatchObject({ ended: false, status: 'InProgress', error: undefined });
	});
});

describe('items that wait for different times', () => {
	it('each wait for their own, also for one action', async () => {
		const { session, clock, start } = service(
			new Map([
				[idOf(0), 60 * MINUTE],
				[idOf(1), 5 * MINUTE],
			]),
		);
		const watch = watchOf(session);
		const waits: Array<[string, number]> = [
			[idOf(0), 0],
			[idOf(0), 2 * MINUTE],
			[idOf(1), 0],
			[idOf(1), 20 * MINUTE],
		];
		const seen = await Promise.all(
			waits.map(async ([id, maxWait]) => await watch.until(id, maxWait).then(({ ended }) => [ended, clock.now() - start])),
		);
		expect(seen).toEqual([
			[false, 0],
			[false, 2 * MINUTE],
			[false, 0],
			[true, expect.any(Number)],
		]);
		expect(seen[3][1]).toBeLessThanOrEqual(5 * MINUTE + INTERVAL);
	});

	it('are released half a minute after it, whatever keeps the look from its end', async () => {
		const { session, clock, start } = service(new Map(idsOf(3).map((id) => [id, 0])), () => {
			throw refused(429, {}, { 'retry-after': '50' });
		});
		const watch = watchOf(session);
		const seen = [0, 30 * SECOND, 10 * MINUTE].map(
			async (maxWait, place) =>
				await watch.until(idOf(place), maxWait).catch((error: unknown) => [(error as DefenderError).status, clock.now() - start]),
		);
		for (const [place, maxWait] of [0, 30 * SECOND, 10 * MINUTE].entries()) {
			const [status, at] = (await seen[place]) as number[];
			expect(status).toBe(429);
			expect(at).toBeLessThanOrEqual(maxWait + 25 * SECOND);
		}
	});

	it('are refused as unknown when the wait of one of them has ended', async () => {
		const { session, clock, start } = service(new Map());
		const watch = watchOf(session);
		const seen = [30 * SECOND, 10 * MINUTE].map(
			async (maxWait) =>
				await watch.until(idOf(0), maxWait).catch((error: unknown) => [(error as DefenderError).status, clock.now() - start]),
		);
		expect(await Promise.all(seen)).toEqual(Array(2).fill([404, 30 * SECOND]));
	});

	it('are refused as unknown after two minutes, but for the one whose ID the service gave', async () => {
		const { session, clock, start } = service(new Map());
		const watch = watchOf(session);
		const seen = [false, true].map(
			async (certain) =>
				await watch
					.until(idOf(0), 5 * MINUTE, { certain })
					.catch((error: unknown) => [(error as DefenderError).status, (clock.now() - start) / MINUTE]),
		);
		expect(await Promise.all(seen)).toEqual([
			[404, 2],
			[undefined, 5],
		]);
	});

	it('are released although pages go on without end', async () => {
		let page = 0;
		const { session, clock } = fakeSession(() => ({
			value: [actionEntity('InProgress', [], idOf(++page + 10))],
			'@odata.nextLink': `?$skip=${page}`,
		}));
		const start = clock.now();
		await expect(watchOf(session).until(idOf(0), MINUTE)).rejects.toThrow(DefenderError);
		expect(clock.now() - start).toBeLessThanOrEqual(90 * SECOND);
	});

	it('are released although no answer comes, and one that comes just then is waited for', async () => {
		const { session, clock, start } = service(new Map([[idOf(9), 0]]));
		const { signed } = session.transport;
		let isSilent = true;
		session.transport.signed = async (options) =>
			isSilent && !options.url.includes('?') ? await new Promise(() => undefined) : await signed(options);
		const watch = watchOf(session, 30 * SECOND);
		const others = ends(watch, idsOf(2), () => clock.now() - start);
		const next = watch.until(idOf(2)).catch(async () => {
			isSilent = false;
			return await watch.until(idOf(9));
		});
		expect(await next).toMatchObject({ ended: true, action: { id: idOf(9) } });
		for (const { at } of await others) expect(at).toBeLessThanOrEqual(55 * SECOND);
	});
});

it('waits for an action whose id the service gave for as long as it may, however late it shows', async () => {
	const known = new Map<string, number>();
	const { session, clock } = service(known, (_, since) => {
		if (since >= 150 * SECOND) known.set(idOf(0), 3 * MINUTE);
	});
	expect(await watchOf(session).until(idOf(0), 20 * MINUTE, { certain: true })).toMatchObject({ ended: true });
	const { session: other, clock: otherClock } = service(new Map());
	const begun = otherClock.now();
	await expect(watchOf(other).until(idOf(0), 20 * MINUTE, { certain: true })).rejects.toMatchObject({
		message: 'Defender does not show the machine action yet',
		advice: 'Ask for its result later, by its ID.',
	});
	expect(otherClock.now() - begun).toBe(20 * MINUTE);
	expect(clock.now()).toBeGreaterThan(0);
});

it("is not led astray where n8n's clock is set", async () => {
	for (const ms of [-60 * MINUTE, 60 * MINUTE]) {
		const { session, clock } = service(new Map([[idOf(0), 24 * 60 * MINUTE]]));
		const start = clock.elapsed();
		const waiting = watchOf(session, 5 * MINUTE).until(idOf(0));
		await clock.sleep(MINUTE);
		clock.set(ms);
		expect((await waiting).ended).toBe(false);
		expect(clock.elapsed() - start).toBe(5 * MINUTE);
	}
});

describe('a service that refuses lists of ids', () => {
	it('is asked for each action by its path, and for the list once', async () => {
		const ids = idsOf(150);
		const { session, calls, clock } = service(new Map(ids.map((id, place) => [id, place < 5 ? 0 : MINUTE])), (call) => {
			if (isById(call)) throw refused(400, { code: 'ODataError', message: 'no' });
		});
		const seen = await ends(watchOf(session), ids, () => clock.now());
		expect(seen.every(({ ended }) => ended)).toBe(true);
		expect(calls.filter(isById)).toHaveLength(1);
		// Each once, when the list of what is unfinished does not have it any more.
		expect(calls.filter(isSingle)).toHaveLength(150);
	});

	it('and the list of what is unfinished as well', async () => {
		const { session, clock } = service(new Map(idsOf(3).map((id) => [id, MINUTE])), (call) => {
			if (!isSingle(call)) throw refused(400, { code: 'ODataError', message: 'no' });
		});
		const seen = await ends(watchOf(session), idsOf(3), () => clock.now());
		expect(seen.every(({ ended }) => ended)).toBe(true);
	});
});

it('does not count the time in which calls for others wait for their turn, also for an item that joins', async () => {
	const { session, clock } = service(new Map([[idOf(900), 0]]));
	const watch = new ActionWatch(session);
	// From two minutes on each is asked for by itself, which takes longer than a minute at a hundred calls a minute.
	const others = ends(
		{ until: async (id) => await watch.until(id, { deadline: new Deadline(clock, 60 * MINUTE), intervalMs: INTERVAL }) },
		idsOf(250),
		() => clock.now(),
	);
	await clock.sleep(150 * SECOND);
	const deadline = new Deadline(clock, MINUTE);
	deadline.start();
	const { ended } = await watch.until(idOf(900), { deadline, intervalMs: INTERVAL, certain: true });
	expect(ended).toBe(true);
	await others;
});
