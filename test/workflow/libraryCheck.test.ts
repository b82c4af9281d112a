import type { WholeAnswer } from '../../playground/emulator';
import { runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;
let device: string;

beforeAll(async () => {
	// The list is waited for 10 s at most, which on a faster clock are few turns of a busy machine.
	setting = await startSetting({}, {}, 50);
});

beforeEach(() => {
	setting.emulator.reset();
	device = setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: {} } }).id;
});

afterAll(async () => await setting.close());

const commandsOf = (...scriptNames: string[]) => ({ command: scriptNames.map((scriptName) => ({ type: 'RunScript', scriptName })) });
const run = async (scriptName: string, more = {}) =>
	await setting.runNode(runScript(device, { commands: commandsOf(scriptName), waitForCompletion: false, ...more }));
const listings = () => setting.requestsOf('library.list');

it('a script that the library does not have is refused before a run is spent, with the nearest names', async () => {
	const { error } = await run('chek.ps1');
	expect(error).toMatchObject({
		message: 'The live response library has no file named "chek.ps1"',
		description: expect.stringMatching(/^It has check\.ps1: enter that name, or upload the file/),
	});
	expect(setting.emulator.runs).toHaveLength(0);
	expect(listings()).toHaveLength(2);
	expect(listings()[1].at - listings()[0].at).toBeGreaterThanOrEqual(9_900);
});

it('one that a second look finds is run', async () => {
	const running = run('new.ps1');
	while (listings().length === 0) await setting.clock.sleep(100);
	setting.emulator.addLibraryFile({ fileName: 'new.ps1' });
	expect((await running).error).toBeUndefined();
	expect(setting.emulator.runs).toHaveLength(1);
	expect(listings()).toHaveLength(2);
});

it('the library is listed once for all items, and letter case does not count', async () => {
	const other = setting.emulator.addDevice({ computerDnsName: 'ws-02.contoso.example', scripts: { [SCRIPT]: {} } }).id;
	const items = [device, other].map((id) => ({ id }));
	const parameters = runScript('={{ $json.id }}', { commands: commandsOf(SCRIPT.toUpperCase()), waitForCompletion: false });
	expect((await setting.runNode(parameters, { items })).error).toBeUndefined();
	expect(setting.emulator.runs).toHaveLength(2);
	expect(listings()).toHaveLength(1);
});

it('runs with a key do not list the library again within ten minutes, others do', async () => {
	setting.advance(600_000);
	for (const [runKey, lists] of [
		['first', 1],
		['second', 1],
		['', 2],
		['third', 3],
	] as const) {
		if (runKey === 'third') setting.advance(360_000);
		expect((await run(SCRIPT, { options: { ...(runKey && { runKey }) } })).error).toBeUndefined();
		expect(listings()).toHaveLength(lists);
		setting.advance(240_000);
	}
});

it.each(['NFC', 'NFD'])('a script is in the library although its accents are written in another form (%s)', async (form) => {
	setting.emulator.addLibraryFile({ fileName: 'prüfen.ps1'.normalize(form === 'NFC' ? 'NFD' : 'NFC') });
	expect((await run('prüfen.ps1'.normalize(form))).error).toBeUndefined();
	expect(setting.emulator.runs).toHaveLength(1);
	expect(listings()).toHaveLength(1);
});

it('a library without end is not read on when the run has begun', async () => {
	let pages = 0;
	const by = (answer: WholeAnswer): WholeAnswer => {
		const page = { value: [{ fileName: `file-${++pages}.ps1` }], '@odata.nextLink': `https://x/?$skip=${pages}` };
		return { ...answer, body: Buffer.from(JSON.stringify(page)) };
	};
	setting.emulator.fault({ on: 'library.list', times: Infinity, effect: { kind: 'rewritten', by } });
	expect((await run(SCRIPT)).error).toBeUndefined();
	const asked = listings().length;
	await setting.clock.sleep(5 * 60_000);
	expect(listings().length).toBeLessThanOrEqual(asked + 1);
});

it.each<[string, () => void]>([
	[
		'lacks the permission',
		() => {
			setting.emulator.apps.setRoles(setting.emulator.app.clientId, ['Machine.LiveResponse']);
			setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
		},
	],
	[
		'finds Defender failing',
		() => void setting.emulator.fault({ on: 'library.list', times: Infinity, effect: { kind: 'status', status: 503 } }),
	],
])('an app that %s runs what it was asked to, after one call and with the token that it has', async (_, arrange) => {
	arrange();
	expect((await run('nowhere.ps1')).error).toBeUndefined();
	expect(setting.emulator.runs).toHaveLength(1);
	expect(listings()).toHaveLength(1);
	expect(setting.requestsOf('token').length).toBeLessThanOrEqual(1);
});

it('an empty library leaves a doubt, so that the run is sent', async () => {
	setting.emulator.reset();
	device = setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' }).id;
	await run('nowhere.ps1');
	expect(setting.emulator.runs).toHaveLength(1);
	expect(listings()).toHaveLength(1);
});
