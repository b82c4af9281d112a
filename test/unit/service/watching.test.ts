import { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import type { Call } from './fakeSession';
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

it('never asks with a URL of 2,000 characters or more', async () => {
	for (const count of [1, 30, 39, 40, 41, 60, 300]) {
		const ids = idsOf(count);
		const { session, calls, clock } = service(new Map(ids.map((id) => [id, 0])));
		await ends(watchOf(session), ids, () => clock.now());
		for (const { url } of calls) expect(url.length).toBeLessThan(2_000);
		expect(calls.filter(isById).flatMap(namedIn).sort()).toEqual(ids.sort());
	}
});

it('takes ids in any case, and the same id for the same action', async () => {
	const id = idOf(10).replace('20d1de3f', 'ABCDEF01');
	const { session, calls, clock } = service(new Map([[id.toLowerCase(), 0]]));
	const watch = watchOf(session);
	const seen = await ends(watch, [id, id.toLowerCase(), id], () => clock.now());
	expect(seen.map(({ status }) => status)).toEqual(Array(3).fill('Succeeded'));
	expect(calls).toHaveLength(1);
	expect((await watch.until(id)).ended).toBe(true);
	expect(calls).toHaveLength(1);
});

it('looks at one that is asked for later with the others', async () => {
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

	it.each([0, 30 * SECOND])('counts as wrong when the wait of %i ms is over', async (maxWait) => {
		const { session, clock, start } = service(new Map());
		const [unknown] = await ends(watchOf(session, maxWait), [idOf(0)], () => clock.now());
		expect((unknown.error as DefenderError).status).toBe(404);
		expect(unknown.at).toBe(start + maxWait);
	});
});

describe('the wait', () => {
	it('ends with the last state when it is over, to the second', async () => {
		const { session, clock, start } = service(new Map([[idOf(0), 60 * MINUTE]]));
		const [seen] = await ends(watchOf(session, 95 * SECOND), [idOf(0)], () => clock.now());
		expect(seen).toEqual({ ended: false, status: 'InProgress', at: start + 95 * SECOND, error: undefined });
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
