import { startAction } from '../../../nodes/DefenderLiveResponse/service/startAction';
import { ACTION_ID, actionEntity, MACHINE_ID } from '../result/entities';
import type { Call } from './fakeSession';
import { disconnected, fakeSession, refused } from './fakeSession';
import { runToSend } from './runToSend';

const PARAMS = [
	{ key: 'ScriptName', value: 'collect.ps1' },
	{ key: 'Args', value: '-Days 3' },
];
const REQUEST = { machineId: MACHINE_ID, commands: [{ type: 'RunScript', params: PARAMS }], comment: 'case 4711' };

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
