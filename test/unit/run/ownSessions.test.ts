import { NotSent } from '../../../nodes/DefenderLiveResponse/operations/run/notSent';
import { withPlace } from '../../../nodes/DefenderLiveResponse/operations/run/ownSessions';
import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import type { SentRun } from '../../../nodes/DefenderLiveResponse/service/lostRun';
import { readMachineAction } from '../../../nodes/DefenderLiveResponse/service/machineAction';
import { itemSession } from '../../../nodes/DefenderLiveResponse/service/session';
import { fakeSession } from '../service/fakeSession';

const ONE = { maxSessions: 1, waits: false };

const sentRun = { action: readMachineAction({ id: '988cc94e-7a8f-4b28-ab65-54970c5d5018', status: 'Pending' }) } as SentRun;

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
