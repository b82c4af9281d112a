import { WorkflowExecute } from 'n8n-core';
import type { IDataObject, INodeExecutionData, IRun } from 'n8n-workflow';
import { deepCopy, UnexpectedError } from 'n8n-workflow';
import type { Host, WorkflowJson } from './additionalData';
import { executionData, workflowOf } from './additionalData';

/** What a run left behind. */
export interface Ran {
	run: IRun;
	/** The items that a node gave out in all of its runs, by output; empty when it did not run. */
	outputs(nodeName: string): INodeExecutionData[][];
	/** The `json` of the items of a node's output. */
	items(nodeName: string, output?: number): IDataObject[];
	/** The error that ended the run, if one did. */
	error: Error | undefined;
	/** Until when the execution was put to wait, if it was: by a Wait node of more than 65 seconds, for one. */
	waitTill: Date | undefined;
	/**
	 * Goes on with an execution that was put to wait, as n8n does at `waitTill`, but at once.
	 * @throws when the execution does not wait
	 */
	resume(): Promise<Ran>;
}

/** Makes a run easy to ask. */
export function describeRun(host: Host, json: WorkflowJson, executionId: string, run: IRun): Ran {
	const { runData, error } = run.data.resultData;
	// A node that two others feed runs twice; what it gave out counts together.
	const outputs = (name: string) => {
		const all: INodeExecutionData[][] = [];
		for (const { data } of runData[name] ?? []) {
			data?.main?.forEach((items, index) => (all[index] = [...(all[index] ?? []), ...(items ?? [])]));
		}
		return all;
	};
	return {
		run,
		outputs,
		items: (name, output = 0) => (outputs(name)[output] ?? []).map(({ json: item }) => item),
		error: error as Error | undefined,
		waitTill: run.waitTill ?? undefined,
		async resume() {
			if (!run.waitTill) throw new UnexpectedError(`Execution ${executionId} does not wait; it is ${run.status}`);
			const additionalData = executionData(host, json, run.mode, executionId);
			// A copy, as n8n reads it back from its database: this run stays as it is.
			const execution = new WorkflowExecute(additionalData, run.mode, deepCopy(run.data));
			const resumed = await execution.processRunExecutionData(workflowOf(host, json, run.mode !== 'manual'));
			return describeRun(host, json, executionId, resumed);
		},
	};
}
