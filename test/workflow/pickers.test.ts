import type { Setting } from '../support/setting';
import type { WholeAnswer } from '../../playground/emulator';
import { NODE_TYPE, startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => await setting.close());

const search = async (method: string, filter?: string, paginationToken?: string) =>
	await setting.engine.listSearch(NODE_TYPE, method, {
		filter,
		paginationToken,
		credentials: { microsoftDefenderOAuth2Api: { id: 'defender', name: 'Microsoft Defender' } },
	});

it('goes on after a page with entries that cannot be read', async () => {
	const { emulator } = setting;
	emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	for (let count = 0; count < 60; count++) emulator.addAction({ commands: [] });
	const by = (answer: WholeAnswer): WholeAnswer => {
		const { value } = JSON.parse(answer.body.toString()) as { value: object[] };
		return { ...answer, body: Buffer.from(JSON.stringify({ value: [{ ...value[0], id: null }, ...value.slice(1)] })) };
	};
	emulator.fault({ on: 'action.list', effect: { kind: 'rewritten', by } });
	const first = await search('searchMachineActions');
	expect([first.results.length, first.paginationToken]).toEqual([49, '50']);
	const second = await search('searchMachineActions', undefined, '50');
	expect([second.results.length, second.paginationToken]).toEqual([10, undefined]);
});

/** All pages of a list. */
async function all(method: string, filter?: string) {
	const names: string[] = [];
	let token: string | undefined;
	let pages = 0;
	do {
		const page = await search(method, filter, token);
		names.push(...page.results.map(({ name }) => name));
		token = page.paginationToken as string | undefined;
		pages++;
	} while (token !== undefined);
	return { names, pages };
}

describe('devices', () => {
	const HOUR_MS = 3_600_000;
	const seen = (hours: number) => setting.emulator.now() - hours * HOUR_MS - 1_000;

	it('are found by any part of their name, by IP address and by either ID, and show when they were last seen', async () => {
		const { id } = setting.emulator.addDevice({
			computerDnsName: 'ws-fin-01.contoso.example',
			osPlatform: 'Windows11',
			lastSeen: seen(3),
			lastIpAddress: '10.20.30.41',
			aadDeviceId: '5b1c8e6a-3f0e-4c7b-9a58-0d2f6f1a7c11',
		});
		setting.emulator.addDevice({ computerDnsName: 'srv-01.contoso.example', lastIpAddress: '10.20.31.5' });
		for (const typed of ['WS-Fin', 'fin-01', '10.20.30', id.slice(0, 12), id.toUpperCase(), '5b1c8e6a-3f0e']) {
			expect((await search('searchMachines', typed)).results).toEqual([
				{ name: 'ws-fin-01.contoso.example (Windows11, Active, seen 3 hours ago)', value: id },
			]);
		}
	});

	it('come with those first that can run a live response', async () => {
		const add = (computerDnsName: string, more: object) => setting.emulator.addDevice({ computerDnsName, ...more }).id;
		const discovered = add('a.contoso.example', { onboardingStatus: 'CanBeOnboarded' });
		const inactive = add('b.contoso.example', { healthStatus: 'Inactive' });
		const merged = add('c.contoso.example', { mergedIntoMachineId: 'a'.repeat(40) });
		const able = add('d.contoso.example', {});
		const { results } = await search('searchMachines');
		expect(results.map(({ value }) => value)).toEqual([able, inactive, discovered, merged]);
		expect(results[2].name).toContain('CanBeOnboarded');
	});

	it('of one name can be distinguished', async () => {
		const ids = [20, 1].map((hours) => setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', lastSeen: seen(hours) }).id);
		const names = (await search('searchMachines')).results.map(({ name, value }) => [name, value]);
		expect(new Map(names as Array<[string, string]>).size).toBe(2);
		for (const [name, value] of names) {
			expect(ids).toContain(value);
			expect(name).toContain(`ID ${String(value).slice(0, 8)}…`);
		}
	});

	it('come page by page, each once', async () => {
		for (let count = 0; count < 120; count++) setting.emulator.addDevice({ computerDnsName: `ws-${count}.contoso.example` });
		const { names, pages } = await all('searchMachines');
		expect(new Set(names).size).toBe(120);
		expect([names.length, pages]).toEqual([120, 3]);
	});

	it('may be none: the service answers 404 then, which is not a reason to fail', async () => {
		expect((await search('searchMachines')).results).toEqual([]);
	});
});

describe('live responses', () => {
	it('show what they did, where, how it went and why, newest first', async () => {
		const { emulator } = setting;
		emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
		const createdAt = Date.parse('2026-01-13T08:15:00Z');
		emulator.addAction({ createdAt, commands: [{ type: 'RunScript', name: 'old.ps1' }] });
		const { id } = emulator.addAction({
			createdAt: createdAt + 60_000,
			requestorComment: 'case 4711',
			commands: [
				{ type: 'RunScript', name: 'check.ps1', args: '-Days 3' },
				{ type: 'GetFile', name: 'C:\\out.zip' },
			],
		});
		emulator.addAction({ type: 'Isolate', commands: [] });
		const { results } = await search('searchMachineActions');
		expect(results).toHaveLength(2);
		expect(results[0]).toEqual({
			name: '2026-01-13 08:16 UTC Succeeded, ws-01, check.ps1, C:\\out.zip (case 4711)',
			value: id,
		});
	});

	it('are found by any part of that, or by their id', async () => {
		const { emulator } = setting;
		emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
		for (let count = 0; count < 70; count++) emulator.addAction({ commands: [{ type: 'RunScript', name: 'check.ps1' }] });
		const { id } = emulator.addAction({ requestorComment: 'Case 4711', commands: [{ type: 'RunScript', name: 'triage.ps1' }] });
		for (const typed of ['TRIAGE', 'case 4711', id]) {
			expect((await search('searchMachineActions', typed)).results).toEqual([expect.objectContaining({ value: id })]);
		}
		expect((await all('searchMachineActions', 'check')).names).toHaveLength(70);
		expect((await all('searchMachineActions')).names).toHaveLength(71);
	});
});

describe('library files', () => {
	it('are sorted, show their description and are found by it', async () => {
		setting.emulator.addLibraryFile({ fileName: 'triage.ps1' });
		setting.emulator.addLibraryFile({ fileName: 'check.ps1', description: 'Baseline of the desktop team' });
		const check = { name: 'check.ps1 (Baseline of the desktop team)', value: 'check.ps1' };
		expect((await search('searchLibraryFiles')).results).toEqual([check, { name: 'triage.ps1', value: 'triage.ps1' }]);
		expect((await search('searchLibraryFiles', 'baseline')).results).toEqual([check]);
	});

	it('come page by page', async () => {
		for (let count = 0; count < 60; count++) setting.emulator.addLibraryFile({ fileName: `script-${count}.ps1` });
		const { names, pages } = await all('searchLibraryFiles');
		expect([new Set(names).size, pages]).toEqual([60, 2]);
	});
});

it('does not keep anybody waiting for more than 20 seconds', async () => {
	setting.emulator.fault({ on: 'machine.list', effect: { kind: 'stall' } });
	const began = setting.clock.elapsed();
	await expect(search('searchMachines')).rejects.toMatchObject({
		message: 'Defender did not answer in time',
		description: expect.stringContaining('enter the ID or name'),
	});
	const tookMs = setting.clock.elapsed() - began;
	expect([tookMs >= 20_000, tookMs < 30_000]).toEqual([true, true]);
});

it('takes a page that cannot be for the first', async () => {
	const { id } = setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	for (const token of ['-5', 'x', '1.5']) expect((await search('searchMachines', '', token)).results[0]?.value ?? id).toBe(id);
});

it.each(['searchMachines', 'searchMachineActions', 'searchLibraryFiles'])('%s says which permission is missing', async (method) => {
	const { app, apps } = setting.emulator;
	apps.addApp({ clientId: app.clientId, secrets: [{ value: app.clientSecret }], roles: ['Machine.LiveResponse'] });
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
	await expect(search(method)).rejects.toMatchObject({
		name: 'NodeApiError',
		message: expect.stringMatching(/^Defender refused to read .*: a permission is missing$/),
		description: expect.stringMatching(/^Add \S+ .* The token has: Machine.LiveResponse\.$/),
	});
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
});
