/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Emulator } from '../../../playground/emulator';
import { matchRoute, type Operation } from '../../../playground/emulator/routes';

/** A request as the front sees it. */
export interface FrontRequest {
	operation: Operation;
	method: string;
	/** Path and query as received. */
	url: string;
	/** The query, decoded. */
	query: URLSearchParams;
	headers: IncomingHttpHeaders;
	body: Buffer;
}
export interface FrontAnswer {
	status: number;
	headers: OutgoingHttpHeaders;
	body: Buffer;
	/** The body as JSON, to be changed in place; sent instead of `body` where there is one. */
	json?: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- bodies of every shape
}
/** How the front makes the service answer otherwise than the emulator does. */
export interface Bend {
	/** What is asked instead; or what is answered, with the emulator asked nothing. */
	ask?(request: FrontRequest): Partial<Pick<FrontRequest, 'method' | 'url' | 'headers' | 'body'>> | FrontAnswer | undefined;
	/** The connection breaks after the emulator has done what was asked. */
	loses?(request: FrontRequest): boolean;
	/** Changes what the emulator has answered. */
	answer?(answer: FrontAnswer, request: FrontRequest): void;
}

/** Two small servers in front of the emulator's two halves. */
export interface Front {
	apiUrl: string;
	storageUrl: string;
	bend: Bend;
	close(): Promise<void>;
}

export async function startFront(emulator: Emulator): Promise<Front> {
	const front: Front = {
		apiUrl: '',
		storageUrl: '',
		bend: {},
		close: async () => await Promise.all([api, storage].map(closed)).then(() => undefined),
	};
	const api = await serve(emulator.apiUrl, front, emulator);
	const storage = await serve(emulator.storageUrl, front, emulator);
	front.apiUrl = urlOf(api);
	front.storageUrl = urlOf(storage);
	return front;
}

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function serve(target: string, front: Front, emulator: Emulator): Promise<Server> {
	const isStorage = target === emulator.storageUrl;
	const server = createServer((incoming, outgoing) => {
		void (async () => {
			const body = await read(incoming);
			const url = incoming.url ?? '/';
			const asked: FrontRequest = {
				operation: isStorage ? 'blob' : matchRoute(incoming.method ?? 'GET', url.split('?')[0]).operation,
				method: incoming.method ?? 'GET',
				url,
				query: new URLSearchParams(url.split('?')[1]),
				headers: incoming.headers,
				body,
			};
			const instead = front.bend.ask?.(asked);
			const answer = instead && 'status' in instead ? instead : await forward(target, { ...asked, ...instead });
			if (front.bend.loses?.(asked)) return void outgoing.destroy();
			if (typeof answer.json?.value === 'string') answer.json.value = answer.json.value.replace(emulator.storageUrl, front.storageUrl);
			front.bend.answer?.(answer, asked);
			const content = answer.json === undefined ? answer.body : Buffer.from(JSON.stringify(answer.json));
			outgoing.sendDate = false;
			outgoing
				.writeHead(answer.status, {
					...without(answer.headers, 'transfer-encoding'),
					...(answer.json !== undefined && { 'content-length': content.length }),
				})
				.end(content);
		})();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
}

async function forward(target: string, { method, url, headers, body }: FrontRequest): Promise<FrontAnswer> {
	const { hostname, port } = new URL(target);
	// The Host header stays: what the emulator says of its own address is the front's.
	const response = await new Promise<IncomingMessage>((resolve, reject) => {
		request(
			{
				hostname,
				port,
				method,
				path: url,
				headers: {
					...without(headers, 'transfer-encoding', 'connection', 'content-length'),
					...(body.length > 0 && { 'content-length': body.length }),
				},
			},
			resolve,
		)
			.on('error', reject)
			.end(body);
	});
	const content = await read(response);
	const isJson = /json/.test(response.headers['content-type'] ?? '') && !url.startsWith('/investigation');
	return {
		status: response.statusCode ?? 0,
		headers: without(response.headers, 'connection', 'keep-alive'),
		body: content,
		...(isJson && { json: JSON.parse(content.toString()) }),
	};
}

function without<Headers extends object>(headers: Headers, ...names: string[]): Headers {
	return Object.fromEntries(Object.entries(headers).filter(([name, value]) => value !== undefined && !names.includes(name))) as Headers;
}

async function read(stream: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

async function closed(server: Server): Promise<void> {
	await new Promise<void>((resolve) => {
		server.close(() => resolve());
		server.closeAllConnections();
	});
}
