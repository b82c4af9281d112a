import { findMachineByName, getMachine, listMachines } from '../../../nodes/DefenderLiveResponse/service/machines';
import { fakeSession, refused } from './fakeSession';

const machine = (id: string, computerDnsName: unknown, lastSeen?: unknown) => ({ id, computerDnsName, lastSeen, healthStatus: 'Active' });

/** A service that answers every call with these entities. */
function having(...value: unknown[]) {
	const fake = fakeSession(() => ({ value }));
	return { ...fake, find: async (name: string) => await findMachineByName(fake.session, name) };
}

describe('a device by its ID', () => {
	it('comes as the service describes it', async () => {
		const entity = machine('Ab-0', 'ws-01.contoso.com', '2026-01-13T09:00:00Z');
		const { session, calls } = fakeSession(() => entity);
		expect(await getMachine(session, 'aB-0')).toEqual({
			id: 'Ab-0',
			computerDnsName: 'ws-01.contoso.com',
			lastSeen: '2026-01-13T09:00:00Z',
			entity,
		});
		expect(calls.map(({ method, url }) => [method, url])).toEqual([['GET', 'https://api.security.microsoft.com/api/machines/aB-0']]);
	});

	it('is not another one', async () => {
		const { session } = fakeSession(() => machine('b', 'ws-01.contoso.com', ''));
		await expect(getMachine(session, 'a')).rejects.toThrow('something that is not a valid device');
	});

	it('may have neither name nor time', async () => {
		const { session } = fakeSession(() => ({ id: 'a' }));
		expect(await getMachine(session, 'a')).toMatchObject({ computerDnsName: '', lastSeen: '' });
	});

	it.each([null, {}, { id: 5 }, { id: '..' }, { id: 'a/b' }, { id: '/a' }, { id: '' }, 'text'])('is not %j', async (answer) => {
		const { session } = fakeSession(() => answer);
		await expect(getMachine(session, 'a')).rejects.toThrow('Defender answered with something that is not a valid device');
	});
});

describe('a list of devices', () => {
	it('is asked for by filter and page, and leaves out what is not a device', async () => {
		const { session, calls } = having(machine('a', 'x'), null, { id: 5 }, machine('b', 'y'));
		const listed = await listMachines(session, "healthStatus eq 'Active'", 50);
		expect(listed.map(({ id }) => id)).toEqual(['a', 'b']);
		expect(calls.map(({ path }) => path)).toEqual(["/machines?$filter=healthStatus eq 'Active'&$top=50"]);
	});

	it('begins with the first by default', async () => {
		const { session, calls } = having();
		expect(await listMachines(session, '', 5)).toEqual([]);
		expect(calls.map(({ path }) => path)).toEqual(['/machines?$top=5']);
	});

	it('is empty where the service says that it found none, and no other refusal', async () => {
		const refusing = (status: number) =>
			fakeSession(() => {
				throw refused(status);
			}).session;
		expect(await listMachines(refusing(404), '', 5)).toEqual([]);
		await expect(listMachines(refusing(400), '', 5)).rejects.toMatchObject({ status: 400 });
	});

	it('is not a page of HTML', async () => {
		const { session } = fakeSession(() => '<html>');
		await expect(listMachines(session, '', 5)).rejects.toThrow('Defender answered with something that is not a valid list of devices');
	});

	it('is not empty where the execution was cancelled', async () => {
		const { session } = fakeSession(() => ({ value: [] }), AbortSignal.abort());
		await expect(listMachines(session, '', 5)).rejects.toThrow('The execution was cancelled');
	});
});

describe('a device by its name', () => {
	it('is asked for by the name itself and by what it may begin, in lower case and with quotes doubled', async () => {
		const { find, calls } = having(machine('a', "o'ws.contoso.com"));
		expect((await find(" O'WS ")).id).toBe('a');
		expect(calls.map(({ path }) => path)).toEqual([
			"/machines?$filter=computerDnsName eq 'o''ws' or startswith(computerDnsName,'o''ws.')&$top=100",
		]);
	});

	it.each<[string, string, Array<[string, unknown, string?]>, string]>([
		['the whole name', 'ws-01.contoso.com', [['a', 'ws-01.contoso.com']], 'a'],
		['the whole name in other case', 'WS-01.Contoso.com', [['a', 'Ws-01.contoso.COM']], 'a'],
		['the host name alone', 'ws-01', [['a', 'ws-01.contoso.com']], 'a'],
		[
			'the whole name before a longer one',
			'ws-01',
			[
				['a', 'ws-01.contoso.com'],
				['b', 'ws-01'],
			],
			'b',
		],
		[
			'the name, not one that only begins so',
			'ws-01',
			[
				['a', 'ws-011.contoso.com'],
				['b', 'ws-01.contoso.com'],
			],
			'b',
		],
		[
			'the record last seen, of several',
			'ws-01',
			[
				['a', 'ws-01.contoso.com', '2026-01-01'],
				['b', 'WS-01.contoso.com', '2026-01-03'],
				['c', 'ws-01.contoso.com', '2026-01-02'],
			],
			'b',
		],
	])('is found by %s', async (_, name, records, expected) => {
		expect((await having(...records.map((record) => machine(...record))).find(name)).id).toBe(expected);
	});

	it('of several domains has to be said in full; five of them are shown', async () => {
		const { find } = having(...'abcdefg'.split('').map((domain) => machine(domain, `WS-01.${domain}.example`)));
		await expect(find(' ws-01 ')).rejects.toMatchObject({
			message: 'Several devices are named "ws-01"',
			advice: 'Enter the full name of one of them: ws-01.a.example, ws-01.b.example, ws-01.c.example, ws-01.d.example, ws-01.e.example.',
		});
	});

	it.each([[[]], [[machine('a', 'ws-011.contoso.com')]], [[machine('a', undefined)]]])(
		'that no one has is reported: %j',
		async (records) => {
			await expect(having(...records).find(' ws-01 ')).rejects.toMatchObject({
				message: 'No device named "ws-01" was found',
				advice: expect.stringMatching(
					JSON.stringify(records).includes('ws-011')
						? /^The inventory has ws-011\.contoso\.com: enter that name\. Check the name/
						: /^Check the name in the Defender device inventory, or choose the device by its ID\.$/,
				) as string,
			});
		},
	);
});
