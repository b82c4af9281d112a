import type { Emulator, Machine } from '../../playground/emulator';
import { startEmulator } from '../../playground/emulator';
import { exampleCredential, readExample } from '../../playground/n8n/examples';
import { installN8n, NEWEST } from '../../playground/n8n/install';
import type { N8nServer } from '../../playground/n8n/n8nServer';
import { actionsOf } from '../support/sweep/actionsOf';
import { RUNS_OF_A_TICK } from '../support/sweep/bounds';
import { countWrong, mostAtOnce } from '../support/sweep/judge';
import { runInEditor } from './endedExecution';
import { changeRows, rowsOf, tableNamed } from './examples/dataTable';
import { nodeOf } from './examples/exampleNodes';
import { begunBy, QueueMode } from './queue/queueMode';
import { deviceCount } from './sweep/deviceCount';
import { fastTick } from './sweep/fastTick';
import { until } from './until';

/** Bringing n8n takes longer than everything else, but only once. */
const MAX_MS = 20 * 60_000;

/** A sweep on a busy machine. */
const SWEEP_MS = 15 * 60_000;

const SWEEP = 'baseline';
const SCRIPT = 'check-baseline.ps1';
const SWEEP_TABLE = 'Defender sweep';

const DEVICES = deviceCount(24);
const OFF = 3;
const ON = DEVICES - OFF - 1;

const MAX_SESSIONS = 8;

/** Each worker sends ten a minute at most, which is not faster here: what waits for that must not be given to another one. */
const HIDDEN_SECONDS = 90;

/** Workers do not know of each other: ticks overlap on both, and what the one has sent the other finds by Run Key only. */
describe(`a sweep in queue mode of n8n ${NEWEST}, a main and two workers, one of which is killed`, () => {
	let queue: QueueMode;
	let main: N8nServer;
	let emulator: Emulator;
	let table: string;
	const devices: Machine[] = [];
	const tick = fastTick(HIDDEN_SECONDS, MAX_SESSIONS);

	beforeAll(async () => {
		emulator = await startEmulator({ limits: 'none', life: { pendingMs: 1_500, runMs: 1_500 } });
		const device = (name: string, more: object = {}) => {
			const scripts = { [SCRIPT]: { exitCode: 0, output: 'fine' } };
			devices.push(emulator.addDevice({ computerDnsName: `ws-${name}.contoso.example`, scripts, ...more }));
		};
		for (let n = 0; n < OFF; n++) device(`off-${n}`, { offline: true });
		for (let n = 0; n < ON; n++) device(`on-${n}`);
		device('three', { scripts: { [SCRIPT]: { exitCode: 3, errors: 'no firewall' } } });
		const list = readExample('sweep-list.json');
		nodeOf(list, 'Sweep').parameters.jsonOutput = JSON.stringify({ sweep: SWEEP, script: SCRIPT, args: '', hours: 8 });
		queue = new QueueMode(await installN8n(NEWEST));
		await queue.prepare({});
		const home = queue.newHome();
		await home.importCredentials([exampleCredential(emulator)]);
		await home.importWorkflows([list, tick]);
		// One after the other: on a busy machine three together are not ready in time.
		main = await home.start();
		await queue.startWorkers(2);
		await main.setUpOwner();
		expect(await runInEditor(main, home, list, { name: 'Start' })).toMatchObject({ status: 'success' });
		table = await tableNamed(main, SWEEP_TABLE);
	}, MAX_MS);

	afterAll(async () => {
		await queue?.remove();
		await emulator?.close();
	});

	const rows = async () => await rowsOf(main, table);
	const states = async () => (await rows()).map(({ state }) => String(state));

	it(
		'brings each device to one end, and runs no script twice',
		async () => {
			// The service has taken this run, and its answer does not arrive.
			const held = devices[5];
			emulator.fault({ on: 'run', when: { machineId: held.id }, effect: { kind: 'stall' } });
			expect(await main.activate(tick.id)).toMatchObject({ status: 200 });
			const sent = () => emulator.runs.find(({ machineId }) => machineId === held.id);
			await until('sent', () => sent() !== undefined);
			const [, executionId] = /execution (\d+)$/.exec(sent()!.comment)!;
			const worker = queue.workers.find((each) => begunBy(each).includes(executionId))!;
			const other = queue.workers.find((each) => each !== worker)!;
			const later = () => begunBy(other).filter((id) => Number(id) > Number(executionId));
			await until('begun by the other worker meanwhile', () => later().length > 0);
			await worker.server.process.kill();
			expect((await rows()).find(({ machineId }) => machineId === held.id)).toMatchObject({ state: 'sending', machineActionId: null });
			// As what watches over workers does.
			await queue.startWorkers(1);

			const resolved = async () => (await states()).filter((state) => ['done', 'failed'].includes(state)).length;
			await until('resolved', async () => (await resolved()) === DEVICES - OFF, SWEEP_MS);
			// Ends the sweep for those that are off.
			await changeRows(main, table, ['sweep', SWEEP], { deadline: new Date().toISOString() });
			await until('over', async () => (await states()).every((state) => ['done', 'failed', 'notReached'].includes(state)));

			const count = async (state: string) => (await states()).filter((each) => each === state).length;
			expect([await count('done'), await count('failed'), await count('notReached')]).toEqual([ON, 1, OFF]);
			const finished = emulator.finishedScripts();
			expect(countWrong({ devices, rows: await rows(), finished })).toEqual({ unfinished: 0, twice: 0, unknown: 0 });
			expect(mostAtOnce({ actions: await actionsOf(emulator) })).toBeLessThanOrEqual(MAX_SESSIONS + RUNS_OF_A_TICK);
			expect(queue.workers.map((each) => begunBy(each).length > 0)).toEqual([true, true, true]);
		},
		MAX_MS,
	);
});
