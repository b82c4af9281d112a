import { installN8n, NEWEST } from '../../playground/n8n/install';
import { endedScript } from '../support/actions';
import { report } from '../support/report';
import type { StoredExecution } from './executionsIn';
import type { DeadWorkerCourse } from './queue/deadWorker';
import { killWorker, resultOf } from './queue/deadWorker';
import { begunBy } from './queue/queueMode';
import { QueueRun } from './queue/queueRun';
import { until } from './until';

/** Bringing n8n takes longer than everything else, but only once. */
const MAX_MS = 20 * 60_000;

const EXECUTIONS = 30;
const RESULTS = 300;

/** 300 results at 100 a minute: the last hundred is let pass two minutes after the first. */
const FASTEST_MS = 120_000;

describe(`queue mode of n8n ${NEWEST}, a main and three workers`, () => {
	let run: QueueRun;

	beforeAll(async () => {
		run = new QueueRun(await QueueRun.service(), await installN8n(NEWEST));
		await run.start();
	}, MAX_MS);

	afterAll(async () => await run?.remove());

	describe('300 results over 30 executions at once, with the limits of the service', () => {
		const expected: Array<Record<string, unknown>> = [];
		let executions: StoredExecution[];
		let tookMs: number;

		beforeAll(async () => {
			const { emulator, queue } = run;
			for (let i = 0; i < RESULTS; i++) {
				const script = { exitCode: i % 7, output: `output ${i}` };
				expected.push({ machineActionId: endedScript(emulator, script), exit_code: script.exitCode, script_output: script.output });
			}
			const ids = expected.map(({ machineActionId }) => machineActionId);
			const each = RESULTS / EXECUTIONS;
			const started = Date.now();
			await Promise.all(
				Array.from({ length: EXECUTIONS }, async (_, i) => await run.call('results', { ids: ids.slice(i * each, (i + 1) * each) })),
			);
			const over = async () => (await queue.executions()).filter(({ status }) => status !== 'running' && status !== 'new').length;
			await until('over', async () => (await over()) === EXECUTIONS, 3 * FASTEST_MS);
			tookMs = Date.now() - started;
			executions = await queue.executions();
		}, MAX_MS);

		it('loses nothing and gives nothing twice', () => {
			expect(executions.map(({ status }) => status)).toEqual(Array(EXECUTIONS).fill('success'));
			const got = executions
				.flatMap(({ items }) => items)
				.map(({ machineActionId, exit_code, script_output }) => ({ machineActionId, exit_code, script_output }));
			const byId = (a: { machineActionId?: unknown }, b: { machineActionId?: unknown }) =>
				String(a.machineActionId) < String(b.machineActionId) ? -1 : 1;
			expect(got.sort(byId)).toEqual([...expected].sort(byId));
		});

		it('is shared by the workers, each execution by one', () => {
			const shares = run.queue.workers.map(begunBy);
			expect(shares.map((ids) => ids.length > 0)).toEqual([true, true, true]);
			expect(shares.flat().sort()).toEqual(executions.map(({ id }) => id).sort());
		});

		it('uses what the service allows, although the workers do not know of each other', () => {
			const { emulator, queue } = run;
			const links = emulator.requests.filter(({ operation }) => operation === 'link');
			const refused = links.filter(({ status }) => status === 429).length;
			const shares = queue.workers.map((worker) => begunBy(worker).length).join(', ');
			report('queueMode', {
				columns: ['results', 'executions', 'of each worker', 'seconds', 'calls refused (429)', 'calls answered'],
				rows: [[RESULTS, EXECUTIONS, shares, Math.round(tookMs / 1000), refused, links.length - refused]],
			});
			expect(links.length - refused).toBe(RESULTS);
			// Each worker sends its own hundred before it hears of a refusal: two hundred too many. Then they are wary.
			expect(refused).toBeLessThan(RESULTS);
			expect(tookMs).toBeLessThan(2 * FASTEST_MS);
		});
	});

	/**
	 * n8n 2.x gives the executions of a dead worker up: when the worker's lock is over (QUEUE_WORKER_LOCK_DURATION, a
	 * minute) and has been looked for (QUEUE_WORKER_STALLED_INTERVAL, half a minute), and another half minute later, they
	 * end with an error, and their error workflow runs. It never runs them again.
	 */
	describe('one worker killed while scripts run', () => {
		let course: DeadWorkerCourse;

		beforeAll(async () => {
			course = await killWorker(run);
		}, MAX_MS);

		it('runs no script twice', () => {
			expect(course.devices.map(({ actions }) => actions.length)).toEqual(course.devices.map(() => 1));
		});

		it("loses nothing of the other workers' executions", () => {
			expect(course.kept.length).toBeGreaterThan(0);
			for (const { items, status } of course.kept) {
				const [item] = items;
				const device = course.devices.find(({ actions }) => actions.includes(String(item?.machineActionId)));
				expect([status, items]).toEqual(['success', [expect.objectContaining(resultOf(device!))]]);
			}
		});

		it("ends the dead worker's executions with an error, and runs the workflow for errors", async () => {
			expect(course.lost.length).toBeGreaterThan(0);
			const tooOften = expect.stringContaining('failed to be processed too many times');
			expect(course.lost.map(({ status, error }) => [status, error])).toEqual(course.lost.map(() => ['error', tooOften]));
			expect(course.begun).toEqual(course.lost.map(() => 1));
			const onError = async () => (await run.queue.executions()).filter(({ mode, status }) => mode === 'error' && status === 'success');
			await until('a run for every error', async () => (await onError()).length === course.lost.length);
		});
	});
});
