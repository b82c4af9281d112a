/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import type { Server } from 'node:http';
import { DEFENDER_AUDIENCE } from './audiences';
import { actionTarget, blobRoute, findBlob } from './blobs';
import { answerControl } from './control';
import { answerApi } from './defenderApi';
import type { Emulator, EmulatorOptions } from './emulator';
import { Entra, signsInAs } from './entra';
import { Faults } from './faults';
import type { HandedOut } from './handedOut';
import { getPackage } from './packages';
import { RateLimits } from './rateLimits';
import { matchRoute } from './routes';
import { listen, LOOPBACK, type RecordedRequest } from './server';
import { DEFAULT_SETTINGS, type Settings } from './settings';
import { getBlob } from './storage';
import { Tenants } from './tenants';
import { readToken } from './tokens';

export type { Emulator, EmulatorOptions, EmulatorTenant, SignIn, TenantInput } from './emulator';
export type { Action } from './actions';
export type { AppInput } from './apps';
export type { Bytes, CommandBehaviour, FileBehaviour, ScriptBehaviour } from './behaviours';
export type { Effect, WholeAnswer } from './effects';
export type { Fault, FaultHandle } from './faults';
export type { Operation } from './routes';
export type { RecordedRequest } from './server';
export type { DeviceInput, Machine } from './devices';
export type { ActionCommandInput, ActionInput } from './existingActions';
export type { LibraryFile, LibraryFileInput } from './library';
export type { LifeInput } from './life';
export type { Period } from './presence';
export type { FinishedScript, ResponseAction, Run } from './tenant';
export { certificateAuthority, selfSignedCertificate, serverCertificate } from './certificate';
export type { Certificate } from './certificate';
export { digest, generatedContent } from './content';
export { OUTCOME_ACTIONS } from './scenes';
export { sweepWorld } from './sweepScene';
export type { SweepDevice } from './sweepScene';

/** The tenant that exists from the start; its values are invented and fixed, so that documents can print them. */
const FIRST_TENANT = {
	tenantId: '0e8c1f5a-3d52-4b8e-9a61-7c4d2f90b1e3',
	domain: 'contoso.example',
	app: { clientId: '5b1d7a42-96c0-4f3e-8d25-e07a93c4f618', clientSecret: 'emulator~secret~not~a~real~one~4711' },
};

/** Starts the emulator: Entra and the Defender API on one origin, the blob storage on another. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const now = () => (options.clock ?? Date).now();
	const limits = new RateLimits(now, options.limits);
	const faults = new Faults(now);
	const requests: RecordedRequest[] = [];
	const firstSettings: Settings = { ...DEFAULT_SETTINGS, ...options.settings };
	const settings = { ...firstSettings };
	const tenants = new Tenants(FIRST_TENANT, now, options.life ?? {}, settings, () => credential);
	const handedOut: HandedOut = { tokens: [], links: [] };
	const entra = new Entra(tenants, now, options.tokenLifeMs ?? 3_599_000, settings, handedOut);
	const host = options.host ?? LOOPBACK;
	const shared = { now, faults, requests, host, tls: options.tls, keepsAnswers: options.keepsAnswers };

	const storage = await listen(
		options.storagePort ?? 0,
		{
			route: (method, url) => blobRoute(tenants, method, url),
			target: ({ params }) => actionTarget(tenants, params),
			answer: async ({ route, url, headers, effect }) => {
				if (route.operation === 'package') {
					return getPackage({ url, headers, now: now(), expired: effect?.kind === 'expired', ranges: settings.packageRanges }, tenants);
				}
				return await getBlob({
					url,
					headers,
					blob: findBlob(tenants, url),
					now: now(),
					expired: effect?.kind === 'expired' && route.operation === 'blob',
					wrongMd5: effect?.kind === 'wrongMd5',
				});
			},
		},
		shared,
	);
	const context = { limits, settings, now, storageUrl: storage.url, linkLifeMs: options.linkLifeMs ?? 1_800_000, handedOut };
	const api = await listen(
		options.port ?? 0,
		{
			route: (method, url) => matchRoute(method, url.split('?')[0]),
			target: ({ params }) => actionTarget(tenants, params),
			caller: async ({ route, url, headers, body }) => {
				if (route.half === 'login') {
					const form = new URLSearchParams(route.operation === 'authorize' ? url.split('?')[1] : body.toString());
					const { clientId } = signsInAs({ authorization: headers.authorization, form });
					return { clientId, tid: tenants.find(route.params.tenant ?? '')?.tenantId };
				}
				const carried = await readToken(headers.authorization, now());
				return { carried, clientId: carried?.token.appid, tid: carried?.token.tid };
			},
			answer: async ({ route, url, origin, headers, body, effect }, { carried }) => {
				const { pathname: path, searchParams: query } = new URL(url, origin);
				if (route.operation === 'token') {
					const form = new URLSearchParams(body.toString());
					return await entra.token({
						tenant: route.params.tenant!,
						tokenUrl: `${origin}${path}`,
						version: route.params.v2 === undefined ? 1 : 2,
						authorization: headers.authorization,
						form,
					});
				}
				if (route.operation === 'authorize') return entra.authorize(route.params.tenant!, query);
				return await answerApi(
					{ ...route, headers, origin, path, query, body, carried, expiredLink: effect?.kind === 'expired' },
					context,
					tenants,
				);
			},
			control: async (incoming) => await answerControl(incoming, emulator),
		},
		shared,
	);
	const credential = {
		grantType: 'clientCredentials',
		cloud: 'custom',
		apiBaseUrl: api.url,
		loginBaseUrl: api.url,
		audience: DEFENDER_AUDIENCE,
		downloadHosts: host,
		clientCredentialType: 'clientSecret',
	};

	const emulator: Emulator = {
		...tenants.firstView,
		apiUrl: api.url,
		loginUrl: api.url,
		storageUrl: storage.url,
		audience: DEFENDER_AUDIENCE,
		addTenant: (input = {}) => tenants.add(input),
		tenant: (idOrDomain) => tenants.view(idOrDomain),
		limits,
		settings,
		requests,
		handedOut,
		fault: (fault) => faults.add(fault),
		now,
		reset: () => {
			tenants.clear();
			faults.clear();
			limits.clear();
			limits.setLimits(options.limits ?? 'real');
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
		// A stalled reply would keep the server open without end.
		server.closeAllConnections();
	});
}
