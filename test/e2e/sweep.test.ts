import type { Emulator } from '../../playground/emulator';
import { startEmulator } from '../../playground/emulator';
import type { Example } from '../../playground/n8n/examples';
import { exampleCredential, readExample } from '../../playground/n8n/examples';
import { installN8n, NEWEST } from '../../playground/n8n/install';
import { N8nHome } from '../../playground/n8n/n8nHome';
import type { N8nServer } from '../../playground/n8n/n8nServer';
import type { EndedExecution } from './endedExecution';
import { runInEditor } from './endedExecution';
import { nodeOf } from './examples/exampleNodes';
import { fastTick } from './sweep/fastTick';
import { until } from './until';

/** Bringing n8n takes longer than everything else, but only once. */
const MAX_MS = 20 * 60_000;

/** A sweep on a busy machine, where a tick every three seconds takes longer than that. */
const LONGEST_MS = 8 * 60_000;

const SWEEP = 'baseline';
const SCRIPT = 'check-baseline.ps1';

/** The newest version alone: the Data Table node of the oldest cannot sort. */
describe(`a sweep in n8n ${NEWEST}, which is killed in the middle`, () => {
	let home: N8nHome;
	let server: N8nServer;
	let emulator: Emulator;
	let list: Example;
	let report: Example;
	const ids: Record<string, string> = {};

	beforeAll(async () => {
		emulator = await startEmulator({ limits: 'none', life: { pendingMs: 1_500, runMs: 1_500 } });
		const device = (name: string, more: object = {}) => {
			const scripts = { [SCRIPT]: { exitCode: 0, output: 'fine' } };
			ids[name] = emulator.addDevice({ computerDnsName: `ws-${name}.contoso.example`, scripts, ...more }).id;
		};
		for (let n = 0; n < 4; n++) device(`off-${n}`, { offline: true });
		for (let n = 0; n < 12; n++) device(`on-${n}`);
		device('three', { scripts: { [SCRIPT]: { exitCode: 3, errors: 'no firewall' } } });
		list = readExample('sweep-list.json');
		nodeOf(list, 'Sweep').parameters.jsonOutput = JSON.stringify({ sweep: SWEEP, script: SCRIPT, args: '', hours: 8 });
		report = readExample('sweep-report.json');
		nodeOf(report, 'Sweep').parameters.jsonOutput = JSON.stringify({ sweep: SWEEP });
		const tick = fastTick(20, 8);
		home = new N8nHome(await installN8n(NEWEST));
		await home.importCredentials([exampleCredential(emulator)]);
		await home.importWorkflows([list, tick, report]);
		server = await home.start();
		await server.setUpOwner();
		await run(list);
		expect(await server.activate(tick.id)).toMatchObject({ status: 200 });
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

	const counts = async () => (await run(report)).json('Counts')[0];
	const runsOf = (name: string) => emulator.runs.filter(({ machineId }) => machineId === ids[name]).length;

	it(
		'goes on by itself, gives each device that is on its result, and runs nothing twice',
		async () => {
			await until('begun', () => emulator.runs.length > 5);
			const sent = emulator.runs.length;
			// Between a request and its booking.
			await until('sent more', () => emulator.runs.length > sent);
			await server.process.kill();
			server = await home.start();
			await server.signIn();
			expect((await counts()).devices).toBe(17);
			await until(
				'ended',
				async () => {
					const { done, failed } = await counts();
					return Number(done) + Number(failed) === 13;
				},
				LONGEST_MS,
			);
			const { json, items } = await run(report);
			const [{ running, waiting, ...ended }] = json('Counts');
			expect(ended).toEqual({ sweep: SWEEP, devices: 17, done: 12, failed: 1, notReached: 0 });
			expect(Number(running) + Number(waiting)).toBe(4);
			expect(json('Not Done')[0].html).toContain('<td>ws-three.contoso.example</td><td>failed</td><td>Exit code 3; no firewall</td>');
			expect(items('HTML File')[0].binary?.data).toMatchObject({ fileName: 'sweep.html' });
			expect(items('CSV File')[0].binary?.data).toMatchObject({ fileName: 'sweep.csv', mimeType: 'text/csv' });
			const times = Object.keys(ids).map((name) => [name, runsOf(name)]);
			expect(times.filter(([name]) => !String(name).startsWith('off'))).toEqual(times.slice(4).map(([name]) => [name, 1]));
		},
		MAX_MS,
	);
});
