import { GUID } from './guid';
import { textOrEmpty } from './textOrEmpty';

/** What a token says of itself. Its signature is the service's to check. */
export type Claims = Record<string, unknown>;

/** The claims of an access token; undefined where they cannot be read: such a token is opaque to the node. */
export function readClaims(accessToken: unknown): Claims | undefined {
	try {
		const [, part] = textOrEmpty(accessToken).split('.');
		const payload: unknown = JSON.parse(Buffer.from(textOrEmpty(part), 'base64url').toString('utf8'));
		return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? (payload as Claims) : undefined;
	} catch {
		return undefined;
	}
}

/** Whose token a credential asks for. */
export interface TokenOwner {
	/** GUID or domain. */
	tenantId: string;
	clientId: string;
	audience: string;
	/** Whether a user signs in rather than the app itself. */
	isUser: boolean;
}

/** What the claims of a token say about its owner. */
export interface TokenComparison {
	/** The first claim that names another tenant, app or API; or that it is a user's where the app signs in, or the other way round. */
	other?: 'tenant' | 'app' | 'api' | 'grant';
	/** Whether the claims say that both tenant and app are the credential's: a domain cannot be compared with a claim. */
	proven: boolean;
	/** An audience that is neither known as this API nor as another one. */
	unknownAudience?: string;
}

/** WindowsDefenderATP, in every cloud. */
const API_ID = 'fc780465-2017-40d4-a0c5-307022471b92';

/** Names of this API, by cloud. Source: Microsoft's pages over time, and what public clients ask tokens for. */
const NAMES: Record<string, RegExp> = {
	commercial:
		/^https:\/\/(api(-[a-z]+\d*)?\.securitycenter\.(microsoft|windows)\.com|securitycenter\.onmicrosoft\.com\/windowsatpservice)$/,
	gcc: /^https:\/\/api-gcc\.securitycenter\.microsoft\.us$/,
	gov: /^https:\/\/api-gov\.securitycenter\.microsoft\.us$/,
};

/** Other APIs whose tokens a credential may hold: names and app ids. */
const OTHER_APIS = new Set([
	// Microsoft Threat Protection, which is easily taken for this API.
	'https://api.security.microsoft.com',
	'8ee8fdad-f234-4243-8f3b-15c294843740',
	// Microsoft Graph, and Azure AD Graph before it.
	'https://graph.microsoft.com',
	'https://graph.microsoft.us',
	'https://dod-graph.microsoft.us',
	'00000003-0000-0000-c000-000000000000',
	'https://graph.windows.net',
	'00000002-0000-0000-c000-000000000000',
	// Azure: management, Log Analytics, Key Vault.
	'https://management.azure.com',
	'https://management.core.windows.net',
	'https://management.usgovcloudapi.net',
	'https://api.loganalytics.io',
	'https://vault.azure.net',
	'https://outlook.office365.com',
	'https://manage.office.com',
]);

function normal(text: string): string {
	return text.trim().toLowerCase().replace(/\/+$/, '');
}

/** A claim as it is compared; undefined where the token does not have it, or not as text. */
function claim(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? normal(value) : undefined;
}

function cloudOfName(name: string): string | undefined {
	return Object.keys(NAMES).find((cloud) => NAMES[cloud].test(name));
}

/** Whether a token for `audience` is one for the API that the credential's cloud names `own`. */
function compareAudience(audience: string, own: string): 'own' | 'other' | 'unknown' {
	if (audience === own || audience === API_ID) return 'own';
	const cloud = cloudOfName(audience);
	if (cloud) return cloud === cloudOfName(own) || own === API_ID ? 'own' : 'other';
	return OTHER_APIS.has(audience) ? 'other' : 'unknown';
}

/** The same for the claim, which may be a list. */
function compareAudiences(aud: unknown, own: string): { about: ReturnType<typeof compareAudience>; audience: string } | undefined {
	const named = (Array.isArray(aud) ? aud : [aud]).map(claim).filter((audience) => audience !== undefined);
	const compared = named.map((audience) => ({ about: compareAudience(audience, own), audience }));
	return compared.find(({ about }) => about === 'own') ?? compared.find(({ about }) => about === 'other') ?? compared[0];
}

/** Whether a user has signed in (`scp`) or the app itself (`roles`); undefined where the token does not tell. */
function isUserToken({ scp, roles, idtyp }: Claims): boolean | undefined {
	if (typeof scp === 'string' && scp !== '') return true;
	return Array.isArray(roles) || idtyp === 'app' ? false : undefined;
}

/**
 * Compares a token with the credential that it is to be used for: n8n keeps a token when the credential is edited, and
 * never asks whose it is.
 */
export function compareToken(claims: Claims | undefined, owner: TokenOwner): TokenComparison {
	const tenantId = normal(owner.tenantId);
	const tenant = GUID.test(tenantId) ? claim(claims?.tid) : undefined;
	if (tenant && tenant !== tenantId) return { other: 'tenant', proven: false };
	// Tokens of version 1 name the app by `appid`, those of version 2 by `azp`.
	const app = claim(claims?.appid) ?? claim(claims?.azp);
	if (app && app !== normal(owner.clientId)) return { other: 'app', proven: false };
	const api = compareAudiences(claims?.aud, normal(owner.audience));
	if (api?.about === 'other') return { other: 'api', proven: false };
	if (isUserToken(claims ?? {}) === !owner.isUser) return { other: 'grant', proven: false };
	const proven = tenant !== undefined && app !== undefined;
	return api?.about === 'unknown' ? { proven, unknownAudience: api.audience } : { proven };
}
