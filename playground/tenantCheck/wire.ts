/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { NoAnswer } from './noAnswer';
import { proxyFor, tunnel } from './proxy';

export { NoAnswer };

export interface WireRequest {
	method: string;
	/** Sent as it is: a link's signature covers its letters, and URL parsers change some. */
	url: string;
	headers?: Record<string, string>;
	body?: Buffer | string;
	signal?: AbortSignal;
}
export interface WireAnswer {
	status: number;
	/** Names in lower case. */
	headers: IncomingHttpHeaders;
	body: Buffer;
}
/** One HTTP request: no redirect is followed and nothing is repeated or unpacked. */
export type Wire = (request: WireRequest) => Promise<WireAnswer>;

/** Time for one call, in ms. */
const TIMEOUT_MS = 60_000;
/** No answer that is asked for comes near this, in bytes. */
const MAX_BODY = 16 * 1024 * 1024;
const ADDRESS = /^(https?):\/\/(\[[0-9a-f:.]+\]|[^/:?#@\s]+)(?::(\d{1,5}))?([/?][^#\s]*)?$/i;

/** @param env where HTTPS_PROXY and NO_PROXY are looked up */
export function createWire(env: NodeJS.ProcessEnv): Wire {
	return async ({ method, url, headers = {}, body, signal }) => {
		const [, scheme, host, port, path = '/'] = ADDRESS.exec(url) ?? [];
		if (scheme === undefined) throw new NoAnswer('INVALID_ADDRESS');
		const secure = scheme.toLowerCase() === 'https';
		const target = { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? (secure ? 443 : 80)) };
		const proxy = secure ? proxyFor(target.host, env) : undefined;
		const socket = proxy && (await tunnel(proxy, target, TIMEOUT_MS));
		return await new Promise<WireAnswer>((resolve, reject) => {
			const request = (secure ? httpsRequest : httpRequest)({
				...target,
				...(socket && { socket, servername: target.host }),
				method,
				path: path.startsWith('?') ? `/${path}` : path,
				headers: { 'Accept-Encoding': 'identity', ...headers, ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }) },
				// A connection of its own for each call: none is found closed when the next call needs it.
				agent: false,
				signal,
			});
			const fail = (code: string) => {
				clearTimeout(timer);
				request.destroy();
				reject(new NoAnswer(code));
			};
			const timer = setTimeout(() => fail('TIMEOUT'), TIMEOUT_MS);
			request.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'UNKNOWN'));
			request.on('response', (response) => {
				const chunks: Buffer[] = [];
				let length = 0;
				response.on('data', (chunk: Buffer) => {
					chunks.push(chunk);
					length += chunk.length;
					if (length > MAX_BODY) fail('TOO_LARGE');
				});
				response.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'UNKNOWN'));
				response.on('end', () => {
					clearTimeout(timer);
					resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
				});
			});
			request.end(body);
		});
	};
}
