import { installN8n, OLDEST } from '../../playground/n8n/install';
import type { DeadWorkerCourse } from './queue/deadWorker';
import { killWorker, resultOf } from './queue/deadWorker';
import { QueueRun } from './queue/queueRun';

/** Bringing n8n takes longer than everything else, but only once. */
const MAX_MS = 20 * 60_000;

/**
 * n8n 1.x runs the executions of a dead worker again, under their ids: from the start, or with Save Execution Progress
 * from the node that was still running. It does so once (QUEUE_WORKER_MAX_STALLED_COUNT), when the worker's lock has ended
 * (QUEUE_WORKER_LOCK_DURATION, a minute) and has been looked for (QUEUE_WORKER_STALLED_INTERVAL, half a minute). That
 * each script is sent once is the node's own doing.
 */
describe(`queue mode of n8n ${OLDEST}, one of three workers killed while scripts run`, () => {
	let run: QueueRun;
	let course: DeadWorkerCourse;

	beforeAll(async () => {
		run = new QueueRun(await QueueRun.service(), await installN8n(OLDEST));
		await run.start();
		course = await killWorker(run);
	}, MAX_MS);

	afterAll(async () => await run?.remove());

	it("runs the dead worker's executions again on the others", () => {
		expect(course.begun.length).toBeGreaterThan(0);
		expect(course.begun).toEqual(course.begun.map(() => 2));
	});

	it('runs no script twice', () => {
		expect(course.devices.map(({ actions }) => actions.length)).toEqual(course.devices.map(() => 1));
	});

	it('gives each result to the execution that asked for it', () => {
		const executions = [...course.lost, ...course.kept];
		expect(executions.map(({ status }) => status)).toEqual(course.devices.map(() => 'success'));
		const got = executions.flatMap(({ items }) => items);
		expect(got.length).toBe(course.devices.length);
		for (const device of course.devices) expect(got).toContainEqual(expect.objectContaining(resultOf(device)));
	});
});
