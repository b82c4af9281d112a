import type { Api } from './api';
import type { Answer, Calls } from './calls';
import type { Cloud } from './clouds';
import type { OwnDevice } from './acting/ownDevice';
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
export interface Asker extends Api {
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
	/** A call of the storage with a result link. @throws NotAsked where the link may not be followed */
	storage(link: string, what: string, headers?: Record<string, string>): Promise<Answer>;
	/** A token of the same app for another API; undefined where Entra gives none. */
	tokenFor(audience: string): Promise<string | undefined>;
	/** Keeps a text out of the report. */
	keepSecret(text: string | undefined): void;
	/** Shown while something is waited for. */
	tell(what: string): void;
}
