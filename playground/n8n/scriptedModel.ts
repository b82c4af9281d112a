/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface ChatRequest {
	messages?: Array<{ role: string; content?: unknown }>;
	tools?: Array<{ function: OfferedTool }>;
}

/** A tool as n8n describes it to a model. */
export interface OfferedTool {
	name: string;
	description?: string;
	/** The JSON schema of its arguments. */
	parameters?: { properties?: Record<string, { description?: string }> };
}

/** All that a model knows when it decides. */
export interface Conversation {
	/** What it was asked. */
	question: string;
	tools: OfferedTool[];
	/** What its calls gave so far. */
	results: string[];
}

/** A call of a tool, or the answer that ends the conversation. */
export type Decision = { tool: string; args?: object } | string;

/** Calls its first tool once, without arguments, and then is done. */
function callFirstTool({ tools, results }: Conversation): Decision {
	return results.length > 0 || tools.length === 0 ? 'Done.' : { tool: tools[0].name };
}

/** An OpenAI-compatible endpoint whose model follows a script. */
export interface ScriptedModel {
	/** Base URL for n8n's OpenAI credential. */
	url: string;
	/** What the tools gave to the model. */
	toolResults: string[];
	close(): void;
}

export async function startScriptedModel(decide: (conversation: Conversation) => Decision = callFirstTool): Promise<ScriptedModel> {
	const toolResults: string[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { messages = [], tools = [] } = JSON.parse(Buffer.concat(chunks).toString() || '{}') as ChatRequest;
			const said = (role: string) => messages.filter((message) => message.role === role).map(({ content }) => String(content));
			const results = said('tool');
			toolResults.push(...results);
			const decision = decide({ question: said('user').at(-1) ?? '', tools: tools.map((tool) => tool.function), results });
			const isDone = typeof decision === 'string';
			const call = isDone ? undefined : { name: decision.tool, arguments: JSON.stringify(decision.args ?? {}) };
			const calls = [{ id: `call_${results.length + 1}`, type: 'function', function: call }];
			const message = { role: 'assistant', content: isDone ? decision : null, ...(!isDone && { tool_calls: calls }) };
			response.setHeader('content-type', 'application/json');
			response.end(
				JSON.stringify({
					id: 'scripted',
					object: 'chat.completion',
					created: 1,
					model: 'scripted',
					choices: [{ index: 0, message, finish_reason: isDone ? 'stop' : 'tool_calls' }],
					usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
				}),
			);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}/v1`, toolResults, close: () => void server.close() };
}
