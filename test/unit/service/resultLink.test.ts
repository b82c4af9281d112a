import { getResultLink } from '../../../nodes/DefenderLiveResponse/service/machineActions';
import { ACTION_ID } from '../result/entities';
import { fakeSession, refused, requestConfig } from './fakeSession';

const LINK = 'https://a.blob.core.windows.net/x?se=2022-02-07T14%3A33%3A07Z&sig=a%2Bb/c%3D';

it('asks for a link as the service wants it, and hands it on letter by letter', async () => {
	const { session, calls } = fakeSession(() => ({ value: LINK }));
	expect(await getResultLink(session, ACTION_ID, 2)).toBe(LINK);
	expect(calls[0].url).toBe(
		`https://api.security.microsoft.com/api/machineactions/${ACTION_ID}/GetLiveResponseResultDownloadLink(index=2)`,
	);
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

it('a refusal is not a missing result', async () => {
	const { session } = fakeSession(() => {
		throw refused(403, { code: 'Forbidden' });
	});
	await expect(getResultLink(session, ACTION_ID, 0)).rejects.toMatchObject({ status: 403 });
});

it.each([400, 404])('a sign-in that is refused with %i is not a missing result', async (status) => {
	const { session } = fakeSession(() => {
		throw refused(status, '', {}, requestConfig('https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token'));
	});
	await expect(getResultLink(session, ACTION_ID, 0)).rejects.toThrow('Microsoft Entra refused the sign-in');
});
