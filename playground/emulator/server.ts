/* eslint-disable @n8n/community-nodes/no-restricted-imports, no-console -- runs beside n8n, not in it */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Certificate } from './certificate';
import { deliver } from './delivery';
import type { Effect, WholeAnswer } from './effects';
import type { Faults, FaultTarget } from './faults';
import { changed, replacement, wholeOf } from './faultyReply';
import type { Reply } from './reply';
import type { Half, Operation, Route } from './routes';
import type { CarriedToken } from './tokens';

/** A request as the emulator saw it. */
export interface RecordedRequest {
	/** Milliseconds on the emulator's clock. */
	at: number;
	half: Half;
	operation: Operation;
	method: string;
	/** Path and query exactly as received. */
	url: string;
	headers: IncomingMessage['headers'];
	body: string;
	/** Undefined until there is an answer, and where a fault kept it back. */
	status?: number;
	/** Tenant and app of the token that an API call carried (also an expired one); of a sign-in, those that it asked for. */
	tid?: string;
	clientId?: string;
	/** The client did not get the whole answer: it left, or a fault destroyed the connection. */
	aborted?: boolean;
	/** The fault that hit it. */
	fault?: Effect;
	/** The service did what was asked: its own answer was a success, whatever the client got. */
	tookEffect?: boolean;
	/** What was sent, before faults of the delivery; kept where the emulator is to keep answers, and where it is not large. */
	answer?: WholeAnswer;
}
export interface Incoming {
	route: Route;
	method: string;
	/** Path and query exactly as received. */
	url: string;
	/** As the client addressed the server. */
	origin: string;
	headers: IncomingMessage['headers'];
	body: Buffer;
	effect?: Effect;
}
/** Whom a request says it comes from. */
export interface Caller {
	tid?: string;
	clientId?: string;
	/** The token of an API call, where it is one of ours. */
	carried?: CarriedToken;
}
/** Larger answers are not kept, in bytes. */
const MAX_KEPT_ANSWER = 1024 * 1024;

/** One of the two origins: which request is what, and how it is answered. */
export interface HalfServer {
	route(method: string, url: string): Route;
	/** Who sent this. */
	caller?(incoming: Incoming): Promise<Caller>;
	/** What a fault can check besides the route. */
	target(route: Route): Partial<FaultTarget>;
	answer(incoming: Incoming, caller: Caller): Promise<Reply>;
	/** Requests that are not the imitated service's: neither recorded nor faulted. */
	control?(incoming: Omit<Incoming, 'route'>): Promise<Reply | undefined>;
}

/** What only this machine reaches. */
export const LOOPBACK = '127.0.0.1';

export interface Shared {
	now(): number;
	faults: Faults;
	requests: RecordedRequest[];
	/** Of the origins' URLs; any but 127.0.0.1 can be reached from other machines. */
	host: string;
	keepsAnswers?: boolean;
	/** With it the origins are https. */
	tls?: Certificate;
}

/** Starts one origin. */
export async function listen(port: number, half: HalfServer, shared: Shared): Promise<{ server: Server; url: string }> {
	const { tls, host } = shared;
	const answer = (request: IncomingMessage, response: ServerResponse) => {
		handle(request, response, half, shared).catch((error: unknown) => {
			// An error of the emulator itself, not a requested fault: it must not go unnoticed.
			console.error('emulator:', error);
			response.destroy();
		});
	};
	const server = tls ? createTlsServer({ cert: tls.certificate, key: tls.privateKey }, answer) : createServer(answer);
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject).listen(port, host === LOOPBACK ? host : '0.0.0.0', resolve);
	});
	return { server, url: `${tls ? 'https' : 'http'}://${host}:${(server.address() as AddressInfo).port}` };
}

async function handle(request: IncomingMessage, response: ServerResponse, half: HalfServer, shared: Shared): Promise<void> {
	const method = request.method ?? 'GET';
	const url = request.url ?? '/';
	const chunks: Buffer[] = [];
	try {
		for await (const chunk of request) chunks.push(chunk as Buffer);
	} catch {
		return; // The client left before it had sent everything.
	}
	const incoming = {
		method,
		url,
		origin: `${shared.tls ? 'https' : 'http'}://${request.headers.host}`,
		headers: request.headers,
		body: Buffer.concat(chunks),
	};
	const control = await half.control?.(incoming);
	if (control) return await deliver(response, control, undefined, shared.now());

	const route = half.route(method, url);
	const at = shared.now();
	const caller = (await half.caller?.({ ...incoming, route })) ?? {};
	const record: RecordedRequest = {
		at,
		half: route.half,
		operation: route.operation,
		method,
		url,
		headers: request.headers,
		body: incoming.body.toString(),
		tid: caller.tid,
		clientId: caller.clientId,
	};
	shared.requests.push(record);
	response.once('close', () => {
		if (!response.writableFinished) record.aborted = true;
	});
	const { machineId, machineActionId, index } = route.params;
	const { delayMs, effect } = shared.faults.take({
		operation: route.operation,
		method,
		machineId,
		machineActionId,
		index: index === undefined ? undefined : Number(index),
		tid: caller.tid,
		...half.target(route),
	});
	record.fault = effect;
	// Without `ref`: a long delay does not keep a process alive whose emulator is closed.
	if (delayMs > 0) await wait(delayMs, undefined, { ref: false });
	if (response.destroyed) return;
	if (effect?.kind === 'reset' && effect.phase === 'beforeHeaders') {
		response.destroy();
		return;
	}
	const replaced = effect && replacement(effect, route.half, shared.now());
	let reply = replaced;
	if (!reply || (effect && 'tookEffect' in effect && effect.tookEffect)) {
		const own = await half.answer({ ...incoming, route, effect }, caller);
		record.tookEffect = own.status >= 200 && own.status < 300;
		reply ??= effect ? await changed(own, effect, incoming) : own;
	}
	if (shared.keepsAnswers && reply.body.size <= MAX_KEPT_ANSWER) record.answer = { ...reply, body: await wholeOf(reply) };
	if (!(effect?.kind === 'reset' && effect.phase === 'afterProcessing')) record.status = reply.status || undefined;
	await deliver(response, reply, effect, shared.now());
}
