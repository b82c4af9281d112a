import { SCRIPT } from '../../support/actions';
import type { StoredExecution } from '../executionsIn';
import { until } from '../until';
import { begunBy } from './queueMode';
import type { QueueRun } from './queueRun';

/** What happened to executions of which one worker died. */
export interface DeadWorkerCourse {
	/** Of the worker that died. */
	lost: StoredExecution[];
	/** Of the others. */
	kept: StoredExecution[];
	/** For each execution of the dead worker, how many workers have begun it. */
	begun: number[];
	/** For each device: what its script wrote, and the actions that ran it. */
	devices: Array<{ output: string; actions: string[] }>;
}

/** One run a device; the service takes ten a minute. */
const DEVICES = 9;

/** Kills a worker as a power cut would, while all workers wait for scripts, and waits for what n8n makes of it. */
export async function killWorker(run: QueueRun): Promise<DeadWorkerCourse> {
	const { emulator, queue } = run;
	const devices = Array.from({ length: DEVICES }, (_, i) => {
		const output = `ran on ${i}`;
		return { output, ...emulator.addDevice({ computerDnsName: `ws-${i}.contoso.example`, scripts: { [SCRIPT]: { output } } }) };
	});
	await Promise.all(devices.map(async ({ id }) => await run.call('run', { machineId: id })));
	await until('sent', () => emulator.runs.length >= DEVICES);
	const running = (await queue.executions()).filter(({ status }) => status === 'running').map(({ id }) => id);
	const runningOn = queue.workers.map((worker) => begunBy(worker).filter((id) => running.includes(id)));
	const lostIds = runningOn.reduce((most, ids) => (ids.length > most.length ? ids : most));
	await queue.workers[runningOn.indexOf(lostIds)].server.process.kill();
	const over = ({ status }: StoredExecution) => status !== 'running' && status !== 'new';
	await until('over', async () => (await queue.executions()).every(over));

	const executions = await queue.executions();
	const runs = executions.filter(({ workflowId }) => workflowId === 'run');
	const begun = queue.workers.flatMap(begunBy);
	return {
		lost: runs.filter(({ id }) => lostIds.includes(id)),
		kept: runs.filter(({ id }) => !lostIds.includes(id)),
		begun: lostIds.map((id) => begun.filter((other) => other === id).length),
		devices: devices.map(({ id, output }) => ({
			output,
			actions: emulator.runs.filter(({ machineId }) => machineId === id).map(({ machineActionId }) => machineActionId),
		})),
	};
}

/** The result that a device's script has to have: of the one action that ran it. */
export function resultOf({ output, actions }: DeadWorkerCourse['devices'][number]) {
	return { machineActionId: actions[0], outcome: 'succeeded', exit_code: 0, script_output: output };
}
