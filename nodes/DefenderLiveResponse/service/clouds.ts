import { DefenderError } from './errors';
import { textOrEmpty } from './textOrEmpty';

/** Hosts of one Defender cloud. They belong together: a token of one cloud opens nothing in another. */
export interface Cloud {
	/** Where tokens come from, without a trailing slash. */
	loginBaseUrl: string;
	/** What a token is made for; `{audience}/.default` is the scope. */
	audience: string;
	/** Where API calls go, without a trailing slash and without `/api`. */
	apiBaseUrl: string;
	/** Hosts that result links may point to; a leading dot makes one a suffix. */
	downloadHosts: string[];
	/** The same for links to investigation packages, beside them. */
	packageHosts: string[];
}

const COMMERCIAL_API_HOST = 'api.security.microsoft.com';

/** A cloud of the US government: tokens are made for the API's own address; the hosts for packages are not documented. */
function governmentCloud(loginBaseUrl: string, apiBaseUrl: string): Cloud {
	return { loginBaseUrl, audience: apiBaseUrl, apiBaseUrl, downloadHosts: ['.blob.core.usgovcloudapi.net'], packageHosts: [] };
}

/** GCC High and DoD have the same hosts. */
const HIGH_OR_DOD = governmentCloud('https://login.microsoftonline.us', 'https://api-gov.securitycenter.microsoft.us');

/** Source: Microsoft's lists of API endpoints (commercial) and of US government endpoints. */
export const CLOUDS = {
	commercial: {
		loginBaseUrl: 'https://login.microsoftonline.com',
		// Tokens keep the older name whatever API host is called: with another audience the API answers 403.
		audience: 'https://api.securitycenter.microsoft.com',
		apiBaseUrl: `https://${COMMERCIAL_API_HOST}`,
		// The second is what Microsoft's page of the call shows.
		downloadHosts: ['.blob.core.windows.net', 'core.windows.net'],
		packageHosts: ['.securitycenter.windows.com'],
	},
	gcc: governmentCloud('https://login.microsoftonline.com', 'https://api-gcc.securitycenter.microsoft.us'),
	gccHigh: HIGH_OR_DOD,
	dod: HIGH_OR_DOD,
} satisfies Record<string, Cloud>;

/** Commercial regions with an API host of their own, shown as their cloud areas. */
export const REGIONS = {
	aea: 'United Arab Emirates',
	au: 'Australia',
	eu: 'Europe',
	ina: 'India',
	swa: 'Switzerland',
	uk: 'United Kingdom',
	us: 'United States',
} as const;

/** The API host of a commercial region; `global` lets Microsoft choose. */
export function commercialApiBaseUrl(region: string): string {
	return region === 'global' ? CLOUDS.commercial.apiBaseUrl : `https://${region}.${COMMERCIAL_API_HOST}`;
}

/** A tenant is a GUID or a verified domain. Names such as `common` have no application of their own to sign in as. */
export const TENANT_PATTERN =
	/^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z][a-z0-9-]{0,61}[a-z0-9])$/i;

/** Base URLs that a credential may use: https, or http to the own machine, with nothing but a host and a path. */
export const BASE_URL_PATTERN =
	/^(https:[/][/][a-z0-9.-]+|http:[/][/](localhost|127[.][0-9]+[.][0-9]+[.][0-9]+|\[::1\]))(:[0-9]+)?([/][a-z0-9._/-]*)?$/i;

/**
 * Hosts that a credential may name for downloads: a host name or an address, or a leading dot and a domain. A top level
 * such as `.com` alone would let anybody in.
 */
const DOWNLOAD_HOST = /^([a-z0-9_-]+([.][a-z0-9_-]+)*|([.][a-z0-9_-]+){2,}|\[[0-9a-f:.]+\])$/;

/** What the credential holds that decides where requests go; a field that is an expression may give anything. */
export type CloudFields = Partial<
	Record<'tenantId' | 'cloud' | 'region' | 'apiBaseUrl' | 'loginBaseUrl' | 'audience' | 'downloadHosts', unknown>
>;

/** Says that a field cannot be used, before any request. */
export function credentialError(field: string, advice: string): DefenderError {
	return new DefenderError(`The credential's ${field} cannot be used`, advice, { reason: 'signIn' });
}

function baseUrl(value: unknown, field: string): string {
	const url = textOrEmpty(value).trim().replace(/\/+$/, '');
	if (BASE_URL_PATTERN.test(url)) return url;
	throw credentialError(field, 'Enter an address such as https://api.example.com. Plain http is for this machine only.');
}

function downloadHosts(value: unknown): string[] {
	const hosts = String(value ?? '')
		.split(',')
		.map((host) => host.trim().toLowerCase());
	const named = hosts.filter((host) => host !== '' && host !== '.');
	if (named.every((host) => DOWNLOAD_HOST.test(host))) return named;
	throw credentialError(
		'Download Hosts',
		'Enter names such as files.example.com, or endings such as .blob.core.windows.net, separated by commas.',
	);
}

function customCloud(fields: CloudFields): Cloud {
	const audience = textOrEmpty(fields.audience).trim();
	if (!audience) throw credentialError('Audience', 'Enter what tokens of this API are made for.');
	return {
		apiBaseUrl: baseUrl(fields.apiBaseUrl, 'API Base URL'),
		loginBaseUrl: baseUrl(fields.loginBaseUrl, 'Login Base URL'),
		audience,
		downloadHosts: [],
		packageHosts: [],
	};
}

function chosenCloud(fields: CloudFields): Cloud {
	const name = fields.cloud === undefined ? 'commercial' : textOrEmpty(fields.cloud).trim();
	if (name === 'custom') return customCloud(fields);
	if (!Object.hasOwn(CLOUDS, name)) throw credentialError('Cloud', 'Choose a value from the list.');
	const cloud = CLOUDS[name as keyof typeof CLOUDS];
	const region = fields.region === undefined ? 'global' : textOrEmpty(fields.region).trim();
	if (name !== 'commercial' || region === 'global') return cloud;
	if (!Object.hasOwn(REGIONS, region)) throw credentialError('Region', 'Choose a value from the list.');
	return { ...cloud, apiBaseUrl: commercialApiBaseUrl(region) };
}

/**
 * The hosts of a credential.
 *
 * @throws DefenderError before any request, when a field would send requests somewhere unexpected
 */
export function cloudOf(fields: CloudFields): Cloud {
	if (!TENANT_PATTERN.test(textOrEmpty(fields.tenantId).trim())) {
		throw credentialError('Tenant ID', "Enter the tenant's GUID, or one of its verified domains such as contoso.com.");
	}
	const cloud = chosenCloud(fields);
	return { ...cloud, downloadHosts: [...cloud.downloadHosts, ...downloadHosts(fields.downloadHosts)] };
}
