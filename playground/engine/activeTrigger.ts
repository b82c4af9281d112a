/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import type { ScheduledTaskManager } from 'n8n-core';
import { ActiveWorkflowTriggers, ErrorReporter, PollTriggerExecutor, Tracing, TriggersAndPollers } from 'n8n-core';
import type { IDataObject, Workflow } from 'n8n-workflow';
import { UnexpectedError } from 'n8n-workflow';
import type { Host, WorkflowJson } from './additionalData';
import { serverData, WORKFLOW_ID, workflowOf } from './additionalData';
import { liveStaticData } from './liveStaticData';
import type { StoredState } from './pollStorage';
import { jsonCopy, saveStaticData, staticDataKey } from './pollStorage';
import type { Ran } from './ran';
import { runFromTrigger } from './runFromTrigger';
import { stagedStaticData } from './stagedStaticData';

export interface ActivateOptions {
	/** What n8n has stored for the trigger so far. */
	staticData?: IDataObject;
	/** Which way of storing is used: see `liveStaticData` (false) and `stagedStaticData` (true). */
	staged?: boolean;
	/** How many emits, from the activation's poll on, n8n rejects: it cannot create the execution. */
	rejectEmits?: number;
	/**
	 * What `getPollBudgetMs()` returns. Default: the value of n8n 2.41.1 if staged; otherwise the function does not
	 * exist, as in n8n 1.123.81.
	 */
	pollBudgetMs?: number;
}

/** A workflow with a polling trigger that is switched on. Nothing polls but `poll`. */
export interface ActiveTrigger {
	/** The execution that the activation's poll started, if it gave items. */
	activated: Ran | undefined;
	/** All executions that this process started and finished. */
	readonly runs: Ran[];
	/** How many of the next emits n8n rejects. */
	rejectEmits: number;
	/** A copy of what n8n has stored for the trigger, which need not be what the trigger has in memory. */
	readonly staticData: IDataObject;
	/**
	 * Polls once, and runs what follows the trigger. Polls may overlap.
	 *
	 * @returns the execution, or nothing when there was none: no items, a rejected emit, or killed meanwhile
	 * @throws the error that the trigger threw; n8n would store a failed execution, and poll again later
	 */
	poll(): Promise<Ran | undefined>;
	/** Ends the process as a power cut does: a poll under way neither stores nor starts anything. */
	kill(): void;
	/** Restarts n8n, also after a kill, from what was stored. */
	restart(options?: Pick<ActivateOptions, 'rejectEmits' | 'pollBudgetMs'>): Promise<ActiveTrigger>;
}

/** The result of one poll. */
interface Outcome {
	execution?: Promise<Ran>;
	error?: Error;
}

/** The outcome of the poll that runs. One for all triggers: every storage in use slows each promise of the process. */
const outcomes = new AsyncLocalStorage<Outcome>();

/** Nothing polls by the clock here, but n8n still registers its schedule. */
const NO_SCHEDULE = {
	register: () => true,
	deregisterTarget() {},
	deregisterGroup: () => true,
	hasGroup: () => false,
	hasTarget: () => false,
	getTargetIds: () => [],
} as unknown as ScheduledTaskManager;

function pollNodeOf(workflow: Workflow) {
	const [node, ...others] = workflow.getPollNodes();
	if (!node || others.length > 0) throw new UnexpectedError('Activate a workflow with one polling trigger');
	return node;
}

/** Starts a process of n8n whose database holds `stored`. */
async function start(
	host: Host,
	json: WorkflowJson,
	stored: StoredState,
	restarted: boolean,
	{ staged = false, rejectEmits = 0, pollBudgetMs }: ActivateOptions,
): Promise<ActiveTrigger> {
	const runs: Ran[] = [];
	let alive = true;
	const workflow = workflowOf(host, json, true, jsonCopy(stored.staticData));
	const node = pollNodeOf(workflow);

	const contextOf = (staged ? stagedStaticData : liveStaticData)(
		stored,
		{
			accept(items, beforeStart) {
				if (active.rejectEmits > 0) {
					active.rejectEmits--;
					logger.error('The execution could not be created', { nodeName: node.name });
					return;
				}
				beforeStart?.();
				const outcome = outcomes.getStore();
				const execution = runFromTrigger(host, json, node.name, items, jsonCopy(stored.staticData));
				if (outcome) outcome.execution = execution;
			},
			fail(error) {
				const outcome = outcomes.getStore();
				if (outcome) outcome.error = error;
			},
		},
		pollBudgetMs,
	);

	/** Runs a poll of n8n's and waits for what it started. */
	const finish = async (poll: () => Promise<void>): Promise<Ran | undefined> => {
		const outcome: Outcome = {};
		await outcomes.run(outcome, poll);
		if (outcome.error) throw outcome.error;
		const ran = await outcome.execution;
		if (ran) runs.push(ran);
		return ran;
	};

	const logger = Container.get(Logger);
	const pollers = Container.get(TriggersAndPollers);
	const reporter = Container.get(ErrorReporter);
	const executor = new PollTriggerExecutor(logger, pollers, Container.get(Tracing), reporter);
	let livePoll: (() => Promise<void>) | undefined;
	const kept = { create: (...args: Parameters<PollTriggerExecutor['create']>) => (livePoll = executor.create(...args)) };
	const triggers = new ActiveWorkflowTriggers(logger, NO_SCHEDULE, pollers, reporter, kept as unknown as PollTriggerExecutor);

	const active: ActiveTrigger = {
		runs,
		rejectEmits,
		activated: undefined,
		get staticData() {
			return jsonCopy((stored.cursor ?? stored.staticData[staticDataKey(node)] ?? {}) as IDataObject);
		},
		async poll() {
			if (!alive) throw new UnexpectedError('This process of n8n was killed');
			if (!staged) return await finish(async () => await livePoll?.());
			// n8n's scheduler loads the workflow again for every poll.
			const fresh = workflowOf(host, json, true, jsonCopy(stored.staticData));
			const freshNode = fresh.nodes[node.name];
			const context = contextOf(fresh, freshNode, serverData(host), 'update');
			return await finish(executor.create(fresh, freshNode, context, () => alive));
		},
		kill() {
			// n8n itself drops what a poll gives whose trigger is no longer current.
			alive = false;
			void triggers.remove(WORKFLOW_ID);
		},
		async restart(options = {}) {
			active.kill();
			return await start(host, json, stored, true, { staged, pollBudgetMs, ...options });
		},
	};

	// With its scheduler n8n polls at activation only when it adds the schedule, which outlives a restart.
	if (staged && restarted) return active;
	active.activated = await finish(async () => {
		const mode = restarted ? 'init' : 'activate';
		const noTriggers = () => {
			throw new UnexpectedError('Only polling triggers are activated');
		};
		await triggers.addTriggers(WORKFLOW_ID, workflow, [node.id], serverData(host), 'trigger', mode, noTriggers, (...args) =>
			contextOf(args[0], args[1], args[2], mode),
		);
		saveStaticData(stored, workflow);
	});
	return active;
}

/**
 * Switches a workflow with a polling trigger on, as n8n's editor does, which polls once.
 *
 * @throws n8n's `WorkflowActivationError` when the trigger's first poll throws or its schedule is too short
 */
export async function activate(host: Host, json: WorkflowJson, options: ActivateOptions = {}): Promise<ActiveTrigger> {
	const node = pollNodeOf(workflowOf(host, json, true));
	const staticData = options.staticData ? { [staticDataKey(node)]: jsonCopy(options.staticData) } : {};
	return await start(host, json, { staticData }, false, options);
}
