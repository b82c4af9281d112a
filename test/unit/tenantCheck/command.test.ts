/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WINDOWS_DEVICE, claimsOf, startBench, type Bench, type RunInput } from './bench';

let bench: Bench;
beforeAll(async () => {
	bench = await startBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const VARIABLE = 'DEFENDER_CLIENT_SECRET';
const PLANTED = 'planted-word-1';
const libraryNames = () => ['n8n-tenant-check.ps1', 'n8n-tenant-check.txt'].filter((name) => bench.emulator.libraryFile(name));
const SCRIPT = readFileSync(join(__dirname, '..', '..', '..', 'playground', 'tenantCheck', 'script', 'n8n-tenant-check.ps1'));

test.each<[string, RunInput, string]>([
	[
		'a secret as an argument',
		{ argv: ['--client-secret', PLANTED] },
		'A secret was given as an argument. Leave it out and enter it when asked, or set DEFENDER_CLIENT_SECRET. ',
	],
	['a secret after =', { argv: [`--secret=${PLANTED}`] }, 'A secret was given as an argument.'],
	[
		'an unknown option',
		{ argv: ['--fast', PLANTED] },
		'--fast is unknown, or has no value. npm run tenant:check -- --help lists what there is.',
	],
	['--run without a device', { argv: ['--run'] }, '--run needs --device.'],
	['a device without --run', { argv: ['--device', 'ws-1'] }, '--device is for --run.'],
	['an unknown cloud', { argv: ['--cloud', 'mars'] }, '--cloud has an unknown value. Use one of commercial, gcc, gccHigh, dod, custom.'],
	[
		'plain http to another machine',
		{ argv: ['--api-base-url', 'http://api.example.com'] },
		'--api-base-url is missing or not a valid address.',
	],
	['a tenant that is neither GUID nor domain', { argv: ['--tenant', 'common'] }, 'The tenant is not valid.'],
	[
		'a certificate file that is not there',
		{ argv: ['--certificate', '/nowhere/app.pem'] },
		'The file of --certificate could not be read (ENOENT). Check the path.',
	],
	[
		'no secret',
		{ env: { DEFENDER_CLIENT_SECRET: '' }, answers: [] },
		'The client secret is missing. Enter it when asked, set DEFENDER_CLIENT_SECRET, or use --certificate.',
	],
	['a wrong secret', { env: { [VARIABLE]: PLANTED } }, "The client secret is wrong (AADSTS7000215). Enter the secret's value, not its ID."],
	['an unknown tenant', { argv: ['--tenant', 'fabrikam.example'] }, 'The tenant was not found (AADSTS90002).'],
	[
		'nothing that answers',
		{ argv: ['--login-base-url', 'http://127.0.0.1:1'] },
		'Microsoft Entra could not be reached (ECONNREFUSED). Nothing answers there: check the address and port. For the emulator: npm run emulator in another window.',
	],
	['an API that does not answer', { argv: ['--api-base-url', 'http://127.0.0.1:1'] }, 'Defender could not be reached (ECONNREFUSED).'],
	['a device that is unknown', { device: 'ws-nowhere' }, 'No device is named ws-nowhere.'],
	['a device that is not onboarded', { device: 'printer-04' }, 'printer-04 is not onboarded.'],
	[
		'an answer other than yes',
		{ device: WINDOWS_DEVICE, answers: ['no'] },
		'Nothing was run. Answer yes to continue. Without --run nothing is changed.',
	],
	['no one who can answer', { device: WINDOWS_DEVICE, answers: [] }, 'Nothing was run.'],
])('%s: it does not run, says what to do, and changes nothing', async (_, input, text) => {
	const ran = await bench.run(input);
	expect(ran.errors).toContain(text);
	expect(ran.code).toBe(2);
	expect(ran.files).toEqual({});
	expect(ran.errors + ran.out).not.toContain(PLANTED);
	expect(bench.emulator.runs).toEqual([]);
	expect(libraryNames()).toEqual([]);
});

test('an app without any permission gets the names of those that it needs', async () => {
	bench.emulator.apps.setRoles(bench.emulator.app.clientId, []);
	const ran = await bench.run();
	expect(ran.code).toBe(2);
	expect(ran.errors).toContain(
		'Nothing can be asked with this app. Machine actions: the token lacks Machine.ReadWrite.All: add it under API permissions > WindowsDefenderATP',
	);
});

test('two onboarded devices of one name are not guessed between', async () => {
	bench.emulator.addDevice({ computerDnsName: WINDOWS_DEVICE });
	const ran = await bench.run({ device: WINDOWS_DEVICE });
	expect(ran.errors).toContain(`2 devices are named ${WINDOWS_DEVICE}. Use the ID of one of them: `);
	expect(ran.code).toBe(2);
	const [{ id }] = bench.emulator.machines();
	expect((await bench.run({ device: id })).code).toBe(0);
});

test("another one's library file of the same name is left alone", async () => {
	bench.emulator.addLibraryFile({ fileName: 'n8n-tenant-check.ps1', content: 'mine' });
	const ran = await bench.run({ device: WINDOWS_DEVICE });
	expect(ran.code).toBe(2);
	expect(ran.errors).toContain('The library has another file named n8n-tenant-check.ps1. Rename or delete it');
	expect(bench.emulator.libraryFile('n8n-tenant-check.ps1')!.content.toString()).toBe('mine');
});

test('what an earlier check left is taken over, and away', async () => {
	bench.emulator.addLibraryFile({ fileName: 'n8n-tenant-check.ps1', content: SCRIPT });
	bench.emulator.addLibraryFile({ fileName: 'n8n-tenant-check.txt', content: 'n8n tenant check\n' });
	const ran = await bench.run({ device: WINDOWS_DEVICE });
	expect(claimsOf(ran.report, 'differs')).toEqual([]);
	expect(libraryNames()).toEqual([]);
});

test.each([
	['while it uploads', 'uploading a library file', 0],
	['while the run is sent', 'the live response is sent', 1],
	['while it waits', 'waiting for the live response', 1],
	['during the second run', 'waiting for the second live response', 2],
	['while it reads', 'devices by tag', 3],
])('Ctrl-C %s leaves nothing behind', async (_, at, runs) => {
	const stop = new AbortController();
	const ran = await bench.run({ device: WINDOWS_DEVICE, signal: stop.signal, onProgress: (text) => text.includes(at) && stop.abort() });
	expect(ran.code).toBe(2);
	expect(ran.errors).toContain('Stopped. No report was written.');
	expect(ran.files).toEqual({});
	expect(bench.emulator.runs).toHaveLength(runs);
	expect(libraryNames()).toEqual([]);
	const cancelled = bench.emulator.requests.filter(({ operation, status }) => operation === 'action.cancel' && status === 200);
	if (runs > 0 && runs < 3) {
		expect(cancelled).toHaveLength(1);
		expect(ran.errors).toContain('Cancelled the unfinished live response.');
		expect(ran.errors).toContain('The script may have left n8n-tenant-check.txt and n8n-tenant-check.gz on the device');
	}
});

test('a refused run says why, and the claims on reading are asked anyway', async () => {
	bench.emulator.fault({
		on: 'run',
		times: 1,
		skip: 0,
		when: { machineId: bench.emulator.machines()[0].id },
		effect: { kind: 'status', status: 403, body: { error: { code: 'DisabledFeature', message: 'x' } } },
	});
	const ran = await bench.run({ device: WINDOWS_DEVICE });
	expect(ran.code).toBe(0);
	expect(ran.report!.claims.find(({ id }) => id === 'run.status')!.found).toBe(
		'the live response was refused with DisabledFeature. Live response is switched off in this tenant: in the Defender portal, Settings > Endpoints > Advanced features, switch on Live Response (and Live Response for Servers).',
	);
	expect(claimsOf(ran.report, 'as expected')).toEqual(expect.arrayContaining(['query.id-in', 'library.delete']));
	expect(libraryNames()).toEqual([]);
});

test('a run whose answer is lost is not sent again, and is reported', async () => {
	const ran = await bench.run({
		device: WINDOWS_DEVICE,
		bend: { loses: ({ operation, body }) => operation === 'run' && body.toString().includes('our own script') },
	});
	expect(bench.emulator.runs).toHaveLength(1);
	expect(ran.report!.claims.find(({ id }) => id === 'run.status')!.found).toMatch(/^no answer came \([A-Z_]+\)$/);
	expect(ran.errors).toContain('A live response was sent, and its answer did not come: look in the Action Center');
	expect(libraryNames()).toEqual([]);
});

test('Ctrl-C at a question is not a missing answer', async () => {
	const stop = new AbortController();
	stop.abort();
	const ran = await bench.run({ env: { [VARIABLE]: '' }, answers: [], signal: stop.signal });
	expect(ran.code).toBe(2);
	expect(ran.errors).toContain('Stopped. No report was written.');
	expect(ran.errors).not.toContain('missing');
});

test('the bound of calls holds also where the service makes them fail', async () => {
	bench.emulator.fault({ on: ['machine.list', 'action.list'], times: Infinity, skip: 4, effect: { kind: 'status', status: 503 } });
	const ran = await bench.run();
	expect(bench.emulator.requests.length).toBeLessThanOrEqual(60);
	expect(claimsOf(ran.report, 'differs')).toEqual([]);
});

test('--help names every option, and where secrets come from', async () => {
	const ran = await bench.run({ argv: ['--help'] });
	expect(ran.code).toBe(0);
	expect(ran.out).toContain('DEFENDER_CLIENT_SECRET');
	expect(bench.emulator.requests).toEqual([]);
});
