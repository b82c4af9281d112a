import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import { aboutBlocker, DeviceBusy, deviceBusy } from '../../../nodes/DefenderLiveResponse/service/deviceBusy';
import { describeFailure } from '../../../nodes/DefenderLiveResponse/service/errors';
import { ACTION_ID, actionEntity, actionOf, MACHINE_ID } from '../result/entities';
import type { Call } from './fakeSession';
import { fakeSession, refused } from './fakeSession';

const OTHER_ID = '20d1de3f-0000-4715-8bed-a92223c50001';
const TODO = 'A device runs one live response at a time, whoever started it. Wait until it has ended, cancel it, or set When Device Is Busy in the options to wait.';

/** What the user is told of a busy device. */
async function told(message: string | undefined, answer: (call: Call) => unknown, signal?: AbortSignal) {
	const { session, calls } = fakeSession(answer, signal);
	const refusal = describeFailure(CALLS.run, { kind: 'refused', status: 400, code: 'ActiveRequestAlreadyExists', message });
	return { busy: await deviceBusy(session, MACHINE_ID, refusal), calls };
}
const entities = (...ids: string[]) => ({ value: ids.map((id) => actionEntity('InProgress', [{ params: [{ key: 'ScriptName', value: 'a.ps1' }] }], id)) });
const about = (id: string) =>
	`It is busy with the machine action ${id} (a.ps1, InProgress, started by 2f48b784-0000-4e61-9957-012d26300000, at 2026-01-13T09:00:00.1704612Z, comment: case 4711).`;

it('looks for what has not ended on that device', async () => {
	const { busy, calls } = await told(undefined, () => entities(OTHER_ID));
	expect(calls.map(({ path }) => path)).toEqual([
		`/machineactions?$filter=machineId eq '${MACHINE_ID}' and type eq 'LiveResponse' and (status eq 'Pending' or status eq 'InProgress')&$top=10`,
	]);
	expect(busy).toBeInstanceOf(DeviceBusy);
	expect(busy).toMatchObject({ message: 'The device is busy with another live response', blockerId: OTHER_ID, advice: `${about(OTHER_ID)} ${TODO} Code: ActiveRequestAlreadyExists`, status: 400 });
});

it('tells of the one that the service names, of several', async () => {
	const { busy } = await told(`In progress. Active action ID: ${OTHER_ID.toUpperCase()}`, () => entities(ACTION_ID, OTHER_ID));
	expect(busy.blockerId).toBe(OTHER_ID);
	expect(busy.advice).toContain(about(OTHER_ID));
});

it.each<[string, (call: Call) => unknown]>([
	['is not to be seen', () => entities(ACTION_ID)],
	['may not be seen', () => { throw refused(403); }],
])('names the one that the service names although it %s', async (_, answer) => {
	const { busy } = await told(`active action id:${OTHER_ID}`, answer);
	expect(busy.blockerId).toBe(OTHER_ID);
	expect(busy.advice).toMatch(`It is busy with the machine action ${OTHER_ID}. ${TODO}`);
});

it('says where nothing is to be seen', async () => {
	const { busy } = await told('in progress', () => ({ value: [] }));
	expect(busy.blockerId).toBeUndefined();
	expect(busy.advice).toContain(`No machine action of the other one is to be seen: it may be a session in the Defender portal. ${TODO}`);
});

it('is cancelled with the execution', async () => {
	await expect(told(undefined, () => ({ value: [] }), AbortSignal.abort())).rejects.toThrow('The execution was cancelled');
});

it('leaves out what is not known of the other one', () => {
	const action = actionOf('Pending', []);
	Object.assign(action, { requestorComment: null, entity: {} });
	expect(aboutBlocker(action)).toBe(`It is busy with the machine action ${ACTION_ID} (Pending).`);
	const commands = [{ params: [{ key: 'ScriptName', value: 'a.ps1' }] }, { params: [] }, { params: [{ key: 'Path', value: 'C:\\x' }] }];
	expect(aboutBlocker({ ...actionOf('Pending', commands), entity: {}, requestorComment: null })).toContain('(a.ps1, C:\\x, Pending)');
});
