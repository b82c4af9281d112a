import type { Engine, WorkflowJson } from '../../../playground/engine/engine';
import type { FastClock } from '../fastClock';
import { MINUTE_MS } from './minutes';
import type { RestartableNode } from './restartable';

/** n8n stops an execution of the workflow that goes on for longer. */
const EXECUTION_MS = 8 * MINUTE_MS;

interface Execution {
	since: number;
	killed: boolean;
	cancel(): void;
}

/** A process of n8n in which a workflow's schedule starts executions, whether or not the one before has ended. */
export class TickingN8n {
	private readonly underWay = new Set<Execution>();

	/** What executions ended with, those aside that were killed. */
	readonly errors: string[] = [];

	constructor(
		private readonly engine: Engine,
		private readonly clock: FastClock,
		private readonly node: RestartableNode,
		private readonly workflow: WorkflowJson,
	) {}

	get isIdle(): boolean {
		return this.underWay.size === 0;
	}

	tick(): void {
		const own: Execution = { since: this.clock.elapsed(), killed: false, cancel: () => undefined };
		this.underWay.add(own);
		const ended = (error: Error | undefined) => {
			this.underWay.delete(own);
			if (error && !own.killed) this.errors.push(error.message);
		};
		const run = this.engine.run(this.workflow, { onStart: (cancel) => (own.cancel = cancel) });
		void run.then(({ error }) => ended(error), ended);
	}

	stopOverdue(): void {
		for (const { since, cancel } of this.underWay) if (this.clock.elapsed() - since > EXECUTION_MS) cancel();
	}

	/** Ends the process: its executions go no further, and the next one remembers nothing. */
	kill(): void {
		for (const execution of this.underWay) {
			execution.killed = true;
			execution.cancel();
		}
		this.node.restart();
	}
}
