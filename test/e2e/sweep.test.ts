import type { Emulator } from '../../playground/emulator';
import { startEmulator } from '../../playground/emulator';
import type { Example } from '../../playground/n8n/examples';
import { exampleCredential, readExample } from '../../playground/n8n/examples';
import { installN8n, NEWEST } from '../../playground/n8n/install';
import { N8nHome } from '../../playground/n8n/n8nHome';
import type { N8nServer } from '../../playground/n8n/n8nServer';
import { countWrong } from '../support/sweep/judge';
import type { EndedExecution } from './endedExecution';
import { runInEditor } from './endedExecution';
import { changeRows, rowsOf, tableNamed } from './examples/dataTable';
import { nodeOf } from './examples/exampleNodes';
import { deviceCount } from './sweep/deviceCount';
import { fastTick } from './sweep/fastTick';
import { until } from './until';

/** Bringing n8n takes longer than everything else, but only once. */
const MAX_MS = 20 * 60_000;

/** A sweep on a busy machine, where a tick every three seconds takes longer than that. */
const LONGEST_MS = 15 * 60_000;

const SWEEP = 'baseline';
const SCRIPT = 'check-baseline.ps1';

const DEVICES = deviceCount(17);
const OFF = 4;
const ON = DEVICES - OFF - 1;

/** The newest version alone: the Data Table node of the oldest cannot sort. */
describe(`a sweep in n8n ${NEWEST}, which is killed twice`, () => {
	let home: N8nHome;
	let server: N8nServer;
	let emulator: Emulator;
	let list: Example;
	let report: Example;
	const tick = fastTick(20, 8);
	const ids: Record<string, string> = {};

	beforeAll(async () => {
		emulator = await startEmulator({ limits: 'none', life: { pendingMs: 1_500, runMs: 1_500 } });
		const device = (name: string, more: object = {}) => {
			const scripts = { [SCRIPT]: { exitCode: 0, output: 'fine' } };
			ids[name] = emulator.addDevice({ computerDnsName: `ws-${name}.contoso.example`, scripts, ...more }).id;
		};
		for (let n = 0; n < OFF; n++) device(`off-${n}`, { offline: true });
		for (let n = 0; n < ON; n++) device(`on-${n}`);
		device('three', { scripts: { [SCRIPT]: { exitCode: 3, errors: 'no firewall' } } });
		list = readExample('sweep-list.json');
		nodeOf(list, 'Sweep').parameters.jsonOutput = JSON.stringify({ sweep: SWEEP, script: SCRIPT, args: '', hours: 8 });
		report = readExample('sweep-report.json');
		nodeOf(report, 'Sweep').parameters.jsonOutput = JSON.stringify({ sweep: SWEEP });
		home = new N8nHome(await installN8n(NEWEST));
		await home.importCredentials([exampleCredential(emulator)]);
		await home.importWorkflows([list, tick, report]);
		server = await home.start();
		await server.setUpOwner();
		await run(list);
	}, MAX_MS);

	afterAll(async () => {
		await home?.remove();
		await emulator?.close();
	});

	async function run(example: Example): Promise<EndedExecution> {
		const ended = await runInEditor(server, home, example, { name: 'Start' });
		expect({ name: example.name, status: ended.status, error: ended.error }).toEqual({ name: example.name, status: 'success' });
		return ended;
	}

	async function restart(): Promise<void> {
		await server.process.kill();
		server = await home.start();
		await server.signIn();
	}

	const counts = async () => (await run(report)).json('Counts')[0];
	const rows = async () => await rowsOf(server, await tableNamed(server, 'Defender sweep'));
	const runsOf = (name: string) => emulator.runs.filter(({ machineId }) => machineId === ids[name]).length;

	it(
		'goes on by itself, brings each device to one end, and runs nothing twice',
		async () => {
			// The service has taken this run, and its answer does not arrive.
			emulator.fault({ on: 'run', when: { machineId: ids['on-1'] }, effect: { kind: 'stall' } });
			expect(await server.activate(tick.id)).toMatchObject({ status: 200 });
			await until('sent', () => runsOf('on-1') === 1);
			expect((await rows()).find(({ machineId }) => machineId === ids['on-1'])).toMatchObject({ state: 'sending', machineActionId: null });
			await restart();
			const listing = emulator.fault({ on: 'action.list', effect: { kind: 'stall' } });
			await until('listing', () => listing.hits === 1);
			await restart();
			const isResolved = async () => {
				const { devices, done, failed } = await counts();
				expect(devices).toBe(DEVICES);
				return Number(done) + Number(failed) === ON + 1;
			};
			await until('resolved', isResolved, LONGEST_MS);
			const { running, waiting } = await counts();
			expect(Number(running) + Number(waiting)).toBe(OFF);
			// Ends the sweep for those that are off.
			await changeRows(server, await tableNamed(server, 'Defender sweep'), ['sweep', SWEEP], { deadline: new Date().toISOString() });
			await until('ended', async () => (await counts()).notReached === OFF);
			const { json, items } = await run(report);
			expect(json('Counts')).toEqual([{ sweep: SWEEP, devices: DEVICES, done: ON, failed: 1, notReached: OFF, running: 0, waiting: 0 }]);
			expect(json('Not Done')[0].html).toContain('<td>ws-three.contoso.example</td><td>failed</td><td>Exit code 3; no firewall</td>');
			expect(items('HTML File')[0].binary?.data).toMatchObject({ fileName: 'sweep.html' });
			expect(items('CSV File')[0].binary?.data).toMatchObject({ fileName: 'sweep.csv', mimeType: 'text/csv' });
			const times = Object.keys(ids).map((name) => [name, runsOf(name)]);
			expect(times.filter(([name]) => !String(name).startsWith('off'))).toEqual(times.slice(OFF).map(([name]) => [name, 1]));
			const devices = Object.values(ids).map((id) => ({ id }));
			const wrong = countWrong({ devices, rows: await rows(), finished: emulator.finishedScripts() });
			expect(wrong).toEqual({ unfinished: 0, twice: 0, unknown: 0 });
		},
		MAX_MS,
	);
});
