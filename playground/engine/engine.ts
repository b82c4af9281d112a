/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { userFolder } from './environment';
import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { BinaryDataService, WorkflowExecute } from 'n8n-core';
import type { ICredentialDataDecryptedObject, ICredentialType, INodeListSearchResult, INodeType, IPinData } from 'n8n-workflow';
import { UnexpectedError } from 'n8n-workflow';
import type { ActivateOptions, ActiveTrigger } from './activeTrigger';
import { activate } from './activeTrigger';
import type { Host, WorkflowJson } from './additionalData';
import { executionData, workflowOf } from './additionalData';
import { MemoryCredentials } from './credentials';
import { MemoryDataTables } from './dataTables';
import { forgetSeen } from './deduplication';
import type { ListSearchOptions } from './listSearch';
import { listSearch } from './listSearch';
import { KnownNodeTypes, oAuth2Api } from './nodeTypes';
import type { Ran } from './ran';
import { describeRun } from './ran';

export { userFolder };
export type { ActivateOptions, ActiveTrigger, ListSearchOptions, Ran, WorkflowJson };

export interface RunOptions {
	/** Items that nodes give out instead of running, by node name. */
	pinData?: IPinData;
	/** The trigger to start from, when the workflow has several. */
	startNode?: string;
	/** Runs an execution of this id again, as n8n 1.x does in queue mode when a worker has died. */
	executionId?: string;
	/** Gets a function that cancels the execution, as the editor's button does. */
	onStart?: (cancel: () => void) => void;
}

export interface Engine {
	credentials: MemoryCredentials;
	/** What n8n's Data Table node reads and writes. */
	dataTables: MemoryDataTables;
	/** n8n's variables. */
	variables: Host['variables'];
	/** External secrets, by store. */
	secrets: Host['secrets'];
	/** Everything that n8n logged since the engine was made, at every level. */
	logged: unknown[][];
	/** Runs a workflow from its trigger, as the editor does; a polling trigger polls once in mode `manual`. */
	run(workflow: WorkflowJson, options?: RunOptions): Promise<Ran>;
	/** Switches a workflow with a polling trigger on. */
	activate(workflow: WorkflowJson, options?: ActivateOptions): Promise<ActiveTrigger>;
	/** Fills a resource locator's list, as the editor does while a user chooses from it. */
	listSearch(nodeType: string, method: string, options?: ListSearchOptions): Promise<INodeListSearchResult>;
}

/** A logger that keeps its messages. */
function recordingLogger(logged: unknown[][]): Logger {
	const log = (...words: unknown[]) => void logged.push(words);
	const logger = { error: log, warn: log, info: log, debug: log, verbose: log, scoped: () => logger };
	return logger as unknown as Logger;
}

/**
 * n8n's own engine in this process: it runs workflows with n8n's nodes and the given ones, with real requests,
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
	await forgetSeen();
	const nodeTypes = new KnownNodeTypes(nodes);
	const credentials = new MemoryCredentials([oAuth2Api(), ...credentialTypes], (type) => nodeTypes.namesWithCredential(type));
	for (const [id, data] of Object.entries(credentialData)) credentials.stored.set(id, data);
	let executions = 0;
	const dataTables = new MemoryDataTables();
	const host: Host = { credentials, dataTables, nodeTypes, variables: {}, secrets: {}, nextExecutionId: () => String(++executions) };

	return {
		credentials,
		dataTables,
		variables: host.variables,
		secrets: host.secrets,
		logged,
		async run(json, { pinData, startNode, executionId, onStart } = {}) {
			const additionalData = executionData(host, json, 'manual', executionId);
			const workflow = workflowOf(host, json, false);
			const start = startNode === undefined ? undefined : workflow.nodes[startNode];
			if (startNode !== undefined && !start) throw new UnexpectedError(`There is no node "${startNode}" to start from`);
			const running = new WorkflowExecute(additionalData, 'manual').run({ workflow, pinData, startNode: start });
			onStart?.(() => running.cancel());
			return describeRun(host, json, additionalData.executionId ?? '', await running);
		},
		activate: async (json, options) => await activate(host, json, options),
		listSearch: async (nodeType, method, options) => await listSearch(host, nodeType, method, options),
	};
}
