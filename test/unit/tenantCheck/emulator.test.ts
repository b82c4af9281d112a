/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSignedCertificate } from '../../../playground/emulator';
import { CLAIMS } from '../../../playground/tenantCheck/claims';
import { LINUX_DEVICE, WINDOWS_DEVICE, claimsOf, startBench, type Bench, type Ran } from './bench';

let bench: Bench;
beforeAll(async () => {
	bench = await startBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const asExpected = new Set<string>();
function mustHold({ report, code }: Ran): void {
	for (const id of claimsOf(report, 'as expected')) asExpected.add(id);
	expect(claimsOf(report, 'differs')).toEqual([]);
	expect(code).toBe(0);
}
const libraryNames = () =>
	['n8n-tenant-check.ps1', 'n8n-tenant-check.sh', 'n8n-tenant-check.txt'].filter((name) => bench.emulator.libraryFile(name));

test('reading: every claim that is asked holds, nothing is changed, in 60 calls and ten minutes at most', async () => {
	const start = bench.clock.now();
	const ran = await bench.run();
	mustHold(ran);
	expect(claimsOf(ran.report, 'as expected').length).toBeGreaterThan(100);
	expect(ran.report).toMatchObject({ answeredBy: 'emulator', cloud: 'custom', ran: false, polls: 0 });
	expect(ran.out).toContain('An emulator answered, not the service: this report settles nothing.');
	const { requests } = bench.emulator;
	expect(requests.length).toBeLessThanOrEqual(60);
	expect(bench.clock.now() - start).toBeLessThan(600_000);
	expect(ran.report!.calls).toBe(requests.length);
	expect(requests.filter(({ status }) => status === 429)).toEqual([]);
	expect(bench.emulator.runs).toEqual([]);
	expect(bench.emulator.responses).toEqual([]);
	expect(requests.filter(({ operation }) => operation.startsWith('library.') && operation !== 'library.list')).toEqual([]);
	const probes = requests.filter(({ operation }) => ['run', 'isolate'].includes(operation));
	expect(probes.map(({ status }) => status)).toEqual([404, 404]);
});

test('calls are a second apart', async () => {
	await bench.run();
	const times = bench.emulator.requests.map(({ at }) => at);
	expect(Math.min(...times.slice(1).map((at, i) => at - times[i]))).toBeGreaterThanOrEqual(1_000);
});

test.each([WINDOWS_DEVICE, LINUX_DEVICE, 'WS-CHECK-01'])(
	'with --run on %s every claim that is asked holds, and all is taken away again',
	async (device) => {
		const start = bench.clock.now();
		const ran = await bench.run({ device });
		mustHold(ran);
		expect(bench.emulator.runs).toHaveLength(3);
		const [{ machineId, commands }] = bench.emulator.runs;
		expect(bench.emulator.machines().find(({ id }) => id === machineId)?.computerDnsName).toBe(
			device === LINUX_DEVICE ? LINUX_DEVICE : WINDOWS_DEVICE,
		);
		expect(commands.map(({ type }) => type)).toEqual(['PutFile', 'RunScript', 'GetFile', 'GetFile']);
		expect(libraryNames()).toEqual([]);
		expect(bench.clock.now() - start).toBeLessThan(25 * 60_000);
		expect(ran.report!.calls).toBeLessThanOrEqual(100);
		expect(ran.report!.osPlatform).toBe(device === LINUX_DEVICE ? 'Ubuntu' : 'Windows11');
		expect(bench.emulator.requests.filter(({ status }) => status === 429)).toEqual([]);
		expect(ran.errors).toContain(`Run this on ${device === LINUX_DEVICE ? LINUX_DEVICE : WINDOWS_DEVICE}? Type yes: `);
	},
);

test('with a certificate, and with an app that lacks a permission', async () => {
	const { certificate, privateKey } = await selfSignedCertificate();
	const folder = mkdtempSync(join(tmpdir(), 'tenant-check-'));
	writeFileSync(join(folder, 'app.pem'), certificate);
	writeFileSync(join(folder, 'app.key'), privateKey);
	const { app, apps } = bench.emulator;
	apps.addApp({ clientId: app.clientId, certificates: [certificate], roles: ['Machine.Read.All', 'Library.Manage'] });
	const ran = await bench.run({
		argv: ['--certificate', join(folder, 'app.pem'), '--private-key', join(folder, 'app.key')],
		env: { DEFENDER_CLIENT_SECRET: undefined },
	});
	rmSync(folder, { recursive: true });
	mustHold(ran);
	expect(ran.report!.signIn).toBe('certificate');
	expect(claimsOf(ran.report, 'as expected')).toEqual(expect.arrayContaining(['token.signing', 'permission.text', 'permission.actions']));
	expect(ran.report!.claims.find(({ id }) => id === 'action.keys')!.found).toBe(
		'the token lacks Machine.ReadWrite.All: add it under API permissions > WindowsDefenderATP > Application permissions, and grant admin consent.',
	);
});

test('a 429 that is met is waited for and recorded', async () => {
	bench.emulator.fault({ on: 'machine.list', effect: { kind: 'rateLimit', seconds: 7 } });
	const ran = await bench.run();
	mustHold(ran);
	expect(ran.report!.claims.find(({ id }) => id === 'service.retry-after')).toEqual({
		id: 'service.retry-after',
		result: 'as expected',
		found: 'of 1: 1 in seconds, 0 in another form, 0 without',
	});
});

test('each of the claims was asked by one of these runs', () => {
	expect(CLAIMS.map(({ id }) => id).filter((id) => !asExpected.has(id))).toEqual([]);
});
