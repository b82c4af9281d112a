/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Action, Emulator, Operation, RecordedRequest } from '../../../playground/emulator';
import { isFinal, statusAt } from '../../../playground/emulator/actions';
import type { Choice } from './choice';

/** Statuses by which a gateway gives up on a request that it may have passed on. */
const GAVE_UP = [408, 425, 499];

/** What the client can know of a request by its answer. */
export type Arrival = 'refused' | 'arrived' | 'unclear';

/** The JSON that an answer held, where it held some. */
function documentOf({ answer }: RecordedRequest): unknown {
	if (!answer) return undefined;
	const { body, headers } = answer;
	try {
		return JSON.parse((headers['Content-Encoding'] === 'gzip' ? gunzipSync(body) : body).toString().replace(/^\uFEFF/, ''));
	} catch {
		return undefined;
	}
}

/** Whether the service refused a request in its own words, so that it certainly did nothing. */
export function arrival(request: RecordedRequest): Arrival {
	const { answer, fault } = request;
	if (!answer || answer.status === 0) return 'arrived';
	if (answer.status === 429) return 'refused';
	if (answer.status < 400 || answer.status >= 500 || GAVE_UP.includes(answer.status)) return 'arrived';
	// Of these it depends on the client whether it can read the answer.
	const isPlain = fault === undefined || fault.kind === 'rewritten' || (fault.kind === 'status' && !fault.headers);
	if (!isPlain) return 'unclear';
	const { error } = (documentOf(request) ?? {}) as { error?: { code?: unknown } | null };
	const code = error?.code;
	return typeof code === 'string' && code !== '' ? 'refused' : typeof code === 'number' ? 'unclear' : 'arrived';
}

const isWrite = (method: string, path: string) => method !== 'GET' && !path.includes('/oauth2/');

/** Requests of this process that may change something and were written to a socket. */
let written = 0;
subscribe('http.client.request.start', (message) => {
	const { method, path } = (message as { request: ClientRequest }).request;
	if (isWrite(method, path)) written++;
});

/** A flow when it has ended: what the service did and what it said, against which each item is held. */
export class World {
	private readonly startedAt: number;

	private readonly writtenBefore = written;

	private documents: unknown[] | undefined;

	/** @param clientId the flow's own app: on a fast clock a request that an earlier flow gave up can still arrive */
	constructor(
		readonly emulator: Emulator,
		readonly clientId: string,
		readonly choice: Choice,
	) {
		this.startedAt = emulator.now();
	}

	/** Those of the storage carry no token, and those with a token that was changed name no app. */
	get requests(): RecordedRequest[] {
		return this.emulator.requests.filter(({ clientId }) => clientId === this.clientId || clientId === undefined);
	}

	get tookMs(): number {
		return this.emulator.now() - this.startedAt;
	}

	/** Nothing was done to any answer, and there was time for each. */
	get isCalm(): boolean {
		return this.tookMs < 10_000 && this.requests.every(({ fault, aborted }) => fault === undefined && !aborted);
	}

	/** A request was given up before the emulator had read it: on this clock a busy machine may take longer than a call waits. */
	get hasUnread(): boolean {
		return written - this.writtenBefore > this.requests.filter(({ method, url }) => isWrite(method, url)).length;
	}

	/** Whether something was done to an answer of one of these calls. */
	attacked(...operations: Operation[]): boolean {
		return this.requests.some(({ operation, fault }) => fault !== undefined && operations.includes(operation));
	}

	/** Whether the answer of a call may have lied about something that has to do with actions. */
	get actionsAttacked(): boolean {
		return this.attacked('action.list', 'action.get', 'action.cancel', 'run');
	}

	action(id: unknown): Action | undefined {
		return typeof id === 'string' ? this.emulator.action(id) : undefined;
	}

	hasEnded(action: Action): boolean {
		return isFinal(statusAt(action, this.emulator.now()));
	}

	/** Whether an answer held an object like this, at any place. */
	said(test: (object: Record<string, unknown>) => boolean): boolean {
		this.documents ??= this.requests.map(documentOf);
		const open = [...this.documents];
		for (let at = 0; at < open.length && at < 100_000; at++) {
			const value = open[at];
			if (typeof value !== 'object' || value === null) continue;
			if (!Array.isArray(value) && test(value as Record<string, unknown>)) return true;
			for (const inner of Object.values(value)) open.push(inner);
		}
		return false;
	}
}
