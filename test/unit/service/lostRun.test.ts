import { findLostRun, isAnswerTo, runLiveResponse, runRequest } from '../../../nodes/DefenderLiveResponse/service/liveResponse';
import { ACTION_ID, actionEntity, actionOf, MACHINE_ID } from '../result/entities';
import { disconnected, fakeSession, refused } from './fakeSession';

const PARAMS = [{ key: 'ScriptName', value: 'a.ps1' }, { key: 'Args', value: '-x' }];
const REQUEST = { machineId: MACHINE_ID, commands: [{ type: 'RunScript', params: PARAMS }], comment: 'case 4711' };
const START = Date.UTC(2026, 0, 13, 9);

/** The action that REQUEST became, so many ms after the start. */
const became = (after = 0, more: object = {}) => ({
	...actionEntity('Pending', [{ params: PARAMS }]), creationDateTimeUtc: new Date(START + after).toISOString(), ...more,
});

function find(answer: () => unknown, { taken = [] as string[], signal }: { taken?: string[]; signal?: AbortSignal } = {}) {
	const fake = fakeSession(answer, signal);
	const lost = { request: REQUEST, sentAt: START, isTaken: (id: string) => taken.includes(id) };
	return { ...fake, found: findLostRun(fake.session, lost) };
}

const MESSAGE = 'The answer to the run request was lost, so it is not known whether the device runs the commands';
const TODO = "Look at the device's Action Center, or at Machine Action > Get Many, before you run them again.";

it('is looked for over two minutes, less and less often, among the live responses of its device', async () => {
	const { found, calls } = find(() => ({ value: [] }));
	await expect(found).rejects.toMatchObject({ message: MESSAGE, advice: TODO });
	expect(calls.map(({ at }) => (at - START) / 1_000)).toEqual([2, 7, 22, 57, 120]);
	expect(calls[0].path).toBe(`/machineactions?$filter=machineId eq '${MACHINE_ID}' and type eq 'LiveResponse'&$top=100`);
});

it('is nobody else\'s, however alike', async () => {
	const other = became(0, { id: 'other' });
	const { found } = find(() => ({ value: [other, became()] }), { taken: ['other'] });
	expect(await found).toMatchObject({ action: { id: ACTION_ID }, adopted: false });
});

it('says why it cannot be looked for', async () => {
	const { found, calls } = find(() => {
		throw refused(400, { code: 'BadRequest' });
	});
	await expect(found).rejects.toMatchObject({
		message: MESSAGE, advice: `${TODO} Defender refused to read machine actions. Check the parameters of the node. Code: BadRequest`,
	});
	expect(calls).toHaveLength(1);
});

it('is looked for no more when the execution is cancelled', async () => {
	const user = new AbortController();
	const { found, clock } = find(() => ({ value: [] }), { signal: user.signal });
	const failed = found.catch((error: unknown) => error);
	await clock.at(START + 10_000, () => user.abort());
	expect(await failed).toMatchObject({ message: 'The execution was cancelled' });
});

it('is cancelled, not lost, when the execution is cancelled during a look', async () => {
	const user = new AbortController();
	const { found } = find(() => {
		user.abort();
		return { value: [] };
	}, { signal: user.signal });
	await expect(found).rejects.toThrow('The execution was cancelled');
});

it.each([
	[-2_000, true],
	[-2_001, false],
])('may be %i ms old, since the service tells whole seconds: %s', async (age, isOurs) => {
	const { found } = find(() => ({ value: [became(age)] }));
	expect(await found.then(() => true, () => false)).toBe(isOurs);
});

it("goes by the service's clock", async () => {
	const { session } = fakeSession(() => ({ value: [became(0)] }));
	session.serviceClock.aheadMs = 3_600_000;
	await expect(findLostRun(session, { request: REQUEST, sentAt: START, isTaken: () => false })).rejects.toThrow(MESSAGE);
});

it('was never sent where the connection was never made, so it is not looked for', async () => {
	const { session, calls } = fakeSession(() => {
		throw disconnected('ECONNREFUSED');
	});
	await expect(runLiveResponse(session, REQUEST, () => false)).rejects.toThrow('could not be reached');
	expect(calls.every(({ method }) => method === 'POST')).toBe(true);
});

describe('an answer with an action that was there before', () => {
	const run = async (answer: object) => await runLiveResponse(fakeSession(() => answer).session, REQUEST, () => false);
	const before = (more: object) => became(-60_000, more);

	it('which asked for the same is waited for, and may be that of an earlier run', async () => {
		expect(await run(before({}))).toMatchObject({ action: { id: ACTION_ID }, adopted: true });
		// Other arguments of the same script, or what the answer leaves out, do not make it another one.
		expect(await run(before({ commands: [], requestorComment: null }))).toMatchObject({ adopted: true });
		const params = [PARAMS[0], { key: 'Args', value: '-y' }];
		expect(await run(before({ commands: actionEntity('Pending', [{ params }]).commands }))).toMatchObject({ adopted: true });
		expect(await run(became(-60_000, { creationDateTimeUtc: null }))).toMatchObject({ adopted: true });
	});

	it.each<[string, object]>([
		['another comment', { requestorComment: 'case 4712' }],
		['another script', { commands: actionEntity('Pending', [{ params: [{ key: 'ScriptName', value: 'b.ps1' }] }]).commands }],
		['another kind of command', { commands: actionEntity('Pending', [{ type: 'GetFile', params: PARAMS }]).commands }],
		['a command that nobody knows', { commands: [{ index: 0, commandStatus: 'Created', command: null }] }],
	])('and has %s means that the device is busy', async (_, more) => {
		await expect(run(before(more))).rejects.toMatchObject({
			message: 'The device is busy with another live response',
			blockerId: ACTION_ID,
			advice: expect.stringMatching(/^It is busy with the machine action .* Defender answered with it and did not take these commands\.$/) as string,
		});
	});

	it('is none where the action is new', async () => {
		expect(await run(became(0, { requestorComment: 'another' }))).toMatchObject({ adopted: false });
	});
});

it('an action is the answer to a request whatever the case of the device, and with empty arguments left out', () => {
	const request = { ...REQUEST, machineId: MACHINE_ID.toUpperCase(), commands: [{ type: 'RunScript', params: [{ key: 'Args', value: '' }] }] };
	const action = actionOf('Pending', [{ params: [{ key: 'Args', value: null }] }]);
	expect(isAnswerTo(action, request)).toBe(true);
	expect(isAnswerTo({ ...action, machineId: undefined }, request)).toBe(false);
	const none = { ...action.commands[0], command: undefined };
	expect(isAnswerTo({ ...action, commands: [none] }, request)).toBe(false);
});

it('the request names the device encoded', () => {
	expect(runRequest({ ...REQUEST, machineId: 'a/b' })).toEqual({
		method: 'POST', path: '/machines/a%2Fb/runliveresponse', body: { Commands: REQUEST.commands, Comment: 'case 4711' },
	});
});
