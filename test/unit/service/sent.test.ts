import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import { deleteLibraryFile, uploadLibraryFile } from '../../../nodes/DefenderLiveResponse/service/library';
import { startAction } from '../../../nodes/DefenderLiveResponse/service/startAction';
import { LostRun } from '../../../nodes/DefenderLiveResponse/service/lostRun';
import { cancelMachineAction, getMachineAction } from '../../../nodes/DefenderLiveResponse/service/machineActions';
import { callApi } from '../../../nodes/DefenderLiveResponse/service/request';
import { ACTION_ID, MACHINE_ID } from '../result/entities';
import { fakeSession, refused } from './fakeSession';
import { runToSend } from './runToSend';

const FILE = { fileName: 'a.ps1', content: Buffer.from('x'), description: '', hasParameters: false, replaces: false };
const REQUEST = { machineId: MACHINE_ID, commands: [], comment: 'case 4711' };

/** A session whose service gives these answers in turn; an `Error` is thrown. */
function answering(...answers: unknown[]) {
	return fakeSession((call) => {
		const answer = call.method === 'GET' ? { value: [] } : answers.shift();
		if (answer instanceof Error) throw answer;
		return answer;
	}).session;
}

it.each([
	['a run', async (session: Parameters<typeof callApi>[0]) => await startAction(session, runToSend(REQUEST))],
	['a cancel', async (session: Parameters<typeof callApi>[0]) => await cancelMachineAction(session, ACTION_ID, 'x')],
	['an upload', async (session: Parameters<typeof callApi>[0]) => await uploadLibraryFile(session, FILE)],
	['a delete', async (session: Parameters<typeof callApi>[0]) => await deleteLibraryFile(session, 'a.ps1')],
])('%s that failed says whether it was sent', async (_, write) => {
	await expect(write(answering(refused(400, { code: 'BadRequest' })))).rejects.toMatchObject({ sent: 'no' });
	await expect(write(answering(refused(502)))).rejects.toMatchObject({ sent: 'maybe' });
});

it('a repeated write may have arrived with its first try, whatever happened to the last', async () => {
	const session = answering(refused(502), refused(400, { code: 'BadRequest' }));
	await expect(uploadLibraryFile(session, { ...FILE, replaces: true })).rejects.toMatchObject({ sent: 'maybe' });
});

it('an answer that cannot be read leaves it open', async () => {
	await expect(cancelMachineAction(answering('<html>'), ACTION_ID, 'x')).rejects.toMatchObject({ sent: 'maybe' });
	await expect(uploadLibraryFile(answering('<html>'), FILE)).rejects.toMatchObject({ sent: 'maybe' });
	await expect(startAction(answering('<html>'), runToSend(REQUEST))).rejects.toMatchObject({ constructor: LostRun, sent: 'maybe' });
});

it('a read is never sent in this sense', async () => {
	const { session } = fakeSession(() => {
		throw refused(400);
	});
	await expect(getMachineAction(session, ACTION_ID)).rejects.toMatchObject({ sent: 'no' });
	await expect(callApi(session, { kind: CALLS.readMachines, method: 'GET', path: '/x' })).rejects.toMatchObject({ sent: 'no' });
});
