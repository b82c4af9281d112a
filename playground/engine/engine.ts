/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { userFolder } from './environment';
import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { BinaryDataService, ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	INodeExecutionData,
	INodeType,
	IPinData,
	IRun,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import { MemoryCredentials } from './credentials';
import { KnownNodeTypes, oAuth2Api } from './nodeTypes';

export { userFolder };

/** A workflow as n8n exports it. */
export type WorkflowJson = Pick<IWorkflowBase, 'name' | 'nodes' | 'connections'> & {
	settings?: IWorkflowBase['settings'];
};

/** What a run left behind. */
export interface Ran {
	run: IRun;
	/** The items that a node gave out in all of its runs, by output; empty when it did not run. */
	outputs(nodeName: string): INodeExecutionData[][];
	/** The `json` of the items of a node's output. */
	items(nodeName: string, output?: number): IDataObject[];
	/** The error that ended the run, if one did. */
	error: Error | undefined;
}

export interface RunOptions {
	/** Items that nodes give out instead of running, by node name. */
	pinData?: IPinData;
	/** Gets a function that cancels the execution, as the editor's button does. */
	onStart?: (cancel: () => void) => void;
}

export interface Engine {
	credentials: MemoryCredentials;
	/** Everything that n8n logged since the engine was made, at every level. */
	logged: unknown[][];
	/** Runs a workflow from its trigger. */
	run(workflow: WorkflowJson, options?: RunOptions): Promise<Ran>;
}

/** A logger that keeps what it is told. */
function recordingLogger(logged: unknown[][]): Logger {
	const log = (...words: unknown[]) => void logged.push(words);
	const logger = { error: log, warn: log, info: log, debug: log, verbose: log, scoped: () => logger };
	return logger as unknown as Logger;
}

/**
 * n8n's own engine in this process: it runs workflows with n8n's nodes and those handed in, with real requests,
 * real OAuth2 and real binary data, without a database or an editor.
 *
 * @param nodes by full name, such as `n8n-nodes-defender-live-response.defenderLiveResponse`
 * @param credentialData by id
 */
export async function startEngine(
	nodes: Record<string, INodeType>,
	credentialTypes: ICredentialType[],
	credentialData: Record<string, ICredentialDataDecryptedObject>,
): Promise<Engine> {
	const logged: unknown[][] = [];
	Container.set(Logger, recordingLogger(logged));
	await Container.get(BinaryDataService).init();
	const credentials = new MemoryCredentials([oAuth2Api(), ...credentialTypes]);
	for (const [id, data] of Object.entries(credentialData)) credentials.stored.set(id, data);
	const nodeTypes = new KnownNodeTypes(nodes);
	let executions = 0;

	return {
		credentials,
		logged,
		async run(json, { pinData, onStart } = {}) {
			const workflow = new Workflow({ id: 'workflow', active: false, nodeTypes, ...json });
			const executionId = String(++executions);
			const hooks = new ExecutionLifecycleHooks('manual', executionId, { id: 'workflow', active: false, ...json } as never);
			const additionalData = {
				credentialsHelper: credentials,
				hooks,
				executionId,
				restApiUrl: 'http://localhost/rest',
				instanceBaseUrl: 'http://localhost/',
				formWaitingBaseUrl: 'http://localhost/form-waiting',
				webhookBaseUrl: 'http://localhost/webhook',
				webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
				webhookTestBaseUrl: 'http://localhost/webhook-test',
				currentNodeParameters: undefined,
				variables: {},
				setExecutionStatus() {},
				sendDataToUI() {},
			} as unknown as IWorkflowExecuteAdditionalData;
			const running = new WorkflowExecute(additionalData, 'manual').run({ workflow, pinData });
			onStart?.(() => running.cancel());
			const run = await running;
			const { runData, error } = run.data.resultData;
			// A node that two others feed runs twice; what it gave out counts together.
			const outputs = (name: string) => {
				const all: INodeExecutionData[][] = [];
				for (const { data } of runData[name] ?? []) {
					data?.main.forEach((items, index) => (all[index] = [...(all[index] ?? []), ...(items ?? [])]));
				}
				return all;
			};
			return {
				run,
				outputs,
				items: (name, output = 0) => (outputs(name)[output] ?? []).map(({ json: item }) => item),
				error: error as Error | undefined,
			};
		},
	};
}
