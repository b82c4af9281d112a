import fc from 'fast-check';
import type { Claims, TokenComparison, TokenOwner } from '../../../nodes/DefenderLiveResponse/service/tokenOwner';
import { compareToken, readClaims } from '../../../nodes/DefenderLiveResponse/service/tokenOwner';
import { fuzz } from '../result/fuzzRuns';

const TENANT = '0e8c1f5a-3d52-4b8e-9a61-7c4d2f90b1e3';
const OTHER = '11111111-3d52-4b8e-9a61-7c4d2f90b1e3';
const APP = '5b1d7a42-96c0-4f3e-8d25-e07a93c4f618';
const API = 'https://api.securitycenter.microsoft.com';
const API_ID = 'fc780465-2017-40d4-a0c5-307022471b92';
const GRAPH = 'https://graph.microsoft.com';
const OURS = { tid: TENANT, appid: APP, aud: API };
const PROVEN = { proven: true };
const UNPROVEN = { proven: false };
const other = (what: TokenComparison['other']) => ({ other: what, proven: false });
const unknown = (unknownAudience: string) => ({ proven: true, unknownAudience });

it.each<[string, Claims | undefined, TokenComparison, Partial<TokenOwner>?]>([
	['its own', OURS, PROVEN],
	['its own, of version 2', { tid: TENANT, azp: APP, aud: API_ID }, PROVEN],
	['its own, in other letters', { tid: TENANT.toUpperCase(), appid: APP.toUpperCase(), aud: `${API.toUpperCase()}/` }, PROVEN],
	['its own, entered with blanks', OURS, PROVEN, { tenantId: ` ${TENANT.toUpperCase()} `, clientId: ` ${APP} ` }],
	['another tenant', { ...OURS, tid: OTHER }, other('tenant')],
	['another app', { ...OURS, appid: OTHER }, other('app')],
	['another app, of version 2', { tid: TENANT, azp: OTHER, aud: API }, other('app')],
	['another app, of version 2, beside an empty name', { tid: TENANT, appid: '', azp: OTHER, aud: API }, other('app')],
	['another tenant and app', { tid: OTHER, appid: OTHER, aud: GRAPH }, other('tenant')],
	['a tenant entered as a domain that begins like a GUID', OURS, UNPROVEN, { tenantId: `${OTHER}.contoso.com` }],
	['a tenant entered as a domain that ends like a GUID', OURS, UNPROVEN, { tenantId: `contoso.a${OTHER}` }],
	['a tenant entered as a domain', OURS, UNPROVEN, { tenantId: 'contoso.com' }],
	['another app, the tenant being a domain', { ...OURS, appid: OTHER }, other('app'), { tenantId: 'contoso.com' }],
	['another API, the tenant being a domain', { ...OURS, aud: GRAPH }, other('api'), { tenantId: 'contoso.com' }],
	['no claims', undefined, UNPROVEN],
	['claims without names', {}, UNPROVEN],
	['no tenant', { appid: APP, aud: API }, UNPROVEN],
	['no app', { tid: TENANT, aud: API }, UNPROVEN],
	['no audience', { tid: TENANT, appid: APP }, PROVEN],
	['claims that are not texts', { tid: 5, appid: {}, aud: null }, UNPROVEN],
	...[
		'https://api.securitycenter.windows.com',
		'https://api-us.securitycenter.microsoft.com',
		'https://api-eu.securitycenter.microsoft.com/',
		'https://api-us3.securitycenter.microsoft.com',
		'https://api-uk.securitycenter.windows.com',
		'https://securitycenter.onmicrosoft.com/windowsatpservice',
		'https://securitycenter.onmicrosoft.com/WindowsATPService/',
		API_ID,
		API_ID.toUpperCase(),
	].map((aud): [string, Claims, TokenComparison] => [`the API's name ${aud}`, { ...OURS, aud }, PROVEN]),
	...[
		'https://api.security.microsoft.com',
		'8ee8fdad-f234-4243-8f3b-15c294843740',
		GRAPH,
		`${GRAPH}//`,
		'https://graph.microsoft.us',
		'https://dod-graph.microsoft.us',
		'00000003-0000-0000-c000-000000000000',
		'https://graph.windows.net',
		'00000002-0000-0000-c000-000000000000',
		'https://management.azure.com/',
		'https://management.core.windows.net',
		'https://management.usgovcloudapi.net',
		'https://api.loganalytics.io',
		'https://vault.azure.net',
		'https://outlook.office365.com',
		'https://manage.office.com',
		'https://api-gcc.securitycenter.microsoft.us',
		'https://api-gov.securitycenter.microsoft.us',
	].map((aud): [string, Claims, TokenComparison] => [`${aud}`, { ...OURS, aud }, other('api')]),
	[
		'the cloud GCC',
		{ ...OURS, aud: 'https://api-gcc.securitycenter.microsoft.us/' },
		PROVEN,
		{ audience: 'https://api-gcc.securitycenter.microsoft.us' },
	],
	['the commercial cloud, where GCC is asked for', OURS, other('api'), { audience: 'https://api-gcc.securitycenter.microsoft.us' }],
	[
		'the cloud of others, where GCC High is asked for',
		{ ...OURS, aud: 'https://api-gcc.securitycenter.microsoft.us' },
		other('api'),
		{ audience: 'https://api-gov.securitycenter.microsoft.us' },
	],
	['the app id, in any cloud', { ...OURS, aud: API_ID }, PROVEN, { audience: 'https://api-gov.securitycenter.microsoft.us' }],
	['an audience of its own', { ...OURS, aud: 'api://Own/' }, PROVEN, { audience: 'api://own' }],
	['the API, where its id is the audience', OURS, PROVEN, { audience: API_ID }],
	['the API, where an audience of its own is asked for', OURS, other('api'), { audience: 'api://own' }],
	['an unknown audience', { ...OURS, aud: 'api://someone' }, unknown('api://someone')],
	...[API, 'https://api-gcc.securitycenter.microsoft.us', 'https://api-gov.securitycenter.microsoft.us']
		.flatMap((name) => [`${name}.evil.example`, `https://evil.example?${name}`])
		.map((aud): [string, Claims, TokenComparison] => [`the API whose name is only part of ${aud}`, { ...OURS, aud }, unknown(aud)]),
	['several audiences, ours among them', { ...OURS, aud: [GRAPH, API] }, PROVEN],
	['several audiences, ours by an older name among them', { ...OURS, aud: [GRAPH, 'https://api.securitycenter.windows.com'] }, PROVEN],
	['an unknown audience after what is not a text', { ...OURS, aud: [5, 'api://someone'] }, unknown('api://someone')],
	['several audiences of others', { ...OURS, aud: ['api://someone', GRAPH] }, other('api')],
	['a user', { ...OURS, scp: 'Machine.Read', roles: ['x'] }, other('grant')],
	['a user, who is asked for', { ...OURS, scp: 'Machine.Read' }, PROVEN, { isUser: true }],
	['the app, where a user is asked for', { ...OURS, roles: ['x'] }, other('grant'), { isUser: true }],
	['the app by its type, where a user is asked for', { ...OURS, idtyp: 'app' }, other('grant'), { isUser: true }],
	['the app, with an empty list of what a user allowed', { ...OURS, scp: '', roles: ['x'] }, PROVEN],
	['an owner that it does not tell, where a user is asked for', { ...OURS, scp: '' }, PROVEN, { isUser: true }],
	['an empty list of audiences', { ...OURS, aud: [] }, PROVEN],
])('a token of %s', (_, claims, expected, owner = {}) => {
	expect(compareToken(claims, { tenantId: TENANT, clientId: APP, audience: API, isUser: false, ...owner })).toEqual(expected);
});

const tokenOf = (payload: unknown) => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`;

it.each<[unknown, Claims | undefined]>([
	[tokenOf(OURS), OURS],
	[tokenOf([]), undefined],
	[tokenOf(null), undefined],
	[tokenOf('x'), undefined],
	['opaque', undefined],
	['a.b.c', undefined],
	['', undefined],
	[undefined, undefined],
	[5, undefined],
	[{}, undefined],
])('the claims of %j', (token, expected) => {
	expect(readClaims(token)).toEqual(expected);
});

it('reads and compares anything, and finds nothing proven in it', () => {
	fc.assert(
		fc.property(
			fc.anything(),
			fc.dictionary(fc.constantFrom('tid', 'appid', 'azp', 'aud'), fc.anything()),
			fc.string(),
			(token, claims, text) => {
				readClaims(token);
				expect(compareToken(claims, { tenantId: text, clientId: text, audience: text, isUser: false }).proven).toBe(false);
			},
		),
		fuzz(),
	);
});
