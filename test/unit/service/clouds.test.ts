import fc from 'fast-check';
import type { CloudFields } from '../../../nodes/DefenderLiveResponse/service/clouds';
import { cloudOf, REGIONS } from '../../../nodes/DefenderLiveResponse/service/clouds';
import { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import { anyCharacter } from '../result/anyCharacter';
import { fuzz } from '../result/fuzzRuns';

const tenantId = '2f48b784-0000-4e61-9957-012d26300000';
const COMMERCIAL_AUDIENCE = 'https://api.securitycenter.microsoft.com';

it.each<[string | undefined, string | undefined, string, string, string, string]>([
	[undefined, undefined, 'login.microsoftonline.com', COMMERCIAL_AUDIENCE, 'api.security.microsoft.com', '.blob.core.windows.net'],
	['commercial', 'global', 'login.microsoftonline.com', COMMERCIAL_AUDIENCE, 'api.security.microsoft.com', '.blob.core.windows.net'],
	...['us', 'eu', 'uk', 'au', 'swa', 'ina', 'aea'].map((region): [string, string, string, string, string, string] => [
		'commercial',
		region,
		'login.microsoftonline.com',
		COMMERCIAL_AUDIENCE,
		`${region}.api.security.microsoft.com`,
		'.blob.core.windows.net',
	]),
	[
		'gcc',
		'eu',
		'login.microsoftonline.com',
		'https://api-gcc.securitycenter.microsoft.us',
		'api-gcc.securitycenter.microsoft.us',
		'.blob.core.usgovcloudapi.net',
	],
	[
		'gccHigh',
		undefined,
		'login.microsoftonline.us',
		'https://api-gov.securitycenter.microsoft.us',
		'api-gov.securitycenter.microsoft.us',
		'.blob.core.usgovcloudapi.net',
	],
	[
		'dod',
		'global',
		'login.microsoftonline.us',
		'https://api-gov.securitycenter.microsoft.us',
		'api-gov.securitycenter.microsoft.us',
		'.blob.core.usgovcloudapi.net',
	],
])('cloud %s, region %s', (cloud, region, login, audience, api, downloads) => {
	const isCommercial = downloads === '.blob.core.windows.net';
	expect(cloudOf({ tenantId, cloud, region })).toEqual({
		loginBaseUrl: `https://${login}`,
		audience,
		apiBaseUrl: `https://${api}`,
		downloadHosts: isCommercial ? [downloads, 'core.windows.net'] : [downloads],
		packageHosts: isCommercial ? ['.securitycenter.windows.com'] : [],
	});
});

it('knows the seven regions', () => {
	expect(Object.keys(REGIONS).sort()).toEqual(['aea', 'au', 'eu', 'ina', 'swa', 'uk', 'us']);
});

it('takes a cloud and a region with spaces around them', () => {
	expect(cloudOf({ tenantId, cloud: ' commercial ', region: ' eu ' })).toEqual(cloudOf({ tenantId, region: 'eu' }));
});

it('takes nothing of the custom fields for another cloud', () => {
	const custom = { apiBaseUrl: 'https://evil.example', loginBaseUrl: 'https://evil.example', audience: 'https://evil.example' };
	for (const cloud of ['commercial', 'gcc', 'gccHigh', 'dod']) {
		expect(JSON.stringify(cloudOf({ tenantId, cloud, ...custom }))).not.toContain('evil');
	}
});

it.each(['commercial', 'gcc', 'gccHigh', 'dod', 'custom'])('adds hosts to download from to those of the cloud %s', (cloud) => {
	const fields = { ...CUSTOM, cloud, downloadHosts: '' };
	expect(cloudOf({ ...fields, downloadHosts: 'proxy.example.com' }).downloadHosts).toEqual([
		...cloudOf(fields).downloadHosts,
		'proxy.example.com',
	]);
});

it.each([null, 5, {}, ['commercial'], true])('takes %j for no cloud, no region, no tenant and no address', (value) => {
	expect(() => cloudOf({ tenantId, cloud: value })).toThrow(
		expect.objectContaining({ message: "The credential's Cloud cannot be used", reason: 'signIn' }) as Error,
	);
	expect(() => cloudOf({ tenantId, region: value })).toThrow("The credential's Region cannot be used");
	expect(() => cloudOf({ tenantId: value })).toThrow("The credential's Tenant ID cannot be used");
	expect(() => cloudOf({ ...CUSTOM, apiBaseUrl: value })).toThrow("The credential's API Base URL cannot be used");
	expect(() => cloudOf({ ...CUSTOM, audience: value })).toThrow("The credential's Audience cannot be used");
});

describe('hosts to download from', () => {
	const custom = {
		tenantId,
		cloud: 'custom',
		apiBaseUrl: 'https://api.example.com',
		loginBaseUrl: 'https://login.example.com',
		audience: 'x',
	};

	it.each([
		['', []],
		[' , . ,', []],
		['Files.Example.com, .blob.core.windows.net', ['files.example.com', '.blob.core.windows.net']],
		['localhost,127.0.0.1,[::1],my_host', ['localhost', '127.0.0.1', '[::1]', 'my_host']],
	])('may be %j', (downloadHosts, hosts) => {
		expect(cloudOf({ ...custom, downloadHosts }).downloadHosts).toEqual(hosts);
	});

	it.each([
		'*',
		'*.example.com',
		'.com',
		'.localhost',
		'https://a.example',
		'a.example:443',
		'a.example/x',
		'x@a.example',
		'a..b',
		'..a.b',
		'a.b.',
		'\u0430.example',
		'a.example b.example',
		'[::1',
		'a.example\n.com',
	])('are refused: %j', (downloadHosts) => {
		expect(() => cloudOf({ ...custom, downloadHosts: `files.example.com,${downloadHosts}` })).toThrow(/Download Hosts/);
	});
});

describe('a tenant', () => {
	it.each([tenantId, tenantId.toUpperCase(), 'contoso.com', 'contoso.onmicrosoft.com', 'a-b.co.uk', 'xn--bcher-kva.example'])(
		'may be %s',
		(tenant) => {
			expect(cloudOf({ tenantId: tenant }).apiBaseUrl).toBe('https://api.security.microsoft.com');
		},
	);

	it.each([
		undefined,
		'',
		' ',
		'common',
		'organizations',
		'consumers',
		'localhost',
		'a/b',
		'../x',
		'contoso.com/..',
		'contoso.com/../other.com',
		'contoso.com?x=1',
		'contoso.com#x',
		'contoso.com%2Fx',
		'user@contoso.com',
		'contoso.com:443',
		'contoso.com\nx',
		'x\ncontoso.com',
		'contoso.com\r\nHost: evil.example',
		'con toso.com',
		'.contoso.com',
		'contoso..com',
		'contoso.com.',
		'-contoso.com',
		'contoso.c',
		'10.0.0.1',
		`${tenantId}x`,
		`{${tenantId}}`,
		`${tenantId}/x`,
		'cont\u043eso.com',
		'contoso\u3002com',
		'contoso.com\\x',
		'={{ $json.x }}',
	])('is refused: %j', (tenant) => {
		expect(() => cloudOf({ tenantId: tenant })).toThrow(DefenderError);
	});

	it('can never reshape an address', () => {
		const part = fc.constantFrom('contoso', '.', 'com', '/', '..', '?', '#', '@', ':', '\n', '%2f', '\\', 'x', '-');
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string({ unit: anyCharacter }),
					fc.array(part, { maxLength: 6 }).map((parts) => parts.join('')),
				),
				(tenant) => {
					try {
						cloudOf({ tenantId: tenant });
					} catch {
						return;
					}
					const url = new URL(`https://login.example/${tenant.trim()}/oauth2/v2.0/token`);
					expect([url.host, url.pathname, url.search, url.hash]).toEqual(['login.example', `/${tenant.trim()}/oauth2/v2.0/token`, '', '']);
				},
			),
			fuzz(1_000),
		);
	});
});

const CUSTOM = {
	tenantId,
	cloud: 'custom',
	apiBaseUrl: 'https://api.example.com',
	loginBaseUrl: 'https://login.example.com',
	audience: 'api://own',
	downloadHosts: 'storage.example.com',
} satisfies CloudFields;

it('takes a custom cloud as it was entered', () => {
	expect(
		cloudOf({
			...CUSTOM,
			apiBaseUrl: ' https://api.example.com/defender/ ',
			downloadHosts: ' Storage.Example.com, .files.example.com ,,. ',
		}),
	).toEqual({
		apiBaseUrl: 'https://api.example.com/defender',
		loginBaseUrl: 'https://login.example.com',
		audience: 'api://own',
		downloadHosts: ['storage.example.com', '.files.example.com'],
		packageHosts: [],
	});
	expect(cloudOf({ ...CUSTOM, downloadHosts: '' }).downloadHosts).toEqual([]);
	expect(cloudOf({ ...CUSTOM, downloadHosts: undefined }).downloadHosts).toEqual([]);
});

describe.each(['apiBaseUrl', 'loginBaseUrl'] as const)('%s', (field) => {
	it.each([
		'https://api.example.com',
		'https://api.example.com:8443',
		'http://localhost:4010',
		'http://127.0.0.1:4010',
		'http://127.1.2.3',
		'http://[::1]:4010',
		'http://localhost:4010/base',
	])('may be %s', (url) => {
		expect(cloudOf({ ...CUSTOM, [field]: url })[field]).toBe(url);
	});

	it.each([
		undefined,
		'',
		'api.example.com',
		'http://api.example.com',
		'http://127.0.0.1.evil.example',
		'http://localhost.evil.example',
		'http://localhost@evil.example',
		'http://evil.example/127.0.0.1',
		'http://10.0.0.1',
		'http://0.0.0.0',
		'http://169.254.169.254',
		'ftp://api.example.com',
		'file:///etc/passwd',
		'javascript:alert(1)',
		'https://',
		'https://user:pass@api.example.com',
		'https://api.example.com?x=1',
		'https://api.example.com#x',
		'https://api.example.com\\@evil.example',
		'https://api.example.com\nx',
		'https://api.example.com/a b',
		'https://api.example.com:x',
	])('is refused: %j', (url) => {
		expect(() => cloudOf({ ...CUSTOM, [field]: url })).toThrow(DefenderError);
	});
});

it.each<[string, CloudFields]>([
	['an unknown cloud', { tenantId, cloud: 'china' }],
	['a cloud of the prototype', { tenantId, cloud: 'constructor' }],
	['an unknown region', { tenantId, cloud: 'commercial', region: 'mars' }],
	['a region of the prototype', { tenantId, cloud: 'commercial', region: '__proto__' }],
	['a region that reshapes the address', { tenantId, region: 'evil.example/' }],
	['no audience', { ...CUSTOM, audience: ' ' }],
])('refuses %s', (_, fields) => {
	expect(() => cloudOf(fields)).toThrow(DefenderError);
});
