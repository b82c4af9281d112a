import type { Answer, Calls } from './calls';
import type { Cloud } from './clouds';
import type { OwnDevice } from './acting/device';
import type { Undo } from './acting/undo';
import type { Token } from './signIn';

/** Something that is asked of the tenant once, however many claims it settles. */
export interface Observation<T> {
	/** How it is asked, for people. */
	asks: string;
	/** Only with `--run`: it changes something. */
	acts?: boolean;
	/** @throws NotAsked where it cannot be asked, with the reason */
	make(asker: Asker): Promise<T>;
}
export type Seen<O> = O extends Observation<infer T> ? T : never;

/** What an observation has to ask with. */
export interface Asker {
	readonly cloud: Cloud;
	readonly clientId: string;
	/** As entered: a GUID or a domain. */
	readonly tenantId: string;
	readonly token: Token;
	readonly calls: Calls;
	/** This machine's clock. */
	now(): number;
	/** With `--run`, once the device is agreed on. */
	own?: { device: OwnDevice; undo: Undo };
	/** The same observation gives the same to everyone. */
	see<T>(observation: Observation<T>): Promise<T>;
	/** A call of the Defender API; `path` is what follows `/api`. */
	api(method: string, path: string, what: string, options?: ApiOptions): Promise<Answer>;
	/** A call of the storage with a result link. @throws NotAsked where the link may not be followed */
	storage(link: string, what: string, headers?: Record<string, string>): Promise<Answer>;
	/** A token of the same app for another API; undefined where Entra gives none. */
	tokenFor(audience: string): Promise<string | undefined>;
	/** Keeps a text out of the report. */
	keepSecret(text: string | undefined): void;
	/** Shown while something is waited for. */
	tell(what: string): void;
}
export interface ApiOptions {
	body?: unknown;
	form?: { body: Buffer; contentType: string };
	/** False: without a token. */
	signed?: boolean;
	/** Instead of the usual one. */
	token?: string;
	poll?: boolean;
}
