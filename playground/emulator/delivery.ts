/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Effect } from './faults';
import type { Reply } from './reply';

const TICK_MS = 50;

/** Sends a reply, as a fault may want it: cut off, slow, stalled, or with the connection destroyed. */
export async function deliver(response: ServerResponse, reply: Reply, effect: Effect | undefined, now: number): Promise<void> {
	const { body } = reply;
	if (effect?.kind === 'reset' && effect.phase !== 'duringBody') {
		response.destroy();
		return;
	}
	const whole = body.size;
	const length = effect?.kind === 'truncate' ? Math.min(effect.bytes, whole) : whole;
	// The clock's date, so that a client can compare it with dates in headers and links.
	response.sendDate = false;
	response.setHeader('Date', new Date(now).toUTCString());
	response.writeHead(reply.status, {
		...reply.headers,
		...(reply.status !== 204 && !(effect?.kind === 'truncate' && effect.claim === 'chunked') && {
			'Content-Length': effect?.kind === 'truncate' && effect.claim === 'short' ? length : whole,
		}),
	});
	response.flushHeaders();
	const stop = effect?.kind === 'stall' || effect?.kind === 'reset' ? Math.min(effect.afterBytes ?? 0, whole) : length;
	for await (const piece of body.read(0, stop)) {
		if (response.destroyed) return;
		await write(response, piece, effect?.kind === 'slow' ? effect.bytesPerSecond : Infinity);
	}
	if (effect?.kind === 'stall') return;
	if (effect?.kind === 'reset') {
		// What was written has to leave first, or the client sees none of it.
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

async function write(response: ServerResponse, piece: Buffer, bytesPerSecond: number): Promise<void> {
	const step = Math.max(1, Math.floor(Math.min(piece.length, (bytesPerSecond * TICK_MS) / 1000)));
	for (let at = 0; at < piece.length && !response.destroyed; at += step) {
		if (!response.write(piece.subarray(at, at + step))) await drained(response);
		if (bytesPerSecond !== Infinity) await wait(TICK_MS);
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
