import type { IHttpRequestOptions } from 'n8n-workflow';
import type { CallKind } from './calls';
import { abortable, throwIfCancelled } from './clock';
import type { Session } from './session';
import { tryInTime } from './silence';

/**
 * Whether a call that was refused for a missing permission is asked again: consent that was given since its token was
 * made is in the next token only. Of many calls of a kind one tries a fresh token, and the others wait for its answer.
 */
export class NewerConsent {
	private hasTried = false;

	private settle?: (helps: boolean) => void;

	/** @param minMs for a call with a fresh token */
	constructor(
		private readonly session: Session,
		private readonly kind: CallKind,
		private readonly minMs: number,
	) {}

	/** @throws Cancelled */
	async mayHelp(options: IHttpRequestOptions): Promise<boolean> {
		if (this.hasTried) return false;
		this.hasTried = true;
		if (!(await this.hasFresherToken(options))) return false;
		const { learned, signal } = this.session;
		learned.consent ??= new Map();
		const known = learned.consent.get(this.kind);
		if (known) return await abortable(known, signal);
		learned.consent.set(this.kind, new Promise((resolve) => (this.settle = resolve)));
		return true;
	}

	/** To be called with each later answer of the call, and when it has ended: what is known already stays. */
	answered(isRefused: boolean): void {
		this.settle?.(!isRefused);
	}

	private async hasFresherToken(options: IHttpRequestOptions): Promise<boolean> {
		const { clock, deadline, signal, transport } = this.session;
		const isFresher = await tryInTime(transport.hasFresherToken(options), clock, deadline.leftMs(), signal);
		throwIfCancelled(signal);
		return isFresher === true && deadline.leftMs() > this.minMs;
	}
}
