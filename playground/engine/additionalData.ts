import { ExecutionLifecycleHooks } from 'n8n-core';
import type { IDataObject, IWorkflowBase, IWorkflowExecuteAdditionalData, WorkflowExecuteMode } from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import type { MemoryCredentials } from './credentials';
import type { MemoryDataTables } from './dataTables';
import type { KnownNodeTypes } from './nodeTypes';

/** A workflow as n8n exports it. */
export type WorkflowJson = Pick<IWorkflowBase, 'name' | 'nodes' | 'connections'> & {
	settings?: IWorkflowBase['settings'];
};

/** What everything that runs in one engine shares. */
export interface Host {
	credentials: MemoryCredentials;
	dataTables: MemoryDataTables;
	nodeTypes: KnownNodeTypes;
	/** What expressions find in `$vars`. */
	variables: Record<string, string>;
	/** What a credential's expressions find in `$secrets`, by store. */
	secrets: Record<string, IDataObject>;
	/** Like the key of n8n's table of executions: counts up from 1. */
	nextExecutionId(): string;
}

/** The id that the engine gives every workflow; each engine has one at a time. */
export const WORKFLOW_ID = 'workflow';

/**
 * A workflow as n8n has it in memory. It gets a copy of the JSON, since n8n fills in the parameters' defaults.
 *
 * @param staticData of all nodes, as n8n's database has it; becomes part of the workflow
 */
export function workflowOf(host: Host, json: WorkflowJson, active: boolean, staticData?: IWorkflowBase['staticData']): Workflow {
	return new Workflow({ id: WORKFLOW_ID, active, nodeTypes: host.nodeTypes, ...structuredClone(json), staticData });
}

/** How n8n's credentials ask for external secrets. */
function secretsProxyOf({ secrets }: Host) {
	return {
		hasProvider: (store: string) => store in secrets,
		hasSecret: (store: string, name: string) => name in secrets[store],
		getSecret: (store: string, name: string) => secrets[store][name],
		listProviders: () => Object.keys(secrets),
		listSecrets: (store: string) => Object.keys(secrets[store]),
	};
}

/** What n8n's server puts beside a workflow for its nodes, whether they run, poll or fill a list. */
export function serverData(host: Host): IWorkflowExecuteAdditionalData {
	return {
		credentialsHelper: host.credentials,
		'data-table': { dataTableProxyProvider: host.dataTables },
		restApiUrl: 'http://localhost/rest',
		instanceBaseUrl: 'http://localhost/',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		webhookBaseUrl: 'http://localhost/webhook',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		webhookTestBaseUrl: 'http://localhost/webhook-test',
		currentNodeParameters: undefined,
		variables: host.variables,
		externalSecretsProxy: secretsProxyOf(host),
		setExecutionStatus() {},
		sendDataToUI() {},
	} as unknown as IWorkflowExecuteAdditionalData;
}

/** The same for one execution. */
export function executionData(
	host: Host,
	json: WorkflowJson,
	mode: WorkflowExecuteMode,
	executionId = host.nextExecutionId(),
): IWorkflowExecuteAdditionalData {
	const workflowData = { id: WORKFLOW_ID, active: mode !== 'manual', ...json } as never;
	const hooks = new ExecutionLifecycleHooks(mode, executionId, workflowData);
	return Object.assign(serverData(host), { hooks, executionId });
}
