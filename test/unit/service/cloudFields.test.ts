import type { CloudFields } from '../../../nodes/DefenderLiveResponse/service/clouds';
import { BASE_URL_PATTERN, cloudOf, CLOUDS, REGIONS, TENANT_PATTERN } from '../../../nodes/DefenderLiveResponse/service/clouds';

const custom = {
	tenantId: 'contoso.com',
	cloud: 'custom',
	audience: 'a',
	apiBaseUrl: 'https://api.example.com',
	loginBaseUrl: 'https://login.example.com',
	downloadHosts: '',
};

describe('a field that cannot be used is named, with what to enter', () => {
	const address = 'Enter an address such as https://api.example.com. Plain http is for this machine only.';

	it.each<[string, CloudFields, string]>([
		['Tenant ID', { tenantId: undefined }, "Enter the tenant's GUID, or one of its verified domains such as contoso.com."],
		['Tenant ID', { tenantId: 'common' }, "Enter the tenant's GUID, or one of its verified domains such as contoso.com."],
		['Audience', { audience: ' ' }, 'Enter what tokens of this API are made for.'],
		['Audience', { audience: undefined }, 'Enter what tokens of this API are made for.'],
		['API Base URL', { apiBaseUrl: 'http://api.example.com' }, address],
		['API Base URL', { apiBaseUrl: undefined }, address],
		['Login Base URL', { loginBaseUrl: 'login.example.com' }, address],
		[
			'Download Hosts',
			{ downloadHosts: '.com' },
			'Enter names such as files.example.com, or endings such as .blob.core.windows.net, separated by commas.',
		],
		['Cloud', { cloud: 'toString' }, 'Choose a value from the list.'],
		['Region', { cloud: 'commercial', region: 'toString' }, 'Choose a value from the list.'],
	])('%s: %j', (field, more, advice) => {
		expect(() => cloudOf({ ...custom, ...more })).toThrow(
			expect.objectContaining({ message: `The credential's ${field} cannot be used`, advice }) as Error,
		);
	});

	it('spaces, and slashes at the end of an address, do no harm', () => {
		expect(
			cloudOf({
				...custom,
				tenantId: ' contoso.com ',
				audience: ' a ',
				apiBaseUrl: ' https://api.example.com/x// ',
				downloadHosts: ' , Files.example.com ,. ',
			}),
		).toEqual({
			apiBaseUrl: 'https://api.example.com/x',
			loginBaseUrl: 'https://login.example.com',
			audience: 'a',
			downloadHosts: ['files.example.com'],
			packageHosts: [],
		});
		expect(cloudOf({ ...custom, downloadHosts: undefined }).downloadHosts).toEqual([]);
	});

	it('without a cloud or a region it is the commercial one, which has no region', () => {
		expect(cloudOf({ tenantId: 'contoso.com' })).toEqual(CLOUDS.commercial);
		expect(cloudOf({ tenantId: 'contoso.com', cloud: 'gcc', region: 'nowhere' })).toEqual(CLOUDS.gcc);
	});
});

const part = 'a'.repeat(61);

it.each([
	['00000000-0000-0000-0000-00000000000a', true],
	['0000000-0000-0000-0000-00000000000a', false],
	['00000000-0000-0000-0000-00000000000', false],
	['00000000-0000-0000-0000-00000000000a0', false],
	['x00000000-0000-0000-0000-00000000000a', false],
	['00000000-000-0000-0000-00000000000a', false],
	['contoso.com', true],
	['a.b.contoso.COM', true],
	['a-b.co', true],
	['1.io', true],
	[`${part}a1.com`, true],
	[`a${part}a1.com`, false],
	['-a.com', false],
	['a-.com', false],
	['a_b.com', false],
	['contoso.c', false],
	['contoso.-m', false],
	['contoso.c-', false],
	['contoso.c-m', true],
	[`contoso.c${part}m`, true],
	[`contoso.c${part}am`, false],
	['contoso.1m', false],
	['contosocom', false],
	['.com', false],
	['contoso..com', false],
	['contoso.com/', false],
	['/contoso.com', false],
])('%s names a tenant: %s', (tenant, names) => {
	expect(TENANT_PATTERN.test(tenant)).toBe(names);
});

it.each([
	['https://api.example.com', true],
	['https://API.example-1.com:8443/a/b_c.d-e', true],
	['https://api.example.com/', true],
	['https://10.0.0.1:1', true],
	['http://localhost:4010', true],
	['http://127.0.0.1:4010/x', true],
	['http://127.10.200.30', true],
	['http://[::1]:4010', true],
	['http://api.example.com', false],
	['http://127.0.0.1.example.com', false],
	['http://127.0.0', false],
	['http://128.0.0.1', false],
	['http://xlocalhost', false],
	['xhttps://api.example.com', false],
	['https://', false],
	['https:///x', false],
	['https://user@api.example.com', false],
	['https://api.example.com:', false],
	['https://api.example.com:x', false],
	['https://api.example.com?x', false],
	['https://api.example.com/a?x', false],
	['https://api.example.com/a#x', false],
	['https://api.example.com/a b', false],
	['https://api.example.com\n', false],
	['ftp://api.example.com', false],
])('%s may be a base URL: %s', (url, may) => {
	expect(BASE_URL_PATTERN.test(url)).toBe(may);
});

it.each([
	['files.example.com', true],
	['localhost', true],
	['a_b-1.example.com', true],
	['.example.com', true],
	['.a.example.com', true],
	['10.0.0.1', true],
	['[::1]', true],
	['[::ffff:10.0.0.1]', true],
	['.com', false],
	['example.com.', false],
	['files..example.com', false],
	['..example.com', false],
	['files.example.com:443', false],
	['https://files.example.com', false],
	['files.example.com/x', false],
	['*.example.com', false],
	['[::1', false],
	['[]', false],
	['[::1]x', false],
	['x[::1]', false],
	['a b', false],
])('%s may be a host of downloads: %s', (host, may) => {
	const read = () => cloudOf({ ...custom, downloadHosts: host }).downloadHosts;
	if (may) expect(read()).toEqual([host]);
	else expect(read).toThrow("The credential's Download Hosts cannot be used");
});

it('names the regions as their clouds are known', () => {
	expect(REGIONS).toEqual({
		aea: 'United Arab Emirates',
		au: 'Australia',
		eu: 'Europe',
		ina: 'India',
		swa: 'Switzerland',
		uk: 'United Kingdom',
		us: 'United States',
	});
});
