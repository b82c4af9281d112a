import type { ResponseActionRequest } from '../../../nodes/DefenderLiveResponse/service/actionRequest';
import { responseCall } from '../../../nodes/DefenderLiveResponse/service/calls';
import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import type { Run } from '../../../nodes/DefenderLiveResponse/service/lostRun';
import { LostRun } from '../../../nodes/DefenderLiveResponse/service/lostRun';
import { startAction } from '../../../nodes/DefenderLiveResponse/service/startAction';
import { HOUR_MS } from '../../../nodes/DefenderLiveResponse/service/time';
import { ACTION_ID, actionEntity, MACHINE_ID } from '../result/entities';
import type { Call } from './fakeSession';
import { disconnected, fakeSession, refused } from './fakeSession';
import { runToSend } from './runToSend';

const PARAMS = [
	{ key: 'ScriptName', value: 'collect.ps1' },
	{ key: 'Args', value: '-Days 3' },
];
const REQUEST = { machineId: MACHINE_ID, commands: [{ type: 'RunScript', params: PARAMS }], comment: 'case 4711' };
const ISOLATE = responseCall('isolate the device', 'Machine.Isolate', { name: 'Isolate', type: 'Isolate', path: 'isolate', systems: 'x' });

const isRun = (call: Call) => call.method === 'POST';
const ours = {
	...actionEntity('Pending', [{ commandStatus: 'Created', type: 'RunScript', params: PARAMS }]),
	creationDateTimeUtc: '2026-01-13T09:00:01.1704612Z',
};

it('sends what the service wants, with its letters', async () => {
	const { session, calls } = fakeSession(() => ours);
	expect((await startAction(session, runToSend(REQUEST))).action.entity).toEqual(ours);
	expect(calls).toHaveLength(1);
	expect(calls[0]).toMatchObject({
		method: 'POST',
		path: `/machines/${MACHINE_ID}/runliveresponse`,
		body: { Commands: [{ type: 'RunScript', params: PARAMS }], Comment: 'case 4711' },
	});
});

describe('a lost answer', () => {
	const lost = (found: (call: Call) => unknown[], error: unknown = disconnected('ECONNRESET')) =>
		fakeSession((call) => {
			if (isRun(call)) throw error;
			return { value: found(call) };
		});

	it.each([disconnected('ECONNRESET'), disconnected('ETIMEDOUT'), refused(502), refused(504)])(
		'is looked for rather than asked for again: %s',
		async (error) => {
			const { session, calls } = lost(() => [ours], error);
			expect((await startAction(session, runToSend(REQUEST))).action.id).toBe(ACTION_ID);
			expect(calls.filter(isRun)).toHaveLength(1);
		},
	);

	it('is found although the service shows it late', async () => {
		const { session, clock, calls } = lost((call) => (call.at - start > 10_000 ? [ours] : []));
		const start = clock.now();
		expect((await startAction(session, runToSend(REQUEST))).action.id).toBe(ACTION_ID);
		expect(calls.filter(isRun)).toHaveLength(1);
	});

	it.each<[string, object]>([
		['another comment', { requestorComment: 'case 4712' }],
		['another script', { commands: actionEntity('Pending', [{ params: [{ key: 'ScriptName', value: 'other.ps1' }] }]).commands }],
		['other arguments', { commands: actionEntity('Pending', [{ params: [PARAMS[0], { key: 'Args', value: '-Days 4' }] }]).commands }],
		['one command more', { commands: actionEntity('Pending', [{ params: PARAMS }, { params: PARAMS }]).commands }],
		['no commands', { commands: [] }],
		['another device', { machineId: '0'.repeat(40) }],
		['the time of yesterday', { creationDateTimeUtc: '2026-01-12T09:00:00Z' }],
		['no time', { creationDateTimeUtc: null }],
	])('is not an action with %s', async (_, other) => {
		const { session, calls } = lost(() => [{ ...ours, ...other }]);
		await expect(startAction(session, runToSend(REQUEST))).rejects.toThrow(/lost/);
		expect(calls.filter(isRun)).toHaveLength(1);
	});

	it('may be another thing, which is said', async () => {
		const { session } = fakeSession((call) => (isRun(call) ? { ok: true } : { value: [] }));
		await expect(startAction(session, runToSend(REQUEST))).rejects.toMatchObject({
			advice: expect.stringContaining('Defender answered with something that is not a machine action.') as string,
		});
	});

	it('may be an empty one', async () => {
		const { session, calls } = fakeSession((call) => (isRun(call) ? '' : { value: [ours] }));
		expect((await startAction(session, runToSend(REQUEST))).action.id).toBe(ACTION_ID);
		expect(calls.filter(isRun)).toHaveLength(1);
	});
});

it('does not look for a run that was refused', async () => {
	const { session, calls } = fakeSession(() => {
		throw refused(400, { code: 'ActiveRequestAlreadyExists', message: 'Action is already in progress' });
	});
	await expect(startAction(session, runToSend(REQUEST))).rejects.toMatchObject({ code: 'ActiveRequestAlreadyExists' });
	expect(calls.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

describe('a request that may have taken effect before', () => {
	it('is looked for before it is sent, and is not sent where it did', async () => {
		const { session, clock, calls } = fakeSession(() => ({ value: [ours] }));
		const run = runToSend(REQUEST, { tries: [clock.now()] });
		expect((await startAction(session, run)).action.id).toBe(ACTION_ID);
		expect([...run.taken]).toEqual([ACTION_ID]);
		expect(calls.map(({ method }) => method)).toEqual(['GET']);
	});

	it.each<[string, () => unknown]>([
		['it is not listed', () => ({ value: [] })],
		[
			'there is no leave to read actions',
			() => {
				throw refused(401);
			},
		],
	])('is sent where %s', async (_, list) => {
		const { session, clock, calls } = fakeSession((call) => (isRun(call) ? ours : list()));
		expect((await startAction(session, runToSend(REQUEST, { tries: [clock.now()] }))).action.id).toBe(ACTION_ID);
		expect(calls.map(({ method }) => method)).toEqual(['GET', 'POST']);
	});
});

describe('a device that is busy', () => {
	const busy = () =>
		fakeSession((call) => {
			if (isRun(call)) throw refused(400, { code: 'ActiveRequestAlreadyExists' });
			return { value: [] };
		});

	/** Starts a run on it, which may have been sent before. */
	async function start(tries: number[], leftMs: number) {
		const { session, clock, calls } = busy();
		session.deadline = new Deadline(clock, leftMs, 0);
		const answered: number[] = [];
		const started = startAction(session, runToSend(REQUEST, { tries: tries.map((ago) => clock.now() - ago) }), () =>
			answered.push(calls.length),
		);
		await expect(started).rejects.toMatchObject({ reason: 'deviceBusy' });
		return { calls: calls.map(({ method }) => method), looks: calls.slice(2).map(({ at }) => at - calls[0].at), answered };
	}

	it('has its actions listed once, and others wait for that', async () => {
		expect(await start([], HOUR_MS)).toMatchObject({ calls: ['POST', 'GET'], answered: [] });
	});

	it('has them listed for a while where it may be busy with an earlier try, and others do not wait for that', async () => {
		const { looks, answered } = await start([5_000], HOUR_MS);
		expect(looks).toEqual([0, 2_000, 7_000, 22_000]);
		expect(answered[0]).toBe(3);
	});

	it('has them listed no longer than there is time', async () => {
		expect((await start([5_000], 10_000)).looks).toEqual([0, 2_000, 7_000]);
	});

	it('is not said to have a session in the portal where something else than a run was asked for', async () => {
		const request = { machineId: MACHINE_ID, comment: 'x', kind: ISOLATE };
		await expect(startAction(busy().session, { ...runToSend(REQUEST), request })).rejects.toMatchObject({
			advice: expect.stringContaining('The other one has no visible machine action.') as string,
		});
	});
});

describe('a response action', () => {
	const request: ResponseActionRequest = {
		machineId: MACHINE_ID,
		comment: 'case 4711',
		kind: ISOLATE,
		field: { name: 'IsolationType', value: 'Full' },
	};
	const isolated = { ...ours, type: 'Isolate', scope: 'Full', commands: [] };
	const toSend = (): Run<ResponseActionRequest> => ({ ...runToSend(REQUEST), request });

	it('is one call', async () => {
		const { session, calls } = fakeSession(() => isolated);
		expect((await startAction(session, toSend())).action.entity).toEqual(isolated);
		expect(calls).toMatchObject([
			{ method: 'POST', path: `/machines/${MACHINE_ID}/isolate`, body: { Comment: 'case 4711', IsolationType: 'Full' } },
		]);
	});

	it('whose answer is lost is looked for among those of its type', async () => {
		const { session, calls } = fakeSession((call) => {
			if (isRun(call)) throw disconnected('ECONNRESET');
			return { value: [isolated] };
		});
		expect((await startAction(session, toSend())).action.id).toBe(ACTION_ID);
		expect(calls.map(({ path }) => path)).toEqual([
			`/machines/${MACHINE_ID}/isolate`,
			`/machineactions?$filter=machineId eq '${MACHINE_ID}' and type eq 'Isolate'&$top=100`,
		]);
	});

	it('that is not found then may have been carried out, and is not asked for again', async () => {
		const { session, calls } = fakeSession((call) => {
			if (isRun(call)) throw disconnected('ECONNRESET');
			return { value: [] };
		});
		await expect(startAction(session, toSend())).rejects.toMatchObject({
			message: 'The answer was lost when Defender was asked to isolate the device, so it is not known whether it does',
			advice:
				'Check the device in the Action Center, or with Machine Action > Get Many, before you ask again. The connection was lost (ECONNRESET).',
			sent: 'maybe',
			reason: 'answerLost',
		});
		expect(calls.filter(isRun)).toHaveLength(1);
	});

	it('that is answered with another action means that the device is busy', async () => {
		const other = { ...isolated, scope: 'Selective' };
		const { session } = fakeSession((call) => (isRun(call) ? other : { value: [] }));
		await expect(startAction(session, toSend())).rejects.toMatchObject({
			advice: expect.stringContaining(
				'Defender answered with it and did not accept this request: its IsolationType is "Selective".',
			) as string,
			reason: 'deviceBusy',
		});
	});

	it('that is answered with another action is unknown where its device cannot be listed', async () => {
		const { session, calls } = fakeSession((call) => {
			if (isRun(call)) return { ...isolated, scope: 'Selective' };
			throw refused(401);
		});
		await expect(startAction(session, toSend())).rejects.toMatchObject({
			advice: expect.stringContaining(
				`Defender answered with the machine action ${ACTION_ID}, but its IsolationType is "Selective".`,
			) as string,
			sent: 'maybe',
			reason: 'answerLost',
		});
		expect(calls.filter(isRun)).toHaveLength(1);
	});
});

it('a lost run says what to check, whatever is known of how it was lost', () => {
	const advice = 'Check the device in the Action Center, or with Machine Action > Get Many, before you run them again.';
	expect(new LostRun(REQUEST).advice).toBe(advice);
	expect(new LostRun(REQUEST, 'The answer had the status 502.').advice).toBe(`${advice} The answer had the status 502.`);
});
