import type { PollContext } from 'n8n-core';
import type { IDataObject, INode, INodeExecutionData, IWorkflowExecuteAdditionalData, Workflow, WorkflowActivateMode } from 'n8n-workflow';

/** What n8n's database holds for an activated workflow. */
export interface StoredState {
	/** Of all nodes and of the workflow, as in n8n's table of workflows. */
	staticData: IDataObject;
	/** The trigger's own row in n8n's table of pollers, once it has one. */
	cursor?: IDataObject;
}

/** What a process of n8n does with what a trigger's poll gives. */
export interface PollHandler {
	/** Starts an execution, unless n8n rejects it; `beforeStart` belongs to the same transaction. */
	accept(items: INodeExecutionData[][], beforeStart?: () => void): void;
	fail(error: Error): void;
}

/** Makes the `this` of a poll. */
export type PollContextFactory = (
	workflow: Workflow,
	node: INode,
	additionalData: IWorkflowExecuteAdditionalData,
	activation: WorkflowActivateMode,
) => PollContext;

/** What comes back out of a column of JSON. */
export function jsonCopy<T>(data: T): T {
	return JSON.parse(JSON.stringify(data)) as T;
}

/** The key under which n8n has a node's static data. */
export function staticDataKey(node: INode): string {
	return `node:${node.name}`;
}

/** n8n's `WorkflowStaticDataService.saveStaticData`: stores all static data, if n8n noticed a change of it. */
export function saveStaticData(stored: StoredState, workflow: Workflow): void {
	if (workflow.staticData.__dataChanged !== true) return;
	stored.staticData = jsonCopy(workflow.staticData);
	workflow.staticData.__dataChanged = false;
}
