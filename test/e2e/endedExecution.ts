import type { INodeExecutionData, IRunExecutionData } from 'n8n-workflow';
import type { N8nEditor } from '../../playground/n8n/n8nEditor';
import type { N8nHome } from '../../playground/n8n/n8nHome';
import { parseExecutionData } from '../../playground/n8n/readDatabase';
import { until } from './until';

/** What an execution in the real n8n came to, as n8n tells its editor. */
export interface EndedExecution {
	/** `success` or `error`. */
	status: string;
	/** What ended it. */
	error?: { message: string; description?: string };
	/** The items of an output of a node, of all its runs. */
	items(node: string, output?: number): INodeExecutionData[];
	/** The same, their `json` only. */
	json(node: string, output?: number): Array<INodeExecutionData['json']>;
}

interface Listed {
	id: string;
	workflowId: string;
	mode: string;
	status: string;
}

/** What comes before an execution's end. `waiting` is n8n's Wait node. */
export const NOT_ENDED = ['new', 'running', 'waiting'];

/** The executions that n8n lists, newest first. */
export async function listExecutions(server: N8nEditor): Promise<Listed[]> {
	const { data } = await server.call('GET', '/executions?limit=100');
	return (data as { results: Listed[] }).results;
}

/** An execution with everything that its nodes gave. */
export async function readExecution(server: N8nEditor, home: Pick<N8nHome, 'installation'>, id: string): Promise<EndedExecution> {
	const { data } = await server.call('GET', `/executions/${id}`);
	const { status, data: text } = data as { status: string; data: string };
	const { resultData } = parseExecutionData(home.installation, text) as IRunExecutionData;
	const items = (node: string, output = 0) => (resultData.runData[node] ?? []).flatMap(({ data: given }) => given?.main?.[output] ?? []);
	const { message, description } = (resultData.error ?? {}) as { message?: string; description?: string };
	return {
		status,
		...(message !== undefined && { error: { message, description } }),
		items,
		json: (node, output) => items(node, output).map(({ json }) => json),
	};
}

/** Runs a workflow as the editor's button does, and waits until it has ended. */
export async function runInEditor(
	server: N8nEditor,
	home: Pick<N8nHome, 'installation'>,
	workflow: { id: string },
	trigger: { name: string; data?: object },
): Promise<EndedExecution> {
	const { status, data, text } = await server.call('POST', `/workflows/${workflow.id}/run`, {
		workflowData: workflow,
		triggerToStartFrom: trigger,
	});
	const { executionId } = (data ?? {}) as { executionId?: string };
	if (executionId === undefined) throw new Error(`n8n did not run ${workflow.id}: ${status} ${text}`);
	await until('ended', async () => {
		const asked = await server.call('GET', `/executions/${executionId}`);
		return asked.status === 200 && !NOT_ENDED.includes((asked.data as Listed).status);
	});
	return await readExecution(server, home, executionId);
}

/** Calls a workflow's webhook, and waits until it has run. It must not have run before. */
export async function runByWebhook(server: N8nEditor, home: Pick<N8nHome, 'installation'>, workflowId: string): Promise<EndedExecution> {
	const { ok, status } = await fetch(`${server.url}/webhook/${workflowId}`);
	if (!ok) throw new Error(`The webhook of ${workflowId} answered ${status}`);
	return await whenRun(server, home, workflowId);
}

/** Waits until a workflow that something starts has run. */
export async function whenRun(server: N8nEditor, home: Pick<N8nHome, 'installation'>, workflowId: string): Promise<EndedExecution> {
	let found: Listed | undefined;
	await until(`run ${workflowId}`, async () => {
		found = (await listExecutions(server)).find((listed) => listed.workflowId === workflowId && !NOT_ENDED.includes(listed.status));
		return found !== undefined;
	});
	return await readExecution(server, home, found!.id);
}
