/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import type { Server } from 'node:http';
import { Apps, type App } from './apps';
import type { Action, Life } from './actions';
import { actionTarget, blobRoute, findBlob } from './blobs';
import type { Certificate } from './certificate';
import { answerControl } from './control';
import { answerApi, type ApiContext, type Settings } from './defenderApi';
import type { DeviceInput, Machine } from './devices';
import { DEFENDER_AUDIENCE, Entra } from './entra';
import type { ActionInput } from './existingActions';
import { Faults, type Fault, type FaultHandle } from './faults';
import type { HandedOut } from './handedOut';
import type { LibraryFile, LibraryFileInput } from './library';
import { RateLimits, type LimitsInput } from './rateLimits';
import { matchRoute } from './routes';
import { listen, type RecordedRequest } from './server';
import { getBlob } from './storage';
import { Tenant, type Isolation, type Run } from './tenant';

export type { Action, Life } from './actions';
export type { AppInput } from './apps';
export type { Bytes, CommandBehaviour, FileBehaviour, ScriptBehaviour } from './behaviours';
export type { Effect, Fault, FaultHandle } from './faults';
export type { Operation } from './routes';
export type { RecordedRequest } from './server';
export type { DeviceInput, Machine } from './devices';
export type { ActionCommandInput, ActionInput } from './existingActions';
export type { LibraryFile, LibraryFileInput } from './library';
export type { Isolation, Run } from './tenant';
export { certificateAuthority, selfSignedCertificate, serverCertificate } from './certificate';
export type { Certificate } from './certificate';
export { digest, generatedContent } from './content';
export { OUTCOME_ACTIONS } from './scenes';

export interface EmulatorOptions {
	/** API and login listen on this port of 127.0.0.1; default 0, a free one. */
	port?: number;
	/** The storage half is another origin. */
	storagePort?: number;
	/** Every time comes from here and is computed when it is asked for, so a test can run a fast clock. */
	clock?: { now(): number };
	/** Pending for `pendingMs`, `runMs` for each command, final `settleMs` after the last one; default 1000, 1000, 0. */
	life?: Partial<Life>;
	limits?: LimitsInput;
	/** Default 30 minutes. */
	linkLifeMs?: number;
	/** Default 3599 seconds. */
	tokenLifeMs?: number;
	settings?: Partial<Settings>;
	/** Serves everything over https with this certificate; see `serverCertificate`. */
	tls?: Certificate;
}

/** The app that exists from the start; its values are invented and fixed, so that documents can print them. */
const APP = {
	tenantId: '0e8c1f5a-3d52-4b8e-9a61-7c4d2f90b1e3',
	clientId: '5b1d7a42-96c0-4f3e-8d25-e07a93c4f618',
	clientSecret: 'emulator~secret~not~a~real~one~4711',
};
const TENANT_DOMAIN = 'contoso.example';

export interface Emulator {
	apiUrl: string;
	/** Same origin as the API. */
	loginUrl: string;
	storageUrl: string;
	audience: string;
	app: typeof APP;
	/** Data for the n8n credential. */
	credentialData(overrides?: Record<string, string>): Record<string, string>;
	apps: Apps;
	limits: RateLimits;
	settings: Settings;
	requests: RecordedRequest[];
	/** Tokens and links of all answers, whether or not they arrived. */
	handedOut: HandedOut;
	/** Runs that really took effect. */
	runs: Run[];
	/** Isolations and ends of them that really took effect. */
	isolations: Isolation[];
	/** The machine entities of all devices. */
	machines(): Machine[];
	addDevice(input: DeviceInput): Machine;
	setOffline(idOrName: string, offline: boolean): void;
	setPortalSession(idOrName: string, open: boolean): void;
	addLibraryFile(input: LibraryFileInput): Record<string, unknown>;
	libraryFile(fileName: string): LibraryFile | undefined;
	addAction(input?: ActionInput): Action;
	fault(fault: Fault): FaultHandle;
	now(): number;
	/** Back to the start: no devices, library, actions, requests, faults and counted calls; limits and settings as given. Ports and the default app stay. */
	reset(): void;
	close(): Promise<void>;
}

/** Starts the emulator: Entra and the Defender API on one origin, the blob storage on another. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const now = () => (options.clock ?? Date).now();
	const tenant = new Tenant(now, { pendingMs: 1000, runMs: 1000, settleMs: 0, ...options.life });
	const apps = new Apps();
	const limits = new RateLimits(now, options.limits);
	const faults = new Faults(now);
	const requests: RecordedRequest[] = [];
	const settings: Settings = { pageSize: 10_000, nameActiveAction: false, visibleAfterMs: 0, overwritesSilently: false, ...options.settings };
	const firstSettings = { nextLinkOrigin: undefined, ...settings };
	const handedOut: HandedOut = { tokens: [], links: [] };
	const entra = new Entra(apps, [APP.tenantId, TENANT_DOMAIN], now, options.tokenLifeMs ?? 3_599_000, handedOut);
	const addDefaultApp = (): App => apps.addApp({ clientId: APP.clientId, secrets: [{ value: APP.clientSecret }] });
	addDefaultApp();
	const shared = { now, faults, requests, tls: options.tls };

	const storage = await listen(options.storagePort ?? 0, {
		route: (method, url) => blobRoute(tenant, method, url),
		target: ({ params }) => actionTarget(tenant, params),
		answer: async ({ route, url, headers, effect }) => ({
			reply: await getBlob({
				url,
				headers,
				blob: findBlob(tenant, url),
				now: now(),
				expired: effect?.kind === 'expired' && route.operation === 'blob',
				wrongMd5: effect?.kind === 'wrongMd5',
			}),
		}),
	}, shared);
	const context: ApiContext = { tenant, limits, settings, now, storageUrl: storage.url, linkLifeMs: options.linkLifeMs ?? 1_800_000, handedOut };
	const api = await listen(options.port ?? 0, {
		route: (method, url) => matchRoute(method, url.split('?')[0]),
		target: ({ params }) => actionTarget(tenant, params),
		answer: async ({ route, url, origin, headers, body, effect }) => {
			const { pathname: path, searchParams: query } = new URL(url, origin);
			if (route.operation === 'token') {
				const form = new URLSearchParams(body.toString());
				return await entra.token({ tenant: route.params.tenant!, tokenUrl: `${origin}${path}`, authorization: headers.authorization, form });
			}
			if (route.operation === 'authorize') return { reply: entra.authorize(route.params.tenant!, query) };
			return await answerApi({ ...route, headers, origin, path, query, body, expiredLink: effect?.kind === 'expired' }, context);
		},
		control: async (incoming) => await answerControl(incoming, emulator),
	}, shared);

	const emulator: Emulator = {
		apiUrl: api.url,
		loginUrl: api.url,
		storageUrl: storage.url,
		audience: DEFENDER_AUDIENCE,
		app: APP,
		credentialData: (overrides = {}) => ({
			grantType: 'clientCredentials',
			tenantId: APP.tenantId,
			cloud: 'custom',
			apiBaseUrl: api.url,
			loginBaseUrl: api.url,
			audience: DEFENDER_AUDIENCE,
			downloadHosts: '127.0.0.1',
			clientId: APP.clientId,
			clientCredentialType: 'clientSecret',
			clientSecret: APP.clientSecret,
			...overrides,
		}),
		apps,
		limits,
		settings,
		requests,
		handedOut,
		runs: tenant.runs,
		isolations: tenant.isolations,
		machines: () => tenant.devices.map(({ machine }) => machine),
		addDevice: (input) => tenant.addDevice(input),
		setOffline: (idOrName, offline) => tenant.setOffline(idOrName, offline),
		setPortalSession: (idOrName, open) => tenant.setPortalSession(idOrName, open),
		addLibraryFile: (input) => tenant.addLibraryFile(input),
		libraryFile: (fileName) => tenant.library.get(fileName),
		addAction: (input) => tenant.addAction(input),
		fault: (fault) => faults.add(fault),
		now,
		reset: () => {
			tenant.clear();
			faults.clear();
			limits.clear();
			limits.setLimits(options.limits ?? 'real');
			apps.clear();
			addDefaultApp();
			requests.length = 0;
			handedOut.tokens.length = 0;
			handedOut.links.length = 0;
			Object.assign(settings, firstSettings);
		},
		close: async () => {
			await Promise.all([api.server, storage.server].map(closeServer));
		},
	};
	return emulator;
}

async function closeServer(server: Server): Promise<void> {
	await new Promise<void>((resolve) => {
		server.close(() => resolve());
		// A stalled reply would keep the server open for ever.
		server.closeAllConnections();
	});
}
