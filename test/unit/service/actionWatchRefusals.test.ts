import { watches } from '../../../nodes/DefenderLiveResponse/service/actionWatch';
import { Cancelled } from '../../../nodes/DefenderLiveResponse/service/clock';
import { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import { refused } from './fakeSession';
import { ends, idOf, idsOf, MINUTE, SECOND, service, watchOf } from './watchedService';

describe('refusals', () => {
	it.each([503, 429])('that pass (%i) are survived, for longer than one call is repeated', async (status) => {
		const { session, clock } = service(new Map([[idOf(0), 0]]), (_, since) => {
			if (since < 5 * MINUTE) throw refused(status);
		});
		const [seen] = await ends(watchOf(session), [idOf(0)], () => clock.now());
		expect(seen).toMatchObject({ status: 'Succeeded', ended: true });
	});

	it('that ask to wait for longer than there is time end each wait at its own time', async () => {
		const { session, clock, start, calls } = service(new Map(), () => {
			throw refused(429, {}, { 'retry-after': '3600' });
		});
		const watch = watchOf(session);
		const seen = await Promise.all(
			[3, 5].map(async (minutes) => {
				const [how] = await ends({ until: async (id) => await watch.until(id, minutes * MINUTE) }, [idOf(minutes)], () => clock.now());
				return how;
			}),
		);
		for (const { error } of seen) expect((error as DefenderError).status).toBe(429);
		seen.forEach(({ at }, place) => {
			const over = at - start - [3, 5][place] * MINUTE;
			expect(over).toBe(0);
		});
		expect(calls).toHaveLength(1);
	});

	it('that are not for a limit are tried again at the next poll, whatever time they ask for', async () => {
		const { session, clock, start } = service(new Map([[idOf(0), 0]]), (_, since) => {
			if (since < 16 * MINUTE) throw refused(503, {}, { 'retry-after': '3600' });
		});
		const [{ ended, at }] = await ends(watchOf(session), [idOf(0)], () => clock.now());
		expect(ended).toBe(true);
		expect(at - start).toBeLessThanOrEqual(18 * MINUTE);
	});

	it('after an action was seen are reported with it when its wait ends', async () => {
		const { session } = service(new Map([[idOf(0), 60 * MINUTE]]), (_, since) => {
			if (since > 30 * SECOND) throw refused(503);
		});
		expect(await watchOf(session, 5 * MINUTE).until(idOf(0))).toMatchObject({
			ended: false,
			action: { status: 'InProgress' },
			refusal: { status: 503 },
		});
	});

	it.each([
		[404, 'Defender does not show the machine action yet'],
		[503, 'Defender could not read machine actions at the moment'],
	])('with %i of an action that is certainly there are reported as what they are', async (status, message) => {
		const { session, clock } = service(new Map(), () => {
			throw refused(status);
		});
		const watch = watchOf(session, 3 * MINUTE);
		const [seen] = await ends({ until: async (id) => await watch.until(id, 3 * MINUTE, { certain: true }) }, [idOf(0)], () => clock.now());
		expect((seen.error as DefenderError).message).toBe(message);
	});

	it('that pass too late are reported', async () => {
		const { session, clock } = service(new Map([[idOf(0), 0]]), () => {
			throw refused(503);
		});
		const [seen] = await ends(watchOf(session, 3 * MINUTE), [idOf(0)], () => clock.now());
		expect((seen.error as DefenderError).status).toBe(503);
	});

	it.each([400, 401, 403])('permanently (%i) end the watch of all', async (status) => {
		const { session, clock } = service(new Map(idsOf(3).map((id) => [id, MINUTE])), (_, since) => {
			if (since > 15 * SECOND) throw refused(status);
		});
		const seen = await ends(watchOf(session), idsOf(3), () => clock.now());
		for (const { error } of seen) expect((error as DefenderError).status).toBe(status);
	});

	it.each([401, 403])('of the list of all (%i) are not tried for each action', async (status) => {
		const { session, clock, calls } = service(new Map(), () => {
			throw refused(status, { code: 'Unauthorized' });
		});
		session.transport.hasFresherToken = async () => await Promise.resolve(false);
		const seen = await ends(watchOf(session), idsOf(150), () => clock.now());
		for (const { error } of seen) expect((error as DefenderError).status).toBe(status);
		expect(calls).toHaveLength(1);
	});

	it('do not stop actions that are asked for afterwards', async () => {
		let refuses = true;
		const { session, calls } = service(
			new Map([
				[idOf(0), 0],
				[idOf(1), 0],
			]),
			() => {
				if (refuses) throw refused(400);
			},
		);
		const watch = watchOf(session);
		await expect(watch.until(idOf(0))).rejects.toThrow(DefenderError);
		refuses = false;
		expect((await watch.until(idOf(1))).ended).toBe(true);
		expect(calls.at(-1)?.path).toBe(`/machineactions/${idOf(1)}`);
	});
});

it('stops within a second when the execution is cancelled', async () => {
	const user = new AbortController();
	const { session, clock, start, calls } = service(new Map(idsOf(3).map((id) => [id, 60 * MINUTE])), undefined, user.signal);
	const all = ends(watchOf(session), idsOf(3), () => clock.now());
	await clock.at(start + 33 * SECOND, () => user.abort());
	for (const { error, at } of await all) {
		expect(error).toBeInstanceOf(Cancelled);
		expect(at - start).toBeLessThanOrEqual(34 * SECOND);
	}
	expect(calls).toHaveLength(4);
});

it('a watch is one for all items of a tenant and app', () => {
	const [one, other] = [service(new Map()).session, service(new Map()).session];
	const watchFor = watches();
	expect(watchFor({ ...one, caller: {} })).toBe(watchFor(one));
	expect(watchFor(other)).not.toBe(watchFor(one));
});
