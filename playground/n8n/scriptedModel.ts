/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface ChatRequest {
	messages?: Array<{ role: string; content?: unknown }>;
	tools?: Array<{ function: { name: string } }>;
}

/** An OpenAI-compatible endpoint whose model calls its first tool once, without arguments, and then is done. */
export interface ScriptedModel {
	/** Base URL for n8n's OpenAI credential. */
	url: string;
	/** What the tools gave to the model. */
	toolResults: string[];
	close(): void;
}

export async function startScriptedModel(): Promise<ScriptedModel> {
	const toolResults: string[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { messages = [], tools = [] } = JSON.parse(Buffer.concat(chunks).toString() || '{}') as ChatRequest;
			const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => String(content));
			toolResults.push(...results);
			const call = { id: 'call_1', type: 'function', function: { name: tools[0]?.function.name, arguments: '{}' } };
			const isDone = results.length > 0 || tools.length === 0;
			const message = { role: 'assistant', content: isDone ? 'Done.' : null, ...(!isDone && { tool_calls: [call] }) };
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
