/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- runs beside n8n, not in it */
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { NoAnswer } from './noAnswer';

const valueOf = (env: NodeJS.ProcessEnv, name: string) => env[name] ?? env[name.toLowerCase()];

/** The proxy that the environment names for https to this host. */
export function proxyFor(host: string, env: NodeJS.ProcessEnv): URL | undefined {
	const proxy = valueOf(env, 'HTTPS_PROXY') ?? valueOf(env, 'ALL_PROXY');
	if (!proxy) return undefined;
	const exempt = (valueOf(env, 'NO_PROXY') ?? '').split(/[\s,]+/).map((entry) => entry.toLowerCase().replace(/^\*?\./, ''));
	const name = host.toLowerCase();
	if (exempt.some((entry) => entry === '*' || (entry !== '' && (name === entry || name.endsWith(`.${entry}`))))) return undefined;
	try {
		return new URL(proxy.includes('://') ? proxy : `http://${proxy}`);
	} catch {
		throw new NoAnswer('INVALID_PROXY');
	}
}

/** A connection to the host through the proxy (HTTP CONNECT), on which TLS can begin. */
export async function tunnel(proxy: URL, { host, port }: { host: string; port: number }, timeoutMs: number): Promise<Socket> {
	// A proxy that is itself reached over https is rare, and not supported.
	if (proxy.protocol !== 'http:') throw new NoAnswer('INVALID_PROXY');
	const user = decodeURIComponent(proxy.username);
	const authorization = `Basic ${Buffer.from(`${user}:${decodeURIComponent(proxy.password)}`).toString('base64')}`;
	return await new Promise((resolve, reject) => {
		const connect = request({
			host: proxy.hostname,
			port: proxy.port || 80,
			method: 'CONNECT',
			path: `${host}:${port}`,
			headers: { Host: `${host}:${port}`, ...(user !== '' && { 'Proxy-Authorization': authorization }) },
			agent: false,
			timeout: timeoutMs,
		});
		connect.on('connect', (answer, socket) => {
			if (answer.statusCode === 200) return resolve(socket);
			socket.destroy();
			reject(new NoAnswer(answer.statusCode === 407 ? 'PROXY_SIGN_IN' : 'PROXY_REFUSED'));
		});
		connect.on('timeout', () => connect.destroy());
		connect.on('error', () => reject(new NoAnswer('PROXY_UNREACHABLE')));
		connect.end();
	});
}
