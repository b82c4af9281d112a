import {
	findMachineByEntraId,
	findMachineByName,
	getMachine,
	listLastSeen,
	listMachineEntities,
	listMachines,
	listMachinesById,
	MACHINE_ID,
} from '../../../nodes/DefenderLiveResponse/service/machines';
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

	it('keeps its pages where the service says that the next one has none', async () => {
		const { session } = fakeSession(({ path }) => {
			if (path.includes('$skip')) throw refused(404);
			return { value: [machine('a', 'x')], '@odata.nextLink': 'https://api.security.microsoft.com/api/machines?$skip=1' };
		});
		expect(await listMachineEntities(session, '', Infinity)).toEqual([machine('a', 'x')]);
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
				reason: 'notFound',
				advice: expect.stringMatching(
					JSON.stringify(records).includes('ws-011')
						? /^The inventory has ws-011\.contoso\.com: enter that name\. Check the name/
						: /^Check the name in the Defender device inventory, or choose the device by its ID\.$/,
				) as string,
			});
		},
	);
});

describe('a name that no device has', () => {
	it.each([
		['ws-01.contoso.com', 'ws-01'],
		['w.x', 'w'],
		['ws-01', 'ws-'],
		['ws', 'w'],
		['w', 'w'],
		['.contoso.com', '.contoso.c'],
		['my ws.contoso.com', 'my ws.contoso.c'],
		['ws.contoso.com!', 'ws.contoso.co'],
	])('%s is compared with those that begin with %s', async (name, start) => {
		const { find, calls } = having();
		await expect(find(name)).rejects.toThrow(`No device named "${name}" was found`);
		expect(calls.at(-1)?.path).toBe(`/machines?$filter=startswith(computerDnsName,'${start}')&$top=100`);
	});

	it('is answered with all that are near', async () => {
		const { find } = having(machine('a', 'ws-011.contoso.com'), machine('b', 'ws-012.contoso.com'));
		await expect(find('ws-01')).rejects.toMatchObject({
			advice: expect.stringMatching(/^The inventory has ws-011\.contoso\.com, ws-012\.contoso\.com: enter that name\. /) as string,
		});
	});

	it('is reported where the service refuses to say which there are', async () => {
		const { session } = fakeSession(({ path }) => {
			if (!path.includes(' eq ')) throw refused(400);
			return { value: [] };
		});
		await expect(findMachineByName(session, 'ws-01')).rejects.toMatchObject({
			message: 'No device named "ws-01" was found',
			advice: 'Check the name in the Defender device inventory, or choose the device by its ID.',
		});
	});
});

it('a device that is not onboarded is not found by its name', async () => {
	const { find } = having({ ...machine('a', 'ws-01'), onboardingStatus: 'CanBeOnboarded' });
	await expect(find('ws-01')).rejects.toMatchObject({ reason: 'notOnboarded' });
});

it.each([
	['0123456789abcdefABCDEF012345678901234567', true],
	['x0123456789abcdefABCDEF012345678901234567', false],
	['0123456789abcdefABCDEF012345678901234567/', false],
	['0123456789abcdef', false],
	['xyz', false],
])('%s is an ID: %s', (text, isOne) => {
	expect(MACHINE_ID.test(text)).toBe(isOne);
});

describe('devices by their IDs', () => {
	const ID = (place: number) => String(place).padStart(40, '0');
	const IDS = Array.from({ length: 60 }, (_, place) => ID(place));
	const named = (path: string) => [...path.matchAll(/'([0-9a-f]{40})'/g)].map(([, id]) => id);

	it('are asked for in one list, and those that are not known are left out', async () => {
		const { session, calls } = having(machine('a', 'x'), machine('c', 'z'));
		expect((await listMachinesById(session, ['a', 'b', 'c'])).map(({ id }) => id)).toEqual(['a', 'c']);
		expect(calls.map(({ path }) => path)).toEqual(["/machines?$filter=id in ('a','b','c')&$top=3"]);
	});

	it('are asked for in several lists where one would be too long for a URL', async () => {
		const { session, calls } = fakeSession(({ path }) => ({ value: named(path).map((id) => machine(id, 'x')) }));
		expect((await listMachinesById(session, IDS)).map(({ id }) => id).sort()).toEqual(IDS);
		expect(calls.flatMap(({ path }) => named(path)).sort()).toEqual(IDS);
		for (const { url } of calls) expect(url.length).toBeLessThan(2_000);
	});

	it('none are not asked for', async () => {
		const { session, calls } = having();
		expect(await listMachinesById(session, [])).toEqual([]);
		expect(calls).toEqual([]);
	});

	/** A service that refuses lists, and answers for each device. */
	const refusingLists = (status: number, each: (id: string) => unknown) =>
		fakeSession(({ path }) => {
			if (path.startsWith('/machines?')) throw refused(status, { code: 'BadRequest', message: 'id is not filterable' });
			return each(path.slice('/machines/'.length));
		});

	it('are asked for one by one where the service refuses lists', async () => {
		const { session, calls } = refusingLists(400, (id) => {
			if (id === 'b') throw refused(404);
			return machine(id, 'x');
		});
		expect((await listMachinesById(session, ['a', 'b', 'c'])).map(({ id }) => id)).toEqual(['a', 'c']);
		expect(calls.slice(1).map(({ path }) => path)).toEqual(['/machines/a', '/machines/b', '/machines/c']);
	});

	it.each<[string, number, number]>([
		['the list is refused for the sign-in', 401, 200],
		['one of them is refused', 400, 401],
	])('fail where %s', async (_, list, one) => {
		const { session } = refusingLists(list, (id) => {
			if (one !== 200) throw refused(one);
			return machine(id, 'x');
		});
		await expect(listMachinesById(session, ['a'])).rejects.toMatchObject({ status: 401 });
	});

	it('say when they were last seen: as many as one list has room for, asked for once', async () => {
		const { session, calls } = fakeSession(({ path }) => ({
			value: named(path).map((id) => machine(id.toUpperCase(), 'x', `seen ${id}`)),
		}));
		const letters = IDS.map((id) => id.replace(/^0/, 'a'));
		const seen = await listLastSeen(session, letters);
		expect(calls).toHaveLength(1);
		expect(calls[0].path).toMatch(/^\/machines\?\$filter=id in \('a0{39}','a0{38}1',.*'\)&\$top=3\d$/);
		expect([...seen]).toEqual(letters.slice(0, seen.size).map((id) => [id, `seen ${id}`]));
		expect(seen.size).toBe(Number(calls[0].path.slice(-2)));
	});

	it('are not asked again when they were last seen', async () => {
		const { session, calls } = fakeSession(() => {
			throw refused(503);
		});
		await expect(listLastSeen(session, ['a'])).rejects.toMatchObject({ status: 503 });
		expect(calls).toHaveLength(1);
	});
});

describe('a device by its Entra ID', () => {
	const ENTRA = '0c3f7d4e-0000-4d3f-9c55-aaaaaaaaaaaa';
	const joined = (id: string, aadDeviceId: unknown, lastSeen?: string) => ({ ...machine(id, 'ws-01', lastSeen), aadDeviceId });

	it('is asked for by it, and is the one that has it', async () => {
		const { session, calls } = having(joined('a', '1'.repeat(36)), joined('b', null), joined('c', ENTRA.toUpperCase()));
		expect((await findMachineByEntraId(session, ENTRA)).id).toBe('c');
		expect(calls.map(({ path }) => path)).toEqual([`/machines?$filter=aadDeviceId eq ${ENTRA}&$top=100`]);
		expect((await findMachineByEntraId(session, ENTRA.toUpperCase())).id).toBe('c');
	});

	it('is the newest record, of several', async () => {
		const { session } = having(joined('a', ENTRA, '2026-01-01'), joined('b', ENTRA, '2026-01-03'));
		expect((await findMachineByEntraId(session, ENTRA)).id).toBe('b');
	});

	it('that two have at a time has to be said by its ID', async () => {
		const { session } = having(joined('a', ENTRA), joined('b', ENTRA));
		await expect(findMachineByEntraId(session, ENTRA)).rejects.toMatchObject({ message: `Several devices are known to Entra as ${ENTRA}` });
	});

	it('that is not onboarded is refused', async () => {
		const { session } = having({ ...joined('a', ENTRA), onboardingStatus: 'CanBeOnboarded' });
		await expect(findMachineByEntraId(session, ENTRA)).rejects.toMatchObject({
			message: `No device known to Entra as ${ENTRA} is onboarded`,
			reason: 'notOnboarded',
		});
	});

	it.each([[[]], [[joined('a', '1'.repeat(36)), joined('b', undefined)]]])('that none has is reported: %j', async (records) => {
		await expect(findMachineByEntraId(having(...records).session, ENTRA)).rejects.toMatchObject({
			message: `No device with the Entra device ID ${ENTRA} was found`,
			advice: 'Defender knows it only for devices that are joined or registered. Choose the device by its name or ID.',
			reason: 'notFound',
		});
	});

	it.each([
		[`aadDeviceId eq ${ENTRA}`, `aadDeviceId eq '${ENTRA}'`],
		[`aadDeviceId eq '${ENTRA}'`, `aadDeviceId eq ${ENTRA}`],
	])('is asked for in the other form where the service refuses %j', async (filter, other) => {
		const { session, calls } = fakeSession(({ path }) => {
			if (path.includes(`${filter}&`)) throw refused(400);
			return { value: [joined('a', ENTRA)] };
		});
		expect(await listMachineEntities(session, filter, 5)).toHaveLength(1);
		expect(calls.map(({ path }) => path)).toEqual([`/machines?$filter=${filter}&$top=5`, `/machines?$filter=${other}&$top=5`]);
	});

	it('is not asked for in the other form where the service refuses something else', async () => {
		const { session, calls } = fakeSession(() => {
			throw refused(401);
		});
		await expect(listMachineEntities(session, `aadDeviceId eq ${ENTRA}`, 5)).rejects.toMatchObject({ status: 401 });
		expect(calls).toHaveLength(1);
	});
});
