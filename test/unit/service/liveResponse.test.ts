import { getResultLink, runLiveResponse } from '../../../nodes/DefenderLiveResponse/service/liveResponse';
import { ACTION_ID, actionEntity, MACHINE_ID } from '../result/entities';
import type { Call } from './fakeSession';
import { disconnected, fakeSession, refused, requestConfig } from './fakeSession';

const PARAMS = [{ key: 'ScriptName', value: 'collect.ps1' }, { key: 'Args', value: '-Days 3' }];
const REQUEST = { machineId: MACHINE_ID, commands: [{ type: 'RunScript', params: PARAMS }], comment: 'case 4711' };
const LINK = 'https://a.blob.core.windows.net/x?se=2022-02-07T14%3A33%3A07Z&sig=a%2Bb/c%3D';

const isRun = (call: Call) => call.method === 'POST';
const ours = { ...actionEntity('Pending', [{ commandStatus: 'Created', type: 'RunScript', params: PARAMS }]), creationDateTimeUtc: '2026-01-13T09:00:01.1704612Z' };

it('sends what the service wants, with its letters', async () => {
	const { session, calls } = fakeSession(() => ours);
	expect((await runLiveResponse(session, REQUEST, () => false)).action.entity).toEqual(ours);
	expect(calls).toHaveLength(1);
	expect(calls[0]).toMatchObject({
		method: 'POST', path: `/machines/${MACHINE_ID}/runliveresponse`, body: { Commands: [{ type: 'RunScript', params: PARAMS }], Comment: 'case 4711' },
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
			expect((await runLiveResponse(session, REQUEST, () => false)).action.id).toBe(ACTION_ID);
			expect(calls.filter(isRun)).toHaveLength(1);
		},
	);

	it('is found although the service shows it late', async () => {
		const { session, clock, calls } = lost((call) => (call.at - start > 10_000 ? [ours] : []));
		const start = clock.now();
		expect((await runLiveResponse(session, REQUEST, () => false)).action.id).toBe(ACTION_ID);
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
		await expect(runLiveResponse(session, REQUEST, () => false)).rejects.toThrow(/lost/);
		expect(calls.filter(isRun)).toHaveLength(1);
	});

	it('may be an empty one', async () => {
		const { session, calls } = fakeSession((call) => (isRun(call) ? '' : { value: [ours] }));
		expect((await runLiveResponse(session, REQUEST, () => false)).action.id).toBe(ACTION_ID);
		expect(calls.filter(isRun)).toHaveLength(1);
	});
});

it('does not look for a run that was refused', async () => {
	const { session, calls } = fakeSession(() => {
		throw refused(400, { code: 'ActiveRequestAlreadyExists', message: 'Action is already in progress' });
	});
	await expect(runLiveResponse(session, REQUEST, () => false)).rejects.toMatchObject({ code: 'ActiveRequestAlreadyExists' });
	expect(calls.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

it('asks for a link as the service wants it, and hands it on letter by letter', async () => {
	const { session, calls } = fakeSession(() => ({ value: LINK }));
	expect(await getResultLink(session, ACTION_ID, 2)).toBe(LINK);
	expect(calls[0].url).toBe(`https://api.security.microsoft.com/api/machineactions/${ACTION_ID}/GetLiveResponseResultDownloadLink(index=2)`);
});

it.each<[string, unknown, string | undefined]>([
	['in quotes', { value: `"${LINK}"` }, LINK],
	['two lines in quotes', { value: '"a\nb"' }, 'a\nb'],
	['quoted at one end', { value: '"a' }, '"a'],
	['quoted within', { value: 'a"b"' }, 'a"b"'],
])('a link that is %s', async (_, body, expected) => {
	const { session } = fakeSession(() => body);
	expect(await getResultLink(session, ACTION_ID, 0)).toBe(expected);
});

describe.each<[string, unknown]>([
	['an empty link', { value: '' }],
	['null', { value: null }],
	['no link', {}],
	['an empty answer', ''],
	['no answer', null],
	['a page of HTML', '<html>'],
])('%s', (_, body) => {
	it('is asked for again, like an answer that broke off', async () => {
		let asked = 0;
		const { session } = fakeSession(() => (asked++ < 2 ? body : { value: LINK }));
		expect(await getResultLink(session, ACTION_ID, 0)).toBe(LINK);
		expect(asked).toBe(3);
	});

	it('is not taken for a command without a result', async () => {
		const { session } = fakeSession(() => body);
		await expect(getResultLink(session, ACTION_ID, 0)).rejects.toThrow('Defender answered with something that is not a valid result link');
	});
});

it.each([400, 404])('%i says that there is no result (yet)', async (status) => {
	const { session, calls } = fakeSession(() => {
		throw refused(status);
	});
	expect(await getResultLink(session, ACTION_ID, 0)).toBeUndefined();
	expect(calls).toHaveLength(1);
});

it('a refusal is no missing result', async () => {
	const { session } = fakeSession(() => {
		throw refused(403, { code: 'Forbidden' });
	});
	await expect(getResultLink(session, ACTION_ID, 0)).rejects.toMatchObject({ status: 403 });
});

it.each([400, 404])('a sign-in that is refused with %i is no missing result', async (status) => {
	const { session } = fakeSession(() => {
		throw refused(status, '', {}, requestConfig('https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token'));
	});
	await expect(getResultLink(session, ACTION_ID, 0)).rejects.toThrow('Microsoft Entra refused the sign-in');
});
