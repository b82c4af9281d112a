import axios from 'axios';
import type { IDataObject, IRunExecutionData } from 'n8n-workflow';
import type { Emulator } from '../../playground/emulator';
import { exampleCredential } from '../../playground/n8n/examples';
import { installN8n, NEWEST } from '../../playground/n8n/install';
import { N8nHome } from '../../playground/n8n/n8nHome';
import type { N8nServer } from '../../playground/n8n/n8nServer';
import { parseExecutionData } from '../../playground/n8n/readDatabase';
import { NOT_ENDED } from '../../test/e2e/endedExecution';
import { until } from '../../test/e2e/until';
import { addBenchNodes } from './benchNodes';
import { cpuMs, forgetPeak, memoryMb, peakMb } from './processUse';
import type { BenchWorkflow } from './workflows';
import { garbage, loop, plainCredential } from './workflows';

const GARBAGE = garbage();
const LOOP = loop();

/** Longest execution that is measured, in ms. */
const MAX_MS = 20 * 60_000;

/** What an execution took. */
export interface Run {
	/** From the call of the webhook to its answer, which the workflow's end gives, in ms. */
	wallMs: number;
	/** Of n8n and its task runner, until the execution is stored, in ms. */
	cpuMs: number;
	/** Of n8n and its task runner, in MB. */
	peakMb: number;
	/** The same before the execution. */
	beforeMb: number;
	/** Most memory that was in use, which is what a collection of garbage leaves; of n8n alone, in MB. */
	inUseMb: number;
	/** The same before the execution. */
	inUseBeforeMb: number;
	/** The 99th percentile of the delay of n8n's event loop, in ms. */
	loopP99Ms: number;
	/** Of each node, in ms. */
	nodesMs: Record<string, number>;
	status: string;
	/** The items of a node. */
	json(node: string): IDataObject[];
	/** How many requests the emulator has seen. */
	calls: number;
}

/** A real n8n that runs workflows to be measured. */
export class BenchN8n {
	private constructor(
		private readonly home: N8nHome,
		private server: N8nServer,
		private readonly emulator: Emulator,
	) {}

	/** Starts n8n with the workflows, which are switched on. */
	static async start(emulator: Emulator, workflows: BenchWorkflow[], settings: Record<string, string> = {}): Promise<BenchN8n> {
		const home = new N8nHome(await installN8n(NEWEST), { ...settings, NODE_OPTIONS: '--expose-gc' });
		addBenchNodes(home.n8nFolder);
		await home.importCredentials([exampleCredential(emulator), plainCredential(emulator)]);
		const all = [...workflows, GARBAGE, LOOP];
		await home.importWorkflows(all);
		const server = await home.start();
		await server.setUpOwner();
		for (const { id } of all) {
			const { status, text } = await server.activate(id);
			if (status !== 200) throw new Error(`${id} was not switched on: ${status} ${text}`);
		}
		const n8n = new BenchN8n(home, server, emulator);
		await n8n.readyForWebhooks();
		return n8n;
	}

	/** Restarts n8n, to free the memory of earlier runs. */
	async restart(): Promise<void> {
		await this.server.stop();
		this.server = await this.home.start();
		await this.server.signIn();
		await this.readyForWebhooks();
	}

	/** n8n registers a webhook some time after it has said that the workflow is active. */
	private async readyForWebhooks(): Promise<void> {
		await until('ready for webhooks', async () => (await this.call(GARBAGE, {})) === 200);
	}

	/** Everything that n8n has on the disk. */
	get folder(): string {
		return this.home.folder;
	}

	private async lastExecution({ id }: BenchWorkflow): Promise<{ id: string; status: string } | undefined> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
		const { status, data, text } = await this.server.call('GET', `/executions?limit=1&filter=${filter}`);
		if (data === undefined) throw new Error(`n8n does not list executions: ${status} ${text.slice(0, 500)}`);
		return (data as { results: Array<{ id: string; status: string }> }).results[0];
	}

	/**
	 * Calls a workflow's webhook, which answers at the workflow's end.
	 *
	 * @returns the answer's status: 404 where n8n does not know the webhook
	 */
	private async call({ id }: BenchWorkflow, body: object): Promise<number> {
		// Unlike fetch, it waits for longer than five minutes.
		const { status } = await axios.post(`${this.server.url}/webhook/${id}`, body, { validateStatus: () => true });
		return status;
	}

	/** The workflow's execution that came after another one, when it is stored. */
	private async stored(workflow: BenchWorkflow, before: string | undefined): Promise<{ id: string; status: string }> {
		let last: { id: string; status: string } | undefined;
		const isOver = async () => {
			last = await this.lastExecution(workflow);
			return last !== undefined && last.id !== before && !NOT_ENDED.includes(last.status);
		};
		await until('stored', isOver, MAX_MS);
		return last!;
	}

	/**
	 * Collects n8n's garbage.
	 *
	 * @param collecting whether it is collected all the time from now on
	 * @returns the most memory that was in use since the last call, in MB
	 */
	private async collect(collecting = false): Promise<number> {
		return (await this.measured(GARBAGE, 'Garbage', { collecting })).inUseMb as number;
	}

	/** What the runs and their nodes gave. */
	private async resultsOf(executionId: string): Promise<IRunExecutionData['resultData']> {
		const { data } = await this.server.call('GET', `/executions/${executionId}`);
		return (parseExecutionData(this.home.installation, (data as { data: string }).data) as IRunExecutionData).resultData;
	}

	/** The 99th percentile of the event loop's delay since the last call, in ms. */
	private async loopP99Ms(): Promise<number> {
		return (await this.measured(LOOP, 'Loop', {})).p99Ms as number;
	}

	/** What a node says that measures n8n from inside. */
	private async measured(workflow: BenchWorkflow, node: string, body: object): Promise<IDataObject> {
		const before = (await this.lastExecution(workflow))?.id;
		await this.call(workflow, body);
		const { runData } = await this.resultsOf((await this.stored(workflow, before)).id);
		return runData[node][0].data!.main[0]![0].json;
	}

	/**
	 * Runs a workflow by its webhook, alone, and without what the runs before have left to collect.
	 *
	 * @param collecting whether garbage is collected all the time, so that the memory in use is known
	 */
	async run(workflow: BenchWorkflow, body: object, { collecting = false } = {}): Promise<Run> {
		const { pid } = this.server.process;
		const before = (await this.lastExecution(workflow))?.id;
		await this.collect();
		await this.loopP99Ms();
		const inUseBeforeMb = await this.collect(collecting);
		this.emulator.requests.length = 0;
		forgetPeak(pid!);
		const beforeMb = memoryMb(pid!);
		const cpuBefore = cpuMs(pid!);
		const began = performance.now();
		await this.call(workflow, body);
		const wallMs = performance.now() - began;
		const calls = this.emulator.requests.length;
		const last = await this.stored(workflow, before);
		const used = { cpuMs: cpuMs(pid!) - cpuBefore, peakMb: peakMb(pid!), beforeMb, inUseMb: await this.collect(), inUseBeforeMb };
		const loopP99Ms = await this.loopP99Ms();
		const { runData } = await this.resultsOf(last.id);
		return {
			wallMs,
			...used,
			loopP99Ms,
			calls,
			status: last.status,
			nodesMs: Object.fromEntries(
				Object.entries(runData).map(([node, runs]) => [node, runs.reduce((sum, { executionTime }) => sum + executionTime, 0)]),
			),
			json: (node) =>
				(runData[node] ?? []).flatMap((run) => (run.data?.main ?? []).flatMap((items) => items ?? [])).map(({ json }) => json),
		};
	}

	async stop(): Promise<void> {
		await this.home.remove();
	}
}
