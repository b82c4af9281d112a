import type { CallKind } from '../../../nodes/DefenderLiveResponse/service/calls';
import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import type { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import { callApi } from '../../../nodes/DefenderLiveResponse/service/request';
import { fakeSession, refused } from './fakeSession';

/** What a user reads, and how often a call is sent, when the service refuses with a status. */
async function refusedWith(kind: CallKind, status: number, code?: string) {
	const { session, calls } = fakeSession(() => {
		throw refused(status, { code });
	});
	session.transport.grantedPermissions = () => undefined;
	const error = (await callApi(session, { kind, method: kind.repeatable ? 'GET' : 'POST', path: '/x' }).catch(
		(thrown: unknown) => thrown,
	)) as DefenderError;
	return { message: error.message, advice: error.advice, times: calls.length };
}

const CANCELLING =
	'Machine.LiveResponse or Machine.CollectForensics or Machine.Isolate or Machine.Offboard or Machine.RestrictExecution or Machine.Scan or Machine.StopAndQuarantine (delegated: Machine.LiveResponse)';

// Permissions as on Microsoft's pages of the calls; what may be sent twice without harm is sent eight times.
describe.each<[keyof typeof CALLS, string, string, string, number]>([
	['run', 'run live response', 'device', 'Machine.LiveResponse', 1],
	['readActions', 'read machine actions', 'machine action', 'Machine.ReadWrite.All (delegated: Machine.ReadWrite)', 8],
	['resultLink', 'provide the link to a live response result', 'result', 'Machine.ReadWrite.All (delegated: Machine.LiveResponse)', 8],
	[
		'packageLink',
		'provide the link to an investigation package',
		'investigation package',
		'Machine.ReadWrite.All (delegated: Machine.CollectForensics)',
		8,
	],
	['cancelAction', 'cancel the machine action', 'machine action', CANCELLING, 1],
	['readMachines', 'read devices', 'device', 'Machine.Read.All or Machine.ReadWrite.All (delegated: Machine.Read or Machine.ReadWrite)', 8],
	['readLibrary', 'read the live response library', 'library file', 'Library.Manage', 8],
	['uploadFile', 'upload the file to the live response library', 'library file', 'Library.Manage', 1],
	['deleteFile', 'delete the file from the live response library', 'library file', 'Library.Manage', 1],
])('%s', (name, purpose, subject, needed, times) => {
	const kind: CallKind = CALLS[name];

	it('without permission says what it does and what it needs', async () => {
		expect(await refusedWith(kind, 403, 'Forbidden')).toEqual({
			message: `Defender refused to ${purpose}: a permission is missing`,
			advice: `Add ${needed} of the API WindowsDefenderATP to the app registration and grant admin consent.`,
			times: 2,
		});
	});

	it('of what there is not says what is missing', async () => {
		expect((await refusedWith(kind, 404)).message).toBe(`Defender does not know this ${subject}`);
	});

	it('refused by something in between is not sent again, unless that does no harm', async () => {
		const { advice, times: sent } = await refusedWith(kind, 403);
		expect(sent).toBe(times > 1 ? 2 : 1);
		expect(advice.includes('it may have been carried out')).toBe(times === 1);
	});

	it(`is sent ${times} times where the answer is lost`, async () => {
		const repeated = 'The call was repeated several times. Run the workflow again later.';
		const once = 'The call was not repeated, since it may have been carried out. Check whether it was before you try again.';
		expect(await refusedWith(kind, 502)).toEqual({
			message: `Defender could not ${purpose} at the moment`,
			advice: times > 1 ? repeated : once,
			times,
		});
	});
});
