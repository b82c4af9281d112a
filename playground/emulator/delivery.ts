/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Effect } from './effects';
import type { Reply } from './reply';

const TICK_MS = 50;
/** Statuses whose answers have no body (RFC 9110, 15.3.5 and 15.4.5). */
const BODILESS = [204, 304];

/** Sends a reply, as a fault may want it: cut off, slow, stalled, or with the connection destroyed. */
export async function deliver(response: ServerResponse, reply: Reply, effect: Effect | undefined, now: number): Promise<void> {
	const { body } = reply;
	if (effect?.kind === 'reset' && effect.phase !== 'duringBody') {
		response.destroy();
		return;
	}
	if (effect?.kind === 'raw') return endWith(response, body.read(0, body.size));
	// Node writes no such answer by itself.
	if (reply.status < 200) return endWith(response, [Buffer.from(`HTTP/1.1 ${reply.status} Informational\r\n\r\n`)]);
	const whole = body.size;
	const length = effect?.kind === 'truncate' ? Math.min(effect.bytes, whole) : whole;
	// The clock's date, so that a client can compare it with dates in headers and links.
	response.sendDate = false;
	response.setHeader('Date', new Date(now).toUTCString());
	const hasLength = !BODILESS.includes(reply.status) && whole !== Infinity && !(effect?.kind === 'truncate' && effect.claim === 'chunked');
	response.writeHead(reply.status, {
		...(hasLength && { 'Content-Length': effect?.kind === 'truncate' && effect.claim === 'short' ? length : whole }),
		...reply.headers,
	});
	response.flushHeaders();
	const stop = effect?.kind === 'stall' || effect?.kind === 'reset' ? Math.min(effect.afterBytes ?? 0, whole) : length;
	for await (const piece of body.read(0, stop)) {
		if (response.destroyed) return;
		await write(response, piece, effect);
	}
	if (effect?.kind === 'stall') return;
	if (effect?.kind === 'reset') {
		// The written bytes must be sent first, or the client does not receive them.
		await wait(20);
		response.destroy();
		return;
	}
	if (length < whole && effect?.kind === 'truncate' && effect.claim === 'full') {
		// The connection is closed in good order, short of the length that was promised.
		response.socket?.end();
		return;
	}
	response.end();
}

/** Sends raw bytes, without Node's HTTP, and ends the connection. */
function endWith(response: ServerResponse, bytes: ReturnType<Reply['body']['read']> | Buffer[]): void {
	response.socket?.end(Buffer.concat([...(bytes as Iterable<Buffer>)]));
}

/** How many bytes are written at a time, and how long after them nothing is, in ms. */
function rhythm(effect: Effect | undefined, length: number): { step: number; pauseMs: number } {
	switch (effect?.kind) {
		case 'slow': {
			const step = Math.min(length, Math.max(1, Math.floor((effect.bytesPerSecond * TICK_MS) / 1000)));
			return { step, pauseMs: (step * 1000) / effect.bytesPerSecond };
		}
		case 'drip':
			return { step: effect.bytes ?? 1, pauseMs: effect.everyMs };
		case 'endless':
			return { step: length, pauseMs: effect.everyMs ?? 0 };
		default:
			return { step: length, pauseMs: 0 };
	}
}

async function write(response: ServerResponse, piece: Buffer, effect: Effect | undefined): Promise<void> {
	const { step, pauseMs } = rhythm(effect, piece.length);
	for (let at = 0; at < piece.length && !response.destroyed; at += step) {
		if (!response.write(piece.subarray(at, at + step))) await drained(response);
		// Without `ref`: as a delay before the answer.
		if (pauseMs > 0) await wait(pauseMs, undefined, { ref: false });
	}
}

async function drained(response: ServerResponse): Promise<void> {
	await new Promise<void>((resolve) => {
		const done = () => {
			response.off('drain', done).off('close', done);
			resolve();
		};
		response.on('drain', done).on('close', done);
	});
}
