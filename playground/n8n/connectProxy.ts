/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A company's proxy: passes connections on, and writes down all that it gets to see of them. */
export interface ConnectProxy {
	url: string;
	/** `CONNECT host:port`, or method and address of what is not meant to stay secret from a proxy. */
	asked: string[];
	/** Every header and body byte that was not inside of a connection. */
	seen: string;
	close(): void;
}

export async function startConnectProxy(): Promise<ConnectProxy> {
	const sockets = new Set<Socket>();
	const proxy: ConnectProxy = { url: '', asked: [], seen: '', close };
	const server = createServer((request, response) => {
		// Plain requests are for http only.
		proxy.asked.push(`${request.method} ${request.url}`);
		proxy.seen += `${request.url}\n${request.rawHeaders.join('\n')}\n`;
		request.on('data', (data: Buffer) => (proxy.seen += data.toString()));
		response.writeHead(403).end();
	});
	server.on('connect', (request, client: Socket, head: Buffer) => {
		proxy.asked.push(`CONNECT ${request.url}`);
		proxy.seen += `${request.url}\n${request.rawHeaders.join('\n')}\n`;
		const { hostname, port } = new URL(`http://${request.url}`);
		const target = connect(Number(port), hostname, () => {
			client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			target.write(head);
			client.pipe(target).pipe(client);
		});
		for (const [socket, other] of [
			[client, target],
			[target, client],
		]) {
			sockets.add(socket);
			socket.on('error', () => other.destroy()).once('close', () => sockets.delete(socket));
		}
	});
	function close(): void {
		for (const socket of sockets) socket.destroy();
		server.close();
	}
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return proxy;
}
