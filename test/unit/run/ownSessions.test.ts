import { NotSent } from '../../../nodes/DefenderLiveResponse/operations/run/notSent';
import { noteEnded, withPlace } from '../../../nodes/DefenderLiveResponse/operations/run/ownSessions';
import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import type { SentRun } from '../../../nodes/DefenderLiveResponse/service/lostRun';
import { readMachineAction } from '../../../nodes/DefenderLiveResponse/service/machineAction';
import { itemSession } from '../../../nodes/DefenderLiveResponse/service/session';
import { MINUTE_MS } from '../../../nodes/DefenderLiveResponse/service/time';
import { fakeSession } from '../service/fakeSession';

const ONE = { maxSessions: 1, waits: false };

const ID = '988cc94e-7a8f-4b28-ab65-54970c5d5018';

const sentRun = { action: readMachineAction({ id: ID, status: 'Pending' }) } as SentRun;

it.each(Array.from({ length: 12 }, (_, moments) => moments))(
	'gives the place of a run to no other when that asks %i moments after the answer',
	async (moments) => {
		const { session, clock } = fakeSession(() => ({ value: [] }));
		const own = () => itemSession(session, new Deadline(clock, 60_000));
		let answer: (sent: SentRun) => void = () => undefined;
		let isAsked: () => void = () => undefined;
		const asked = new Promise<void>((resolve) => (isAsked = resolve));
		const first = withPlace(own(), ONE, async () => {
			isAsked();
			return await new Promise<SentRun>((resolve) => (answer = resolve));
		});
		await asked;
		answer(sentRun);
		for (let moment = 0; moment < moments; moment++) await Promise.resolve();
		await expect(withPlace(own(), ONE, async () => await Promise.resolve(sentRun))).rejects.toThrow(NotSent);
		expect(await first).toBe(sentRun);
	},
);

it('frees the place of what has ended at once, whatever a list shows that is older', async () => {
	const { session, clock } = fakeSession(() => ({ value: [{ id: ID, status: 'Pending', type: 'LiveResponse', requestor: 'app' }] }));
	session.transport.appNames = () => ['app'];
	const place = async () =>
		await withPlace(itemSession(session, new Deadline(clock, 60_000)), ONE, async () => await Promise.resolve(sentRun));
	await expect(place()).rejects.toThrow(NotSent);
	noteEnded(session, sentRun.action);
	await clock.sleep(MINUTE_MS);
	expect(await place()).toBe(sentRun);
});

it('counts what was sent and is not listed for a minute before it asks for it by its ID', async () => {
	const { session, clock, calls } = fakeSession(({ path }) => ({ value: path.includes('id in') ? [{ id: ID, status: 'Succeeded' }] : [] }));
	const place = async () =>
		await withPlace(itemSession(session, new Deadline(clock, 60_000)), ONE, async () => await Promise.resolve(sentRun));
	await place();
	await clock.sleep(MINUTE_MS - 1_000);
	await expect(place()).rejects.toThrow(NotSent);
	expect(calls.filter(({ path }) => path.includes('id in'))).toEqual([]);
	await clock.sleep(MINUTE_MS);
	expect(await place()).toBe(sentRun);
	expect(calls.filter(({ path }) => path.includes('id in'))).toHaveLength(1);
});

it('asks for it at once where one waits for its place', async () => {
	const { session, clock } = fakeSession(({ path }) => ({ value: path.includes('id in') ? [{ id: ID, status: 'Succeeded' }] : [] }));
	const place = async (waits: boolean) =>
		await withPlace(
			itemSession(session, new Deadline(clock, 10 * MINUTE_MS)),
			{ maxSessions: 1, waits },
			async () => await Promise.resolve(sentRun),
		);
	await place(false);
	const began = clock.elapsed();
	await place(true);
	expect(clock.elapsed() - began).toBeLessThan(MINUTE_MS / 2);
});
