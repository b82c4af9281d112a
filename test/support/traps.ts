/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import type { AddressInfo, Server } from 'node:net';
import { createServer, Socket } from 'node:net';

/** Where a request must not go: servers on this machine, and an ear on every connection of this process. */
export interface Traps {
	/** Port of the servers, on 127.0.0.1 and on ::1. */
	port: number;
	/** What was connected to and must not be: by someone at the traps' door, or by this process anywhere. */
	sprung(): string[];
	/** Connections of this process since the last `clear`, those that may be as well. */
	connections(): number;
	clear(): void;
	close(): Promise<void>;
}

/** A server that answers everybody as if it were the storage and the API at once. */
async function trap(host: string, port: number, sprung: string[]): Promise<Server> {
	const server = createServer((socket) => {
		sprung.push(`trap on ${host}`);
		const body = '{"value":"trapped","script_name":"trapped","exit_code":0,"script_output":"trapped","access_token":"trapped"}';
		socket.on('error', () => undefined);
		socket.once('data', () =>
			socket.end(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
		);
	});
	await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(port, host, resolve));
	return server;
}

/** Host and port that `Socket.connect` was called with, in any of its forms. */
function destination(args: unknown[]): string {
	const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
	if (typeof first !== 'object' || first === null) return `${typeof second === 'string' ? second : 'localhost'}:${String(first)}`;
	const { host = 'localhost', port, path } = first as { host?: string; port?: number | string; path?: string };
	return port === undefined ? String(path) : `${host}:${port}`;
}

/** @param allowed origins that this process may connect to */
export async function setTraps(allowed: string[]): Promise<Traps> {
	const sprung: string[] = [];
	const open = allowed.map((origin) => new URL(origin).host);
	const first = await trap('127.0.0.1', 0, sprung);
	const { port } = first.address() as AddressInfo;
	// Not every machine has IPv6; then nothing can be reached there either.
	const second = await trap('::1', port, sprung).catch(() => undefined);
	let connections = 0;
	const connect = Socket.prototype.connect;
	Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
		connections++;
		const to = destination(args);
		if (!open.includes(to)) sprung.push(to);
		return Reflect.apply(connect, this, args) as Socket;
	} as typeof connect;
	return {
		port,
		sprung: () => [...sprung],
		connections: () => connections,
		clear() {
			sprung.length = 0;
			connections = 0;
		},
		async close() {
			Socket.prototype.connect = connect;
			for (const server of [first, second]) await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
		},
	};
}
