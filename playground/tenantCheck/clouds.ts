import { CouldNotRun } from './notAsked';

/** Where requests go, and what they are for. Taken from Microsoft's pages by hand: the node has its own list. */
export interface Cloud {
	name: 'commercial' | 'gcc' | 'gccHigh' | 'dod' | 'custom';
	/** Commercial only. */
	region?: string;
	/** Without `/api` and trailing slash. */
	api: string;
	login: string;
	audience: string;
	/** Where result links may point; a leading dot makes an entry an ending. */
	downloadHosts: string[];
}

const GCC = 'https://api-gcc.securitycenter.microsoft.us';
const GOV = 'https://api-gov.securitycenter.microsoft.us';
const GOV_STORAGE = ['.blob.core.usgovcloudapi.net'];

const CLOUDS: Record<Exclude<Cloud['name'], 'custom'>, Omit<Cloud, 'name'>> = {
	commercial: {
		api: 'https://api.security.microsoft.com',
		login: 'https://login.microsoftonline.com',
		audience: 'https://api.securitycenter.microsoft.com',
		downloadHosts: ['.blob.core.windows.net'],
	},
	gcc: { api: GCC, login: 'https://login.microsoftonline.com', audience: GCC, downloadHosts: GOV_STORAGE },
	gccHigh: { api: GOV, login: 'https://login.microsoftonline.us', audience: GOV, downloadHosts: GOV_STORAGE },
	dod: { api: GOV, login: 'https://login.microsoftonline.us', audience: GOV, downloadHosts: GOV_STORAGE },
};
export const CLOUD_NAMES = [...Object.keys(CLOUDS), 'custom'];
export const REGIONS = ['global', 'us', 'eu', 'uk', 'au', 'swa', 'ina', 'aea'];

const LOOPBACK = '(?:localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1\\])';
/** https anywhere, or http on this machine. */
const BASE_URL = new RegExp(`^(?:https://[a-z0-9.-]+|http://${LOOPBACK})(?::\\d+)?(?:/[\\w./-]*)?$`, 'i');
const DOWNLOAD_HOST = /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|(?:\.[a-z0-9-]+){2,})$/;

export interface CloudOptions {
	cloud?: string;
	region?: string;
	apiBaseUrl?: string;
	loginBaseUrl?: string;
	audience?: string;
	downloadHosts?: string;
}

/** @throws CouldNotRun where an option is unknown, missing, or would send a token over plain http */
export function cloudOf(options: CloudOptions): Cloud {
	const custom = [options.apiBaseUrl, options.loginBaseUrl, options.audience].some((value) => value !== undefined);
	const name = (options.cloud ?? (custom ? 'custom' : 'commercial')) as Cloud['name'];
	if (!CLOUD_NAMES.includes(name)) throw new CouldNotRun('--cloud has an unknown value', `Use one of ${CLOUD_NAMES.join(', ')}.`);
	const region = options.region ?? 'global';
	if (!REGIONS.includes(region)) throw new CouldNotRun('--region has an unknown value', `Use one of ${REGIONS.join(', ')}.`);
	if (name !== 'commercial' && region !== 'global') throw new CouldNotRun('--region is for the commercial cloud', 'Leave it out.');
	const more = (options.downloadHosts ?? '')
		.split(',')
		.map((host) => host.trim().toLowerCase())
		.filter(Boolean);
	if (!more.every((host) => DOWNLOAD_HOST.test(host))) {
		throw new CouldNotRun(
			'--download-hosts has a value that is not a host name',
			'Use names such as files.example.com or endings such as .blob.core.windows.net, separated by commas.',
		);
	}
	if (name === 'custom') {
		const audience = options.audience?.trim();
		if (!audience) throw new CouldNotRun('--audience is missing', 'A custom cloud needs --api-base-url, --login-base-url and --audience.');
		return {
			name,
			api: baseUrl(options.apiBaseUrl, '--api-base-url'),
			login: baseUrl(options.loginBaseUrl, '--login-base-url'),
			audience,
			downloadHosts: more,
		};
	}
	if (custom)
		throw new CouldNotRun(
			'--api-base-url, --login-base-url and --audience are for --cloud custom',
			'Leave them out, or use --cloud custom.',
		);
	const hosts = CLOUDS[name];
	const inRegion = region === 'global' ? {} : { region, api: `https://${region}.api.security.microsoft.com` };
	return { name, ...hosts, ...inRegion, downloadHosts: [...hosts.downloadHosts, ...more] };
}

function baseUrl(value: string | undefined, option: string): string {
	const url = (value ?? '')
		.trim()
		.replace(/\/+$/, '')
		.replace(/\/api$/i, '');
	if (BASE_URL.test(url)) return url;
	throw new CouldNotRun(
		`${option} is missing or not a valid address`,
		'Use an address such as https://api.example.com. Plain http is allowed for this machine only.',
	);
}

/** Whether the API is on this machine: then an emulator answers, and nothing is settled. */
export function isEmulator(cloud: Cloud): boolean {
	return new RegExp(`^https?://${LOOPBACK}(?:[:/]|$)`, 'i').test(cloud.api);
}

/** Whether a link may be followed: https to a storage host of this cloud, or http on this machine where that is named. */
export function mayFollow(link: string, { downloadHosts }: Cloud): boolean {
	const [, scheme, host] = /^(https?):\/\/(\[[0-9a-f:.]+\]|[^/:?#@\s\\]+)(?::\d+)?\//i.exec(link) ?? [];
	if (host === undefined) return false;
	const name = host.toLowerCase();
	const known = downloadHosts.some((entry) => (entry.startsWith('.') ? name.endsWith(entry) : name === entry));
	return known && (scheme.toLowerCase() === 'https' || new RegExp(`^${LOOPBACK}$`, 'i').test(name));
}
