import { WorkflowExecute } from 'n8n-core';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { createRunExecutionData } from 'n8n-workflow';
import type { Host, WorkflowJson } from './additionalData';
import { executionData, workflowOf } from './additionalData';
import type { Ran } from './ran';
import { describeRun } from './ran';

/**
 * Runs an active workflow with what its trigger gave, as n8n does (`WorkflowExecutionService.runWorkflow`).
 *
 * @param staticData of all nodes; becomes part of the workflow
 */
export async function runFromTrigger(
	host: Host,
	json: WorkflowJson,
	trigger: string,
	items: INodeExecutionData[][],
	staticData: IDataObject,
): Promise<Ran> {
	const workflow = workflowOf(host, json, true, staticData);
	const nodeExecutionStack = [{ node: workflow.nodes[trigger], data: { main: items }, source: null }];
	const additionalData = executionData(host, json, 'trigger');
	const data = createRunExecutionData({ executionData: { nodeExecutionStack } });
	const run = await new WorkflowExecute(additionalData, 'trigger', data).processRunExecutionData(workflow);
	return describeRun(host, json, additionalData.executionId ?? '', run);
}
