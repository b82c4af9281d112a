import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import { callOf } from '../../../nodes/DefenderLiveResponse/service/actionRequest';
import { startAction } from '../../../nodes/DefenderLiveResponse/service/startAction';
import { findLostRun } from '../../../nodes/DefenderLiveResponse/service/lostRun';
import { ACTION_ID, actionEntity, MACHINE_ID } from '../result/entities';
import { disconnected, fakeSession, refused } from './fakeSession';
import { runToSend } from './runToSend';

const PARAMS = [
	{ key: 'ScriptName', value: 'a.ps1' },
	{ key: 'Args', value: '-x' },
];
const REQUEST = { machineId: MACHINE_ID, commands: [{ type: 'RunScript', params: PARAMS }], comment: 'case 4711' };
const NAMED = { ...REQUEST, comment: 'n8n workflow W (id), execution 77' };
const START = Date.UTC(2026, 0, 13, 9);

/** The action that REQUEST became, this many ms after the start. */
const became = (after = 0, more: object = {}) => ({
	...actionEntity('Pending', [{ params: PARAMS }]),
	creationDateTimeUtc: new Date(START + after).toISOString(),
	...more,
});

interface Looking {
	taken?: Set<string>;
	signal?: AbortSignal;
	request?: typeof REQUEST;
	tries?: number[];
	/** How far the service's clock is ahead. */
	aheadMs?: number;
}

function find(answer: () => unknown, { taken, signal, request = REQUEST, tries = [START], aheadMs }: Looking = {}) {
	const fake = fakeSession(answer, signal);
	fake.session.serviceClock.aheadMs = aheadMs;
	return { ...fake, found: findLostRun(fake.session, runToSend(request, { tries, taken }), 'It broke.') };
}

const MESSAGE = 'The answer to the run request was lost, so it is not known whether the device runs the commands';
const TODO = 'Check the device in the Action Center, or with Machine Action > Get Many, before you run them again. It broke.';

it('is looked for over two minutes, less and less often, among the live responses of its device', async () => {
	const { found, calls } = find(() => ({ value: [] }));
	await expect(found).rejects.toMatchObject({ message: MESSAGE, advice: TODO, sent: 'maybe' });
	expect(calls.map(({ at }) => (at - START) / 1_000)).toEqual([2, 7, 22, 57, 120]);
	expect(calls[0].path).toBe(`/machineactions?$filter=machineId eq '${MACHINE_ID}' and type eq 'LiveResponse'&$top=100`);
});

it("is no one else's, however alike, and then no one else gets it", async () => {
	const other = became(0, { id: 'other' });
	const taken = new Set(['other']);
	const { found } = find(() => ({ value: [other, became()] }), { taken });
	expect(await found).toMatchObject({ action: { id: ACTION_ID } });
	expect([...taken]).toEqual(['other', ACTION_ID]);
});

it('is one for each of two that are looked for at the same moment', async () => {
	const { session } = fakeSession(() => ({ value: [became(0), became(500, { id: 'second' })] }));
	const taken = new Set<string>();
	const found = await Promise.all(
		[START, START + 500].map(async (at) => await findLostRun(session, runToSend(REQUEST, { tries: [at], taken }))),
	);
	expect(found.map(({ action }) => action.id)).toEqual([ACTION_ID, 'second']);
	const third = findLostRun(session, runToSend(REQUEST, { tries: [START], taken }));
	await expect(third).rejects.toThrow(MESSAGE);
});

it('is that of the last try, of several that name the execution; of another process the first', async () => {
	const several = () => ({
		value: [became(200_000, { id: 'second', requestorComment: NAMED.comment }), became(0, { requestorComment: NAMED.comment })],
	});
	expect(await find(several, { request: NAMED, tries: [START + 190_000] }).found).toMatchObject({ action: { id: 'second' } });
	expect(await find(several, { request: NAMED, tries: [] }).found).toMatchObject({ action: { id: ACTION_ID } });
});

describe('of the same execution', () => {
	const named = (after: number, id = ACTION_ID) => became(after, { id, requestorComment: NAMED.comment });

	it.each<[string, number, Looking]>([
		['made five minutes before it was asked for', -300_000, {}],
		["made long before it by a service's clock that is late", -1_000_000, { aheadMs: -900_000 }],
		['made at any time, where another process sent it', -3_600_000, { tries: [] }],
		['made at any time, where both have one run key', -3_600_000, { request: { ...NAMED, runKey: 'k' } as typeof REQUEST }],
	])('it is one %s', async (_, after, more) => {
		const value = [{ ...named(after), requestorComment: `[run key: k] ${NAMED.comment}` }];
		const request = { ...NAMED, ...more.request, comment: value[0].requestorComment };
		expect(await find(() => ({ value }), { ...more, request }).found).toMatchObject({ action: { id: ACTION_ID } });
	});

	it.each<[number, Looking]>([
		[-300_001, {}],
		[-300_001, { aheadMs: 900_000 }],
		[-1_200_001, { aheadMs: -900_000 }],
	])('it is not one that an earlier node made (%i ms before, %j)', async (after, more) => {
		await expect(find(() => ({ value: [named(after)] }), { ...more, request: NAMED }).found).rejects.toThrow(MESSAGE);
	});

	it("it is the one nearest to the last try by the service's clock, and not one without a date", async () => {
		const value = [{ ...named(0, 'undated'), creationDateTimeUtc: null }, named(0, 'early'), named(200_000)];
		expect(await find(() => ({ value }), { request: NAMED, aheadMs: 200_000 }).found).toMatchObject({ action: { id: ACTION_ID } });
	});
});

it('is looked for only while there is time', async () => {
	const { session, calls } = fakeSession(() => ({ value: [] }));
	const short = { ...session, deadline: new Deadline(session.clock, 12_000, 0) };
	await expect(findLostRun(short, runToSend(REQUEST, { tries: [START] }))).rejects.toThrow(MESSAGE);
	expect(calls.map(({ at }) => (at - START) / 1_000)).toEqual([2, 7]);
});

it('of another process is not recognized by words that another execution may have used', async () => {
	await expect(find(() => ({ value: [became()] }), { tries: [] }).found).rejects.toThrow(MESSAGE);
});

it('says why it cannot be looked for', async () => {
	const { found, calls } = find(() => {
		throw refused(400, { code: 'BadRequest' });
	});
	await expect(found).rejects.toMatchObject({
		message: MESSAGE,
		advice: `${TODO} Defender refused to read machine actions. Check the parameters of the node. Code: BadRequest`,
	});
	expect(calls).toHaveLength(1);
});

it('is looked for again when the service was down for a while', async () => {
	let looks = 0;
	const { found } = find(() => {
		if (looks++ < 10) throw refused(503);
		return { value: [became()] };
	});
	expect(await found).toMatchObject({ action: { id: ACTION_ID } });
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
	const { found } = find(
		() => {
			user.abort();
			return { value: [] };
		},
		{ signal: user.signal },
	);
	await expect(found).rejects.toThrow('The execution was cancelled');
});

it.each([
	['by our clock only', 3_600_000, 0],
	["by the service's clock only", -900_000, -600_000],
])('is not an action that another execution made with the same words at its time %s', async (_, aheadMs, made) => {
	const { session } = fakeSession(() => ({ value: [became(made)] }));
	session.serviceClock.aheadMs = aheadMs;
	await expect(findLostRun(session, runToSend(REQUEST, { tries: [START] }))).rejects.toThrow(MESSAGE);
});

it('is recognised by the name of the execution, whatever the clocks say', async () => {
	const { session } = fakeSession(() => ({ value: [became(-20_000, { requestorComment: ` ${NAMED.comment} ` })] }));
	session.serviceClock.aheadMs = 900_000;
	expect(await findLostRun(session, runToSend(NAMED, { tries: [START] }))).toMatchObject({ action: { id: ACTION_ID } });
});

it('was never sent where the connection was never made, so it is not looked for', async () => {
	const { session, calls } = fakeSession(() => {
		throw disconnected('ECONNREFUSED');
	});
	await expect(startAction(session, runToSend(REQUEST))).rejects.toThrow('could not be reached');
	expect(calls.every(({ method }) => method === 'POST')).toBe(true);
});

describe('an answer with an action', () => {
	const run = async (answer: object, more: Parameters<typeof runToSend>[1] = {}) =>
		await startAction(fakeSession(({ method }) => (method === 'POST' ? answer : { value: [answer] })).session, runToSend(REQUEST, more));

	it.each<[string, object]>([
		['made an hour before', became(-3_600_000)],
		['made in an hour', became(3_600_000)],
		[
			'with blanks around the comment and the script in another case',
			became(0, {
				requestorComment: ' case 4711\n',
				commands: actionEntity('Pending', [{ params: [{ key: 'ScriptName', value: 'A.PS1' }, PARAMS[1]] }]).commands,
			}),
		],
		['that leaves out commands and comment', became(0, { commands: [], requestorComment: null })],
		['without a time', became(0, { creationDateTimeUtc: null })],
	])("that says nothing else is this run's: %s", async (_, answer) => {
		expect(await run(answer)).toMatchObject({ action: { id: ACTION_ID } });
	});

	it.each<[string, object]>([
		['another comment', { requestorComment: 'case 4712' }],
		['another script', { commands: actionEntity('Pending', [{ params: [{ key: 'ScriptName', value: 'b.ps1' }] }]).commands }],
		['other arguments', { commands: actionEntity('Pending', [{ params: [PARAMS[0], { key: 'Args', value: '-y' }] }]).commands }],
		['another kind of command', { commands: actionEntity('Pending', [{ type: 'GetFile', params: PARAMS }]).commands }],
		['another device', { machineId: '0'.repeat(40) }],
	])('and %s means that the device is busy, whatever its age', async (_, more) => {
		for (const age of [-600_000, -40, 0, 600_000]) {
			await expect(run(became(age, more))).rejects.toMatchObject({
				message: 'The device is busy with another live response',
				blockerId: ACTION_ID,
				sent: 'no',
				advice: expect.stringMatching(
					/^It is busy with .* Defender answered with it and did not accept these commands: its .*\.$/,
				) as string,
			});
		}
	});

	it('that is not as it was sent does not count where the list of the device has it as it was sent', async () => {
		const odd = became(0, { commands: actionEntity('Pending', [{ params: [PARAMS[0], { key: 'Args', value: '***' }] }]).commands });
		const { session, calls } = fakeSession(({ method }) => (method === 'POST' ? odd : { value: [became()] }));
		expect(await startAction(session, runToSend(REQUEST, { tries: [] }))).toMatchObject({ action: { id: ACTION_ID } });
		expect(calls.map(({ method }) => method)).toEqual(['POST', 'GET']);
	});

	it('that another item has means that the device is busy', async () => {
		await expect(run(became(), { taken: new Set([ACTION_ID]) })).rejects.toMatchObject({
			blockerId: ACTION_ID,
			advice: expect.stringContaining('another item has it') as string,
		});
		expect(await run(became(0, { id: ACTION_ID.toUpperCase() }), { taken: new Set() })).toBeDefined();
		await expect(run(became(0, { id: ACTION_ID.toUpperCase() }), { taken: new Set([ACTION_ID]) })).rejects.toMatchObject({
			blockerId: ACTION_ID.toUpperCase(),
		});
	});

	it('whose comment the service may have rewritten leaves it open, so nothing is sent again', async () => {
		const { session, calls } = fakeSession(() => became(0, { requestorComment: 'CASE 4711' }));
		await expect(startAction(session, runToSend(REQUEST))).rejects.toMatchObject({
			message: MESSAGE,
			sent: 'maybe',
			advice: expect.stringContaining(`Defender answered with the machine action ${ACTION_ID}, but its comment is "CASE 4711".`) as string,
		});
		expect(calls).toHaveLength(1);
	});

	it('is compared by the time of the try that brought it, not of the first one', async () => {
		const message = 'API calls quota exceeded! maximum allowed 10 per 00:01:00';
		const answers: unknown[] = [refused(429, { message }, { 'retry-after': '600' }), became(600_500)];
		const { session } = fakeSession(() => {
			const answer = answers.shift();
			if (answer instanceof Error) throw answer;
			return answer;
		});
		const { identity } = await startAction(session, runToSend(REQUEST));
		expect(identity.tries.map((at) => Math.round((at - START) / 60_000))).toEqual([0, 10]);
	});
});

it('the request names the device encoded', () => {
	expect(callOf({ ...REQUEST, machineId: 'a/b' })).toMatchObject({
		method: 'POST',
		path: '/machines/a%2Fb/runliveresponse',
		body: { Commands: REQUEST.commands, Comment: 'case 4711' },
	});
});
