/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- runs beside n8n, not in it */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from './clock';
import { NotAsked, Stopped } from './notAsked';
import type { Sensitive } from './sensitive';
import { NoAnswer, type Wire, type WireRequest } from './wire';

export interface Answer {
	status: number;
	/** Names in lower case. */
	headers: IncomingHttpHeaders;
	body: Buffer;
	/** The body as JSON; undefined where it is not. */
	json: unknown;
	/** Milliseconds on this machine's clock: halfway between request and answer. */
	at: number;
}
export interface Call extends Omit<WireRequest, 'signal'> {
	/** For the progress line: nothing of the tenant's. */
	what: string;
	/** Whether it may be sent again after a refusal that passes. */
	repeatable: boolean;
	/** False for polls of an action that is waited for. */
	poll?: boolean;
}
export interface Limits {
	/** Calls, polls not counted. */
	calls: number;
	/** Milliseconds from the start. */
	ms: number;
}

/** Between two calls, in ms: the service allows 100 a minute, and others share that. */
const PAUSE_MS = 1_000;
/** Before the one repeat of a call that met a passing state, in ms. */
const REPEAT_AFTER_MS = 5_000;
/** A longer Retry-After is not waited for, in ms. */
const MAX_RETRY_AFTER_MS = 120_000;
const PASSING = [502, 503, 504];

/** Makes the calls: one after the other, paced, within a bound, and keeps what must not come into the report. */
export class Calls {
	counted = 0;
	polls = 0;
	/** Retry-After of each 429 that was met: none is provoked. */
	readonly retryAfters: Array<string | undefined> = [];
	private readonly startedAt: number;
	private lastAt = -Infinity;

	constructor(
		private readonly wire: Wire,
		private readonly clock: Clock,
		private readonly sensitive: Sensitive,
		private limits: Limits,
		private readonly signal: AbortSignal | undefined,
		private readonly progress: (what: string) => void,
	) {
		this.startedAt = clock.now();
	}

	/** More calls and time, from now on: for the part that acts, and for cleaning up. */
	extend(calls: number, ms: number): void {
		this.limits = { calls: this.counted + calls, ms: this.clock.now() - this.startedAt + ms };
	}

	get elapsedMs(): number {
		return this.clock.now() - this.startedAt;
	}

	/** @throws NotAsked where the bound is reached or no answer comes; Stopped */
	async make(call: Call): Promise<Answer> {
		const first = await this.once(call);
		if (first.status === 429) {
			const retryAfter = first.headers['retry-after'];
			this.retryAfters.push(retryAfter);
			const ms = retryAfterMs(retryAfter, first.at);
			if (!call.repeatable || ms > MAX_RETRY_AFTER_MS)
				throw new NotAsked('the service answered 429: its rate limit was reached by other programs of this app or tenant');
			await this.wait(ms);
			return await this.once(call);
		}
		if (!call.repeatable || !PASSING.includes(first.status)) return first;
		await this.wait(REPEAT_AFTER_MS);
		return await this.once(call);
	}

	/** @throws Stopped */
	async wait(ms: number): Promise<void> {
		await this.clock.sleep(ms, this.signal);
		this.throwIfStopped();
	}

	private throwIfStopped(): void {
		if (this.signal?.aborted) throw new Stopped();
	}

	private async once(call: Call): Promise<Answer> {
		try {
			return await this.send(call);
		} catch (error) {
			this.throwIfStopped();
			if (!(error instanceof NoAnswer) || !call.repeatable) throw error;
			await this.wait(REPEAT_AFTER_MS);
			return await this.send(call);
		}
	}

	private async send({ method, url, headers: sent, body: content, what, repeatable, poll }: Call): Promise<Answer> {
		if (!poll && this.counted >= this.limits.calls) throw new NotAsked(`the bound of ${this.limits.calls} calls was reached`);
		if (this.elapsedMs > this.limits.ms) throw new NotAsked(`the bound of ${Math.round(this.limits.ms / 60_000)} minutes was reached`);
		const pause = this.lastAt + PAUSE_MS - this.clock.now();
		if (pause > 0) await this.wait(pause);
		this.throwIfStopped();
		if (poll) this.polls++;
		else this.counted++;
		this.progress(what);
		const sentAt = this.clock.now();
		this.lastAt = sentAt;
		const { status, headers, body } = await this.wire({
			method,
			url,
			headers: sent,
			body: content,
			// What changes something is not broken off: its answer says what has to be undone.
			signal: repeatable ? this.signal : undefined,
		});
		const json = parse(body);
		this.sensitive.addAnswer(json);
		return { status, headers, body, json, at: (sentAt + this.clock.now()) / 2 };
	}
}

function parse(body: Buffer): unknown {
	try {
		return JSON.parse(body.toString().replace(/^\uFEFF/, ''));
	} catch {
		return undefined;
	}
}

/** Seconds or a date; a minute where there is neither. */
function retryAfterMs(value: string | undefined, now: number): number {
	if (value !== undefined && /^\d+$/.test(value)) return Number(value) * 1000;
	const date = Date.parse(value ?? '');
	return Number.isNaN(date) ? 60_000 : Math.max(0, date - now);
}
