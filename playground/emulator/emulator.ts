import type { Action } from './actions';
import type { AppInput, Apps } from './apps';
import type { Certificate } from './certificate';
import type { DeviceInput, Machine } from './devices';
import type { ActionInput } from './existingActions';
import type { Fault, FaultHandle } from './faults';
import type { HandedOut } from './handedOut';
import type { LibraryFile, LibraryFileInput } from './library';
import type { LifeInput } from './life';
import type { LimitsInput, RateLimits } from './rateLimits';
import type { RecordedRequest } from './server';
import type { Settings } from './settings';
import type { FinishedScript, ResponseAction, Run } from './tenant';

export interface EmulatorOptions {
	/** What the origins are called, for an n8n on another host or in a container; with it they listen on all addresses. Default 127.0.0.1, which only this machine reaches. */
	host?: string;
	/** API and login listen on this port; default 0, a free one. */
	port?: number;
	/** The storage half is another origin. */
	storagePort?: number;
	/** Every time comes from here and is computed when it is asked for, so a test can run a fast clock. */
	clock?: { now(): number };
	/** Pending for `pendingMs`, `runMs` for each command, final `settleMs` after the last one; default 1000, 1000, 0. A pair is drawn from. */
	life?: LifeInput;
	limits?: LimitsInput;
	/** Default 30 minutes. */
	linkLifeMs?: number;
	/** Default 3599 seconds. */
	tokenLifeMs?: number;
	settings?: Partial<Settings>;
	/** Recorded requests have the answers that were sent; default false, since they take memory. */
	keepsAnswers?: boolean;
	/** Serves everything over https with this certificate; see `serverCertificate`. */
	tls?: Certificate;
}

/** An app that is registered in a tenant, with what it signs in with. */
export interface SignIn {
	tenantId: string;
	clientId: string;
	clientSecret: string;
}

export interface TenantInput {
	/** Default: a new GUID. */
	tenantId?: string;
	/** Verified domain, which sign-ins can use in place of the id; default: none. */
	domain?: string;
	/** The tenant's first app. An app of several tenants is given to each of them with the same id and secret. */
	app?: AppInput & { clientSecret?: string };
}

/** One customer's tenant: what is in it, and what has happened in it. */
export interface EmulatorTenant {
	app: SignIn;
	/** All apps of this tenant. */
	apps: Apps;
	/** Data for the n8n credential of `app`. */
	credentialData(overrides?: Record<string, string>): Record<string, string>;
	/** Runs that really took effect. */
	runs: Run[];
	/** Response actions (isolation and its like) that really took effect. */
	responses: ResponseAction[];
	/** The scripts that devices have run to their end so far, whatever the service says of them. */
	finishedScripts(): FinishedScript[];
	/** The machine entities of all devices. */
	machines(): Machine[];
	addDevice(input: DeviceInput): Machine;
	setOffline(idOrName: string, offline: boolean): void;
	setPortalSession(idOrName: string, open: boolean): void;
	addLibraryFile(input: LibraryFileInput): Record<string, unknown>;
	libraryFile(fileName: string): LibraryFile | undefined;
	addAction(input?: ActionInput): Action;
	/** The action with this id, in upper or lower case. */
	action(id: string): Action | undefined;
	actions(): Action[];
}

/** The emulator; its own tenant part is the tenant that exists from the start. */
export interface Emulator extends EmulatorTenant {
	apiUrl: string;
	/** Same origin as the API. */
	loginUrl: string;
	storageUrl: string;
	audience: string;
	/** Another tenant with its own apps, devices, library and actions; a token of one tenant never sees another. */
	addTenant(input?: TenantInput): EmulatorTenant;
	/** The tenant with this id or domain. */
	tenant(idOrDomain: string): EmulatorTenant | undefined;
	limits: RateLimits;
	settings: Settings;
	/** Of all tenants; each says by `tid` and `clientId` whose token it carried. */
	requests: RecordedRequest[];
	/** Tokens and links of all answers, whether or not they arrived. */
	handedOut: HandedOut;
	fault(fault: Fault): FaultHandle;
	now(): number;
	/**
	 * Back to the start: no devices, library, actions, requests, faults, counted calls and further tenants; limits and settings
	 * as given. Ports and the default app stay.
	 */
	reset(): void;
	close(): Promise<void>;
}
