/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import type { IncomingHttpHeaders } from 'node:http';
import type { HandedOut } from './handedOut';
import type { RateLimits } from './rateLimits';
import type { Route } from './routes';
import type { Settings } from './settings';
import type { Tenant } from './tenant';
import type { AccessToken, CarriedToken } from './tokens';

/** What the API needs to answer. */
export interface ApiContext {
	tenant: Tenant;
	limits: RateLimits;
	settings: Settings;
	now(): number;
	storageUrl: string;
	linkLifeMs: number;
	handedOut: HandedOut;
}
export interface ApiRequest extends Route {
	headers: IncomingHttpHeaders;
	origin: string;
	path: string;
	query: URLSearchParams;
	body: Buffer;
	/** Fault: the link that is issued has already expired. */
	expiredLink: boolean;
	carried: CarriedToken | undefined;
}
export interface ApiCall extends ApiRequest {
	token: AccessToken;
	context: ApiContext;
}

/** Who did it, as the service writes it: a user's UPN, an app's id or its display name. */
export function requestorOf({ token, context: { tenant, settings } }: ApiCall): string {
	const app = settings.requestor === 'displayName' ? tenant.apps.find(token.appid) : undefined;
	return token.upn ?? app?.displayName ?? token.appid;
}
