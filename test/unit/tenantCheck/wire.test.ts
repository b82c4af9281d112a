/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { serverCertificate, certificateAuthority } from '../../../playground/emulator';
import { proxyFor } from '../../../playground/tenantCheck/proxy';
import { createWire } from '../../../playground/tenantCheck/wire';

const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.closeAllConnections() ?? server.close()));

async function listen(server: Server): Promise<number> {
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return (server.address() as AddressInfo).port;
}

test('a link is sent letter by letter, nothing is followed, and no packing is asked for', async () => {
	let seen: unknown;
	const port = await listen(
		createServer((request, response) => {
			seen = [request.url, request.headers['accept-encoding'], request.headers.authorization];
			response.writeHead(302, { Location: '/elsewhere' }).end();
		}),
	);
	const answer = await createWire({})({ method: 'GET', url: `http://127.0.0.1:${port}/a%2Fb'c?sig=x'y%2B/z&e=1|2` });
	expect(answer.status).toBe(302);
	expect(seen).toEqual(["/a%2Fb'c?sig=x'y%2B/z&e=1|2", 'identity', undefined]);
});

test('an answer without end is given up, and so is one that breaks off', async () => {
	const endless = await listen(
		createServer((_, response) => {
			const more = () => void (response.destroyed || response.write(Buffer.alloc(1024 * 1024), more));
			more();
		}),
	);
	await expect(createWire({})({ method: 'GET', url: `http://127.0.0.1:${endless}/` })).rejects.toMatchObject({ code: 'TOO_LARGE' });
	const broken = await listen(
		createServer((_, response) => {
			response.writeHead(200, { 'Content-Length': 10 }).write('12345', () => response.destroy());
		}),
	);
	await expect(createWire({})({ method: 'GET', url: `http://127.0.0.1:${broken}/` })).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('https goes through the proxy of the environment, and its certificate is checked', async () => {
	const authority = await certificateAuthority();
	const { certificate, privateKey } = await serverCertificate(authority);
	const port = await listen(createTlsServer({ cert: certificate, key: privateKey }, (_, response) => void response.end('{}')));
	const asked: unknown[] = [];
	const proxy = createServer().on('connect', (request, socket) => {
		asked.push([request.url, request.headers['proxy-authorization']]);
		const upstream = connect(port, '127.0.0.1', () => {
			socket.write('HTTP/1.1 200 OK\r\n\r\n');
			upstream.pipe(socket).pipe(upstream);
		});
		for (const one of [upstream, socket]) one.on('error', () => undefined);
	});
	const proxyPort = await listen(proxy);
	const wire = createWire({ HTTPS_PROXY: `http://user:pass@127.0.0.1:${proxyPort}` });
	await expect(wire({ method: 'GET', url: 'https://api.defender.example/api' })).rejects.toMatchObject({
		code: expect.stringMatching(/CERT|UNABLE_TO/) as string,
	});
	expect(asked).toEqual([['api.defender.example:443', `Basic ${Buffer.from('user:pass').toString('base64')}`]]);
});

test('a proxy that refuses, asks for a user, or is not there gets its own message', async () => {
	const refusing = async (status: number) =>
		await listen(createServer().on('connect', (_, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)));
	for (const [port, code] of [
		[await refusing(407), 'PROXY_SIGN_IN'],
		[await refusing(403), 'PROXY_REFUSED'],
		[1, 'PROXY_UNREACHABLE'],
	]) {
		await expect(
			createWire({ https_proxy: `http://127.0.0.1:${port}` })({ method: 'GET', url: 'https://api.example/' }),
		).rejects.toMatchObject({ code });
	}
});

test.each([
	['api.example', {}, undefined],
	['api.example', { HTTPS_PROXY: 'proxy:8080' }, 'http://proxy:8080/'],
	['api.example', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'other, .example' }, undefined],
	['api.example', { HTTPS_PROXY: 'http://p:1', no_proxy: 'ample' }, 'http://p:1/'],
	['api.example', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, undefined],
])('the proxy for %s with %j', (host, env, proxy) => {
	expect(proxyFor(host, env as unknown as Parameters<typeof proxyFor>[1])?.href).toBe(proxy);
});
