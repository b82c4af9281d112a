import type { Emulator } from '../../../playground/emulator';
import { startEmulator } from '../../../playground/emulator';
import type { Installation } from '../../../playground/n8n/install';
import type { N8nServer } from '../../../playground/n8n/n8nServer';
import { GET_RESULT, runScript } from '../../support/actions';
import { chain, defenderNode, END, ERROR_WORKFLOW, splitOut, webhook } from '../realWorkflow';
import { until } from '../until';
import { QueueMode } from './queueMode';

/**
 * How soon n8n notices that a worker is dead, in ms. Its own figures are a minute, ten seconds and half a minute: then
 * it took 78 s until n8n 1.123.81 ran the executions again, and 100 s until n8n 2.41.1 gave them up.
 */
const SOON = { QUEUE_WORKER_LOCK_DURATION: '30000', QUEUE_WORKER_LOCK_RENEW_TIME: '5000', QUEUE_WORKER_STALLED_INTERVAL: '10000' };

/** How long a script takes: it has ended, and its device could take it again, when n8n notices. */
const SCRIPT_MS = 20_000;

/** n8n with a main and three workers, and the service with its real limits. */
export class QueueRun {
	readonly queue: QueueMode;
	private main: N8nServer | undefined;

	/** The caller must remove it, also if only a part has started. */
	constructor(
		readonly emulator: Emulator,
		installation: Installation,
	) {
		this.queue = new QueueMode(installation);
	}

	/** The service as it is for a run. */
	static async service(): Promise<Emulator> {
		return await startEmulator({ limits: 'real', life: { pendingMs: 1_000, runMs: SCRIPT_MS } });
	}

	/**
	 * Starts everything, with three workflows: `results` gets the results of the `ids` it is sent, `run` runs a script on
	 * the device `machineId`, and one is run for those that fail.
	 */
	async start(): Promise<void> {
		await this.queue.prepare(SOON);
		const home = this.queue.newHome();
		const id = 'defender';
		await home.importCredentials([{ id, name: id, type: 'microsoftDefenderOAuth2Api', data: this.emulator.credentialData() }]);
		const getResult = { ...GET_RESULT, machineActionId: '={{ $json.element }}' };
		// With the default comment, which names the execution.
		const run = runScript('={{ $json.body.machineId }}', { comment: undefined, options: { pollInterval: 5 } });
		const called = [
			chain('results', webhook('results', 'POST'), splitOut('ids'), defenderNode(getResult, id), END),
			chain('run', webhook('run', 'POST'), defenderNode(run, id), END),
		];
		const onError = chain(ERROR_WORKFLOW, { name: 'Start', type: 'n8n-nodes-base.errorTrigger' }, END);
		await home.importWorkflows([onError, ...called]);
		const [main] = await Promise.all([home.start(), this.queue.startWorkers(3)]);
		this.main = main;
		await main.setUpOwner();
		// n8n 1.x does not switch a workflow for errors on, and runs it anyway.
		for (const workflow of [onError, ...called]) await main.activate(workflow.id);
	}

	/** Starts a workflow; n8n answers when it is queued. */
	async call(workflow: 'results' | 'run', body: object): Promise<void> {
		const headers = { 'content-type': 'application/json' };
		const post = async () => await fetch(`${this.main?.url}/webhook/${workflow}`, { method: 'POST', headers, body: JSON.stringify(body) });
		let answer = await post();
		// n8n takes its time to register the webhook of an activated workflow.
		if (answer.status === 404) await until(`registered (${workflow})`, async () => (answer = await post()).status !== 404);
		if (!answer.ok) throw new Error(`n8n did not start ${workflow}: ${answer.status} ${await answer.text()}`);
	}

	async remove(): Promise<void> {
		await this.queue.remove();
		await this.emulator.close();
	}
}
